"""Files that appear complete or not at all."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Yield a place beside `path` to write to; it takes the name `path` when the block ends well.

    A block that raises leaves `path` as it was and nothing beside it. The place keeps the suffix of
    `path`, because encoders read the format from it.
    """
    draft = path.with_name(f".{path.stem[:40]}.{secrets.token_hex(4)}{path.suffix}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
