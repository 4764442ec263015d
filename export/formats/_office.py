"""What files of office programs have in common: what they say of themselves, and that no two runs differ by a date."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

LOCALES = {"en": "en-GB", "fr": "fr-FR"}
UNDATED = 1980, 1, 1  # the day that archives say where nothing is known


def describe(properties: Any, title: str, subject: str, language: str) -> None:
    """Say title, subject and language in the core properties of python-pptx or python-docx."""
    properties.title, properties.subject, properties.comments, properties.language = title, subject, "", language
    properties.author = properties.last_modified_by = "deepreel"
    properties.created = properties.modified = datetime(*UNDATED)


def save(document: Any, path: Path) -> None:
    """Write what python-pptx or python-docx made; they would write into it when, and no two would be the same file."""
    dated = BytesIO()
    document.save(dated)
    with ZipFile(dated) as parts, ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for part in parts.infolist():
            archive.writestr(ZipInfo(part.filename), parts.read(part), ZIP_DEFLATED)
