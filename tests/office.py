"""Looks into files of office programs, which are archives of parts, and has LibreOffice open them."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath
from zipfile import ZipFile

from browser import do_without
from lxml import etree

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
OPEN_DOCUMENT = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "r": f"{OFFICE}/relationships",
    "app": f"{OFFICE}/extended-properties",
    "vt": f"{OFFICE}/docPropsVTypes",
    "types": "http://schemas.openxmlformats.org/package/2006/content-types",
    "anim": f"{OPEN_DOCUMENT}:animation:1.0",
    "draw": f"{OPEN_DOCUMENT}:drawing:1.0",
    "presentation": f"{OPEN_DOCUMENT}:presentation:1.0",
    "svg": f"{OPEN_DOCUMENT}:svg-compatible:1.0",
    "style": f"{OPEN_DOCUMENT}:style:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
}
TYPES = "[Content_Types].xml"


class Package:
    """The parts of a file, by their paths in it."""

    def __init__(self, path: Path) -> None:
        with ZipFile(path) as archive:
            self.names = archive.namelist()
            self.parts = {name: archive.read(name) for name in self.names}

    def find(self, name: str, path: str) -> list:
        """What an XPath finds in a part."""
        return etree.fromstring(self.parts[name]).xpath(path, namespaces=SPACES)

    def relations(self, name: str = "") -> dict[str, tuple[str, str]]:
        """The kind and the path of what a part, or the whole, is related to, by its id there."""
        place = join(dirname(name), "_rels", f"{name.rpartition('/')[2]}.rels")
        return {
            one.get("Id"): (one.get("Type").rpartition("/")[2], normpath(join(dirname(name), one.get("Target"))))
            for one in (etree.fromstring(self.parts[place]) if place in self.parts else ())
        }

    def reached(self) -> Iterator[str]:
        """Every part that can be reached from the whole, once."""
        seen, waiting = set(), [""]
        while waiting:
            new = {path for _, path in self.relations(waiting.pop()).values()} - seen
            seen |= new
            waiting += new
            yield from new


def libreoffice(path: Path, extension: str, folder: Path) -> Path:
    """A file as LibreOffice reads it, written in another format; a picture is of its first page."""
    program = shutil.which("soffice")
    if not (program and (path.suffix != ".docx" or shutil.which("lowriter"))):
        do_without("LibreOffice is" if path.suffix != ".docx" else "LibreOffice Writer is")
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    words = [program, home, "--headless", "--convert-to", extension, "--outdir", folder, path]
    subprocess.run(words, check=True, capture_output=True, timeout=300)
    return folder / f"{path.stem}.{extension}"
