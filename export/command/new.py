"""Writes the skeleton of a new concept: the files of its name, of which the author makes a film."""

from mathcore import InputError, _catalog
from mathcore._files import written_whole

SKELETON = _catalog.ROOT / "assets" / "skeleton"
FILES = {  # where each file of the skeleton goes
    "mathcore.py.txt": "mathcore/{name}.py",
    "scene.py.txt": "scenes/{name}.py",
    "figure.py.txt": "scenes/_figures/{name}.py",
    "text.toml.txt": "assets/text/{name}.toml",
    "test.py.txt": "tests/test_{name}.py",
}


def new(name: str, /) -> None:
    """Write the skeleton of a concept that is in the course but has no film yet; docs/adding-a-concept.md goes on.

    Parameters
    ----------
    name
        of the concept, as assets/course.toml has it
    """
    concept = name.lower().replace("-", "_")
    if not any(concept in chapter.concepts for chapter in _catalog.chapters()):
        raise InputError(f"{name!r} is not in assets/course.toml; put it into its chapter there first.")
    paths = {template: _catalog.ROOT / path.format(name=concept) for template, path in FILES.items()}
    if not (_catalog.ROOT / "tests").is_dir():
        raise InputError("a new concept is written into a checkout of deepreel, not into what pip has installed.")
    for path in paths.values():
        if path.exists():
            raise InputError(f"{path} is there already.")
    for template, path in paths.items():
        with written_whole(path) as draft:
            draft.write_text(filled(template, concept), encoding="utf-8")
        print(path)


def filled(template: str, concept: str) -> str:
    """A file of the skeleton for a concept."""
    words = concept.replace("_", " ")
    camel = "".join(part.capitalize() for part in concept.split("_"))
    text = (SKELETON / template).read_text(encoding="utf-8")
    return text.format(name=concept, camel=camel, words=words, title=words.capitalize())
