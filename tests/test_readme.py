"""The README tells the truth."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs"))

import course_table  # noqa: E402

TEXT = course_table.README.read_text(encoding="utf-8")


def test_the_course_table_is_fresh():
    assert course_table.renewed(TEXT) == TEXT, "run `make readme`"


def test_every_link_into_the_repository_leads_somewhere():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", TEXT):
        assert (ROOT / target).exists(), target


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)`?", TEXT)) <= targets
