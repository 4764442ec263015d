"""The options of the command line: the output's, which every film has, and the knobs' of one concept."""

import inspect
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from cyclopts import CoercionError, Group, Parameter, Token
from cyclopts.validators import Number

from export.render.settings import RenderSettings
from export.voice.voice import Voice, voice_of
from mathcore import InputError, _catalog
from scenes._page.size import A4, size_of
from scenes._stage.brand import HOUSE, Brand
from scenes._stage.theme import THEMES
from scenes._stage.words import LANGUAGES, Words

KNOBS = Group("Knobs", sort_key=0)
OUTPUT = Group("Output", sort_key=1)
SWEEP = Group("Sweep", sort_key=2)
WORK = Group("Work", sort_key=2)
LARGEST_TEXT = 1.4  # times its own size


def whole(kind: Any, tokens: Sequence[Token]) -> int | tuple[int, ...]:
    """An integer, or several, as they are written; cyclopts would round 2.5."""
    for token in tokens:
        if not re.fullmatch(r"[+-]?[0-9]{1,400}", token.value):
            raise ValueError(f"{token.value!r} is not a whole number, written in digits alone.")
    numbers = tuple(int(token.value) for token in tokens)
    return numbers if get_origin(kind) is tuple else numbers[0]


def rate(kind: Any, tokens: Sequence[Token]) -> int | tuple[int, ...]:
    """A whole number of frames per second, since frames are what times are counted in: 29.97 is none."""
    try:
        return whole(kind, tokens)
    except ValueError:
        raise ValueError(f"{tokens[0].value!r} is not a whole number of frames per second, from 1 to 120.") from None


def sheet(kind: Any, tokens: Sequence[Token]) -> str:
    """A size of figures as file names tell it; "" where it is the default."""
    try:
        size = size_of(tokens[0].value)
    except InputError as error:
        raise ValueError(str(error)) from None
    return "" if size == A4 else size.name


def jobs(what: str) -> Parameter:
    """The option that tells how many of something happen at once."""
    told = f"how many {what} at once [default: one per processor]"
    return Parameter(name=["--jobs", "-j"], converter=whole, validator=Number(gte=1), help=told)


Chapter = Annotated[int | None, Parameter(converter=whole, help="number of a chapter")]


@Parameter(name="*", group=OUTPUT)
@dataclass(frozen=True)
class Size:
    """How many pixels a film has, how many frames, and whose colours."""

    quality: Annotated[
        Literal["480p", "720p", "1080p", "2160p"] | None,
        Parameter(name=["--quality", "-q"], help="height of the picture [default: 720p, of a gif 360p]"),
    ] = None
    fps: Annotated[
        int | None,
        Parameter(
            converter=rate,
            validator=Number(gte=1, lte=120),
            help="frames per second, 1 to 120 [default: 30, of a gif 15]",
        ),
    ] = None
    own: Annotated[
        Path | None,
        Parameter(name="--look", help="a TOML file with your own colours by role, and a logo (docs/looks.md)"),
    ] = None

    @cached_property
    def brand(self) -> Brand:
        """What is in the file of a look of one's own, read once."""
        if self.own is None:
            return HOUSE
        from export.look import file  # here, because only whoever gives one needs it

        return file.read(self.own)

    def sized(self, theme: str | None) -> RenderSettings:
        """The same, as the exporters take it, in a theme; in that of each format where none is given."""
        height = int(self.quality.removesuffix("p")) if self.quality else 0
        own = RenderSettings(height=height, fps=self.fps or 0, brand=self.brand)
        return replace(own, theme=theme, paper=theme) if theme else own


@Parameter(name="*", group=OUTPUT)
@dataclass(frozen=True)
class Picture(Size):
    """How films look on the pages of a site, which has them in all languages."""

    theme: Annotated[Literal["dark", "light"] | None, Parameter(help="colours [default: dark]")] = None

    def look(self) -> RenderSettings:
        """The same, as the exporters take it."""
        return self.sized(self.theme)


@Parameter(name="*", group=OUTPUT)
@dataclass(frozen=True)
class Output(Size):
    """What is written, where, and how it looks."""

    theme: Annotated[
        tuple[Literal["dark", "light"], ...],
        Parameter(
            negative="",
            show_default=False,
            help="colours, or both, for files in each [default: dark; light for svg and pdf]",
        ),
    ] = ()
    formats: Annotated[
        tuple[str, ...],
        Parameter(
            name=["--format", "-f"],
            help="the film: mp4, webm or mov; its loop: gif or webp; a still per beat: png; a deck, a slide per beat: "
            "html (any browser), pptx (PowerPoint), zip (its pieces); what is said: srt or vtt (captions), txt (a "
            "script to read aloud, and for who cannot see the film), docx or md (the same as a table, with notes); "
            "for print: svg or pdf (a figure); the numbers: npz, csv, json, xlsx or parquet [default: mp4]; may be "
            "repeated",
            show_default=False,
            negative="",
        ),
    ] = ()
    script: Annotated[
        tuple[Literal["docx", "md"], ...],
        Parameter(
            negative="",
            show_default=False,
            help="the script of the film as a table, to read aloud: docx (Word) or md (Markdown), or both; the same as "
            "-f docx -f md",
        ),
    ] = ()
    beat: Annotated[
        str | None,
        Parameter(help="only this beat; or loop (the one that loops), all (a file for each), film (the whole)"),
    ] = None
    lang: Annotated[
        tuple[Literal["en", "fr"], ...],
        Parameter(
            negative="", show_default=False, help="language of the texts, or both, for files in each [default: en]"
        ),
    ] = ()
    captions: Annotated[
        Literal["burnt", "track", "none"],
        Parameter(help="where sentences stand: in the picture and a track of an mp4, in the track alone, or nowhere"),
    ] = "burnt"
    title: Annotated[bool, Parameter(help="the title, in the picture or not", show_default=False)] = True
    text_scale: Annotated[
        float,
        Parameter(
            validator=Number(gte=1, lte=LARGEST_TEXT),
            help=f"how much larger texts are, 1 to {LARGEST_TEXT}, each as far as it has room [default: 1]",
            show_default=False,
        ),
    ] = 1.0
    aspect: Annotated[
        Literal["16:9", "4:3", "1:1"],
        Parameter(help="width to height of the picture; taller ones have larger captions, on several lines"),
    ] = "16:9"
    voice: Annotated[
        str | None,
        Parameter(
            help="what is heard: a folder of recordings, a file for each beat; or one recording, with --marks; or "
            "espeak, a draft of the captions (docs/voice.md)",
        ),
    ] = None
    marks: Annotated[
        Path | None,
        Parameter(help="where in one recording of the whole film each beat is: labels, as Audacity exports them"),
    ] = None
    transparent: Annotated[
        bool,
        Parameter(help="no background, in webm, mov, gif, webp, png, svg and pdf", negative="", show_default=False),
    ] = False
    matte: Annotated[
        str,
        Parameter(
            help="the colour under a transparent gif, a name or #rrggbb [default: the theme's background]",
            show_default=False,
        ),
    ] = ""
    figure_size: Annotated[
        str,
        Parameter(
            converter=sheet,
            help="size of the figure for print: a4 (a block of text, 16 x 8 cm), column (of a two-column paper), "
            "beamer (a slide), or width x height in cm, as 12x7 [default: a4]",
            show_default=False,
        ),
    ] = ""
    place: Annotated[
        Path,
        Parameter(name=["--output", "-o"], help="folder for the files; or FILE.EXT, the one file that is asked for"),
    ] = Path("renders")

    @cached_property
    def heard(self) -> Voice | None:
        """Whose voice is heard.

        Raises:
            InputError: what is given is not there, or does not fit together.
        """
        if self.marks and self.voice is None:
            raise InputError("--marks belongs to a recording; add --voice FILE, or leave it out.")
        voice = voice_of(self.voice, self.marks) if self.voice is not None else None
        if voice and voice.source and len(set(self.lang)) > 1:
            raise InputError(f"{voice.source} is in one language; leave one --lang.")
        return voice

    @property
    def asked(self) -> tuple[str, ...]:
        """The formats that are asked for, whichever way."""
        return (*self.formats, *self.script)

    def looks(self) -> list[RenderSettings]:
        """The same, as the exporters take it: for each language and theme."""
        return [
            replace(
                self.sized(theme),
                language=language,
                beat=self.beat,
                captions=self.captions,
                titled=self.title,
                text_scale=self.text_scale,
                aspect=self.aspect,
                transparent=self.transparent,
                matte=self.matte,
                figure_size=self.figure_size,
                voice=self.heard,
            )
            for language, theme in product(dict.fromkeys(self.lang or ("en",)), dict.fromkeys(self.theme or (None,)))
        ]

    def told(self) -> list[str]:
        """The options of the look that are given and differ from the default."""
        given = {
            "--quality": self.quality is not None,
            "--fps": self.fps is not None,
            "--theme": self.theme != (),
            "--look": self.own is not None,
            "--lang": self.lang not in ((), ("en",)),
            "--beat": self.beat is not None,
            "--captions": self.captions != "burnt",
            "--no-title": not self.title,
            "--text-scale": self.text_scale != 1,
            "--aspect": self.aspect != "16:9",
            "--voice": self.voice is not None,
            "--transparent": self.transparent,
            "--figure-size": self.figure_size != "",
        }
        return [option for option, differs in given.items() if differs]


SEVERAL = {  # options that may be followed by several values
    "--lang": LANGUAGES,
    "--theme": tuple(THEMES),
    "--script": ("docx", "md"),
}


def apart_each(tokens: Sequence[str]) -> list[str]:
    """A command line in which an option stands before each of its values: `--lang en fr` has two.

    What is no value of it is left alone, since names may follow: `course --lang en fr pooling`.
    """
    spread: list[str] = []
    option, begun = "", False
    for token in tokens:
        name, _, value = token.partition("=")
        if name in SEVERAL:
            option, begun = name, bool(value)
        elif option and token in SEVERAL[option]:
            spread += [option] * begun
            begun = True
        else:
            option = ""
        spread.append(token)
    return spread


@Parameter(name="*", group=WORK)
@dataclass(frozen=True)
class Work:
    """Who renders many films, and which of them."""

    processes: Annotated[
        int | None,
        jobs("films are rendered"),
    ] = None
    cluster: Annotated[
        str | None,
        Parameter(help="address of a running Dask scheduler, tcp://HOST:PORT, whose workers render instead"),
    ] = None
    force: Annotated[
        bool, Parameter(help="render also what is there and unchanged", negative="", show_default=False)
    ] = False


def apart(kind: Any, tokens: Sequence[Token]) -> tuple[tuple[str, ...], ...]:
    """The words behind each --sweep."""
    starts = [place for place, token in enumerate(tokens) if token.index == 0]
    return tuple(
        tuple(token.value for token in tokens[start:stop])
        for start, stop in zip(starts, [*starts[1:], len(tokens)], strict=True)
    )


@Parameter(name="*", group=SWEEP)
@dataclass(frozen=True)
class Turning:
    """A knob that is turned, for the film or the numbers at each of its values."""

    sweep: Annotated[
        tuple[tuple[str, ...], ...] | None,
        Parameter(
            converter=apart,
            consume_multiple=True,
            negative="",
            show_default=False,
            help="turn a knob: its name, then LOW HIGH, or all its values [default: what the film proposes]; the end "
            "of a beat at each of them, for html (a page with a slider), png (a still each), mp4, webm, mov, gif or "
            "webp (there and back), pptx (a slide each), pdf (one page), npz, csv, json, xlsx or parquet (all numbers) "
            "[default: html]; for two knobs twice, with png, pdf or the numbers",
        ),
    ] = None
    values: Annotated[
        tuple[int, ...],
        Parameter(
            converter=whole,
            consume_multiple=True,
            negative="",
            show_default=False,
            help="how many from LOW to HIGH, 2 to 100; of two knobs a number for each [default: 20]",
        ),
    ] = ()
    log: Annotated[bool, Parameter(help="spaced by equal factors", negative="", show_default=False)] = False
    figure: Annotated[
        bool, Parameter(help="the figure for print in place of the film", negative="", show_default=False)
    ] = False
    processes: Annotated[
        int | None,
        jobs("values are made"),
    ] = None
    force: Annotated[bool, Parameter(help="make also what is there and unchanged", negative="", show_default=False)] = (
        False
    )

    def idle(self) -> list[str]:
        """The options that are given and need --sweep, where that is not."""
        if self.sweep is not None:
            return []
        given = {
            "values": self.values,
            "log": self.log,
            "figure": self.figure,
            "jobs": self.processes,
            "force": self.force,
        }
        return [f"--{name}" for name, value in given.items() if value]


def signature(concept: str) -> inspect.Signature:
    """The options of a concept's command: a keyword for each knob, then `turning` and `output`."""
    turning = inspect.Parameter("turning", _KEYWORD, default=Turning(), annotation=Turning)
    output = inspect.Parameter("output", _KEYWORD, default=Output(), annotation=Output)
    return inspect.Signature([*knob_options(concept), turning, output])


def knob_options(concept: str) -> list[inspect.Parameter]:
    """A keyword for each knob of a concept."""
    return [_option(knob) for knob in _catalog.knobs(_catalog.load(concept).Params)]


def meaning(concept: str, knob: _catalog.Knob, language: str) -> str:
    """What a knob means; in English as it is declared."""
    return knob.meaning if language == "en" else str(Words(concept, language).sentence(f"knob_{knob.name}"))


def limits(knob: _catalog.Knob, language: str = "en") -> str:
    """The range and the default of a knob, as they follow its meaning; numbers as the command line takes them."""
    say = Words("_knobs", language).sentence
    between = "" if knob.low is None else say("range", low=f"{knob.low:.12g}", high=f"{knob.high:.12g}")
    if knob.kind == "path" and knob.choices:
        between = say("file")
    words = ", ".join(knob.choices)
    span = say("either", one=between, other=words) if between and words else between or words
    if knob.length:
        few, many = map(str, knob.length)
        span = say("values", amount=few if few == many else say("amount", few=few, many=many), each=span)
    default = "" if knob.default is None else say("default", value=_catalog.written(knob.default))
    told = say("both", range=span, default=default) if span and default else span or default
    return f" [{told}]" if told else ""


_KEYWORD = inspect.Parameter.KEYWORD_ONLY


def _option(knob: _catalog.Knob) -> inspect.Parameter:
    converters = {"int": whole, "float": _number_or_word if knob.choices else None, "path": _path_or_word}
    option = Parameter(
        help=knob.meaning + limits(knob),
        group=KNOBS,
        show_default=False,
        show_choices=False,
        converter=converters.get(knob.kind),
        consume_multiple=knob.length is not None,
        negative="",
    )
    return inspect.Parameter(knob.name, _KEYWORD, default=knob.default, annotation=Annotated[_kind(knob), option])


def _kind(knob: _catalog.Knob) -> Any:
    """The type that the command line turns a knob's text into."""
    one: Any = {"int": int, "float": float, "path": Path | None}.get(knob.kind, str)
    if knob.choices:
        one = Literal[*knob.choices] if knob.kind == "choice" else one | Literal[*knob.choices]
    return tuple[one, ...] if knob.length else one


def _path_or_word(kind: Any, tokens: Sequence[Token]) -> Path | str:
    """A path, or one of the words that stand for what a file may hold."""
    text, words = tokens[0].value, [word for part in get_args(kind) for word in get_args(part)]
    return text if text in words else Path(text)


def _number_or_word(kind: Any, tokens: Sequence[Token]) -> float | str:
    """A number, or one of the words that stand for one."""
    text, words = tokens[0].value, get_args(get_args(kind)[-1])
    try:
        return text if text in words else float(text)
    except ValueError:
        raise CoercionError(token=tokens[0], target_type=kind) from None
