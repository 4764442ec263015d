"""Which options change the files of a format; one that changes none of what is asked for is not ignored in silence."""

from collections.abc import Collection, Iterable

SET = frozenset({"--captions", "--no-title", "--text-scale", "--aspect"})  # how a picture is set
DRAWN = frozenset({"--quality", "--fps", "--theme", "--look", "--lang", "--beat", "--transparent"}) | SET
FILM = DRAWN | {"--voice"}
HEEDED = {  # by formats other than films; a loop has no sound, and only a gif a matte
    "gif": DRAWN | {"--matte"},
    "webp": DRAWN,
    "png": DRAWN - {"--fps"},
    **dict.fromkeys(("svg", "pdf"), frozenset({"--theme", "--look", "--lang", "--transparent", "--figure-size"})),
    **dict.fromkeys(  # times are whole frames
        ("srt", "vtt", "txt", "md", "docx"), frozenset({"--fps", "--lang", "--beat", "--voice"})
    ),
    "json": frozenset({"--fps", "--lang", "--voice"}),
    **dict.fromkeys(("npz", "csv", "xlsx", "parquet"), frozenset()),
}


def heeded(extension: str) -> frozenset[str]:
    """The options that change what stands in a file of this format."""
    return HEEDED.get(extension, FILM)


def idle(options: Iterable[str], extensions: Collection[str]) -> str:
    """One sentence on those options that none of the formats heeds; "" where there is none."""
    useless = [option for option in options if not any(option in heeded(extension) for extension in extensions)]
    verb = "have" if len(useless) > 1 else "has"
    return f"{listed(useless)} {verb} no effect on {listed(extensions)}." if useless else ""


def listed(words: Iterable[str], last: str = "and") -> str:
    """Words as a sentence lists them: "a, b and c"."""
    *others, final = words
    return f"{', '.join(others)} {last} {final}" if others else final
