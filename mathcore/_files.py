"""Files that appear complete or not at all."""

import os
import platform
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from zlib import crc32

MACHINE = f"{crc32(platform.node().encode()):08x}"


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Yield a place beside `path` to write to; it takes the name `path` when the block ends well.

    A block that raises leaves `path` as it was and nothing beside it. The place keeps the suffix of
    `path`, because encoders read the format from it. What processes that were killed have left beside
    `path` while they were writing to it is removed.

    Raises:
        OSError: about `path`, where the place beside it cannot be written.
    """
    start = f".{path.stem[:40]}."
    draft = path.with_name(f"{start}{owner()}-{secrets.token_hex(4)}{path.suffix}")
    for left in abandoned(path.parent, start):
        with suppress(OSError):  # it may be somebody else's
            left.unlink()
    try:
        yield draft
        draft.replace(path)
    except OSError as error:
        if error.errno is not None and error.filename in (None, str(draft)):  # else its words would be lost
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
    finally:
        draft.unlink(missing_ok=True)


def owner() -> str:
    """This process, as it is told by the names of what it has begun to write: its machine and its number."""
    return f"{MACHINE}-{os.getpid()}"


def abandoned(folder: Path, start: str) -> list[Path]:
    """What is in a folder under names of `start`, `owner()` and more, of processes of this machine that have died."""
    name = re.compile(rf"{re.escape(start)}{MACHINE}-(\d+)-")
    left = []
    with suppress(OSError):  # which whoever writes there will tell
        left = [(int(told[1]), path) for path in folder.iterdir() if (told := name.match(path.name))]
    if not left:
        return []
    from psutil import pid_exists  # here, because it is seldom needed

    return [path for process, path in left if not pid_exists(process)]
