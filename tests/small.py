"""The command with films of 96 lines and 2 frames per second, cheap enough to kill many: `small.py WORDS`."""

import sys
from dataclasses import replace

import render
from export.command.options import Picture

asked = Picture.look
Picture.look = lambda self: replace(asked(self), height=96, fps=2)

if __name__ == "__main__":
    sys.exit(render.main())
