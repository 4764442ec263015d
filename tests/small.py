"""The command with films of 96 lines and 2 frames per second, cheap enough to kill many: `small.py WORDS`."""

import sys
from dataclasses import replace

import render
from export.command.options import Size

asked = Size.sized
Size.sized = lambda self, theme: replace(asked(self, theme), height=96, fps=2)

if __name__ == "__main__":
    sys.exit(render.main())
