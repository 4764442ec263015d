"""What is there of a film in one language, for the pages to show."""

from dataclasses import dataclass
from pathlib import Path

MEDIA = "media"  # the folder beside the pages
TAKEN = ("mp4", "gif", "html", "pdf", "npz")  # the files to take home; the first is what the page plays
STAYS = ("png", "mp4")  # of the loop: how it begins and ends, and the loop


@dataclass(frozen=True)
class Files:
    """Paths in the folder of the site; the page of the sweep may be missing."""

    taken: dict[str, Path]  # by format
    still: Path
    loop: Path
    told: Path
    turn: Path | None

    @property
    def poster(self) -> Path:
        """What is seen before anything plays: the still, small."""
        return self.still.with_suffix(".webp")


def address(path: Path) -> str:
    """A file as a page names it."""
    return f"{MEDIA}/{path.name}"
