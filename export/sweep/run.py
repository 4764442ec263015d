"""Makes a sweep: looks at all settings, draws them, and binds the pictures, or the numbers, to what is asked for."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from loky import cpu_count
from PIL import Image

from export.command.terminal import tell
from export.course import cache, source
from export.course.batch import Outcome, Show, shared_out, workers
from export.course.job import Job, RefusedError, RenderError, do
from export.course.run import bar, print_names
from export.formats import formats
from export.render.files import checked, writeable
from export.render.script import EACH, LOOP, WHOLE, check_beat
from export.render.settings import RenderSettings, named, of_part, stem_of, tidy
from export.sweep import film, page, sheet, slides, table
from export.sweep.asked import Setting, Turned, settings
from export.sweep.swept import Point, Swept
from export.sweep.work import Draw, Look, Seen, shared_limits, shared_ranges
from mathcore import InputError, _catalog
from mathcore._catalog import hyphens
from mathcore._files import written_whole
from scenes._stage.beats import beats

NUMBERS = ("npz", "csv", "json", "xlsx", "parquet")
OF_ONE = ("html", "pptx", "png", "pdf", "mp4", "webm", "mov", "gif", "webp")
OF_TWO = ("png", "pdf")
Backend = Callable[[Sequence[Look | Draw], Path, Show], Generator[Outcome]]  # what looks at settings and draws them


def make(
    concept: str,
    turned: Sequence[Turned],
    given: dict[str, Any],
    look: RenderSettings,
    extensions: Sequence[str],
    folder: Path,
    name: str = "",
    *,
    figure: bool = False,
    processes: int | None = None,
    force: bool = False,
) -> bool:
    """Make the files of a sweep in `folder`; their names are printed, those that are there already first.

    Args:
        concept: what is swept.
        turned: the knobs that are turned, one or two.
        given: other knobs that are set, with their values.
        look: how it is shown; a beat that it leaves open is the summary.
        extensions: names of formats.
        folder: where to; it is made if it is missing.
        name: of the file, where one format is asked for.
        figure: whether the figure is shown instead of the film.
        processes: how many settings are computed and drawn at once; by default one per processor.
        force: make also what is there and unchanged.

    Returns:
        whether there was no failure; a setting that the concept refuses is none. Both are told on standard error.

    Raises:
        mathcore.InputError: a format cannot show it, the folder cannot be written to, or no setting is left.
    """
    check(concept, turned, look, extensions)
    if name.endswith(".png") and len(turned) == 1:
        raise InputError(f"{name} cannot be written: it is one file, and one for each value is asked for.")
    writeable(folder)
    plain = _catalog.load(concept).Params()
    given = {knob: value for knob, value in given.items() if value != getattr(plain, knob)}
    look = replace(look, beat=_beat(concept, look.beat))
    jobs = {extension: _job(concept, turned, given, look, extension, figure=figure) for extension in extensions}
    there = {} if force else {one: files for one in jobs if (files := cache.made(jobs[one], one, folder))}
    for files in there.values():
        print_names(files)
    wanted = [extension for extension in extensions if extension not in there]
    if not wanted:
        tell("it is there and unchanged; --force makes it anyway.")
        return True
    made_from = source.of_film(concept, jobs[wanted[0]].knobs)
    heights = list(dict.fromkeys(height for one in wanted if (height := _height(one, turned, look))))
    points = _points(turned, given)
    with (
        TemporaryDirectory(prefix="deepreel-") as scratch,
        workers(min(processes or cpu_count(), len(points))) as idle,
        bar(len(points) * (1 + len(heights)), _catalog.hyphens(concept)) as show,
    ):
        crew = _Crew(Path(scratch), partial(shared_out, idle=idle, kept=folder), show)
        swept = crew.sweep(Swept(concept, turned, points, look, figure, folder, {}), heights)
        for extension in wanted:
            files = _write(swept, extension, look, folder / (name or _name(swept, given, extension)))
            cache.record(jobs[extension], files, folder, made_from)
            print_names(files)
    return not crew.failed


def make_here(
    concept: str, turned: Sequence[Turned], look: RenderSettings, extension: str, folder: Path, show: Show, kept: Path
) -> list[Path]:
    """Make the files of one format of a sweep, setting by setting in this process; `show` takes which part is done.

    Raises:
        mathcore.InputError: no setting is left.
    """
    look, heights = replace(look, beat=_beat(concept, look.beat)), [_height(extension, turned, look)]
    points = _points(turned, {})
    works = len(points) * (1 + len(heights))
    with TemporaryDirectory(prefix="deepreel-") as scratch:
        crew = _Crew(Path(scratch), partial(_here, kept=kept), lambda done: show(done / works))
        swept = crew.sweep(Swept(concept, turned, points, look, False, kept, {}), heights)
        folder.mkdir(parents=True, exist_ok=True)
        return _write(swept, extension, look, folder / _name(swept, {}, extension))


def _here(works: Sequence[Look | Draw], folder: Path, show: Show, kept: Path) -> Generator[Outcome]:
    """What `shared_out` does, without other processes."""
    for number, work in enumerate(works):
        try:
            yield number, do(work, folder / work.name, None, kept)
        except RenderError as error:
            yield number, error
        show(number + 1)


def check(concept: str, turned: Sequence[Turned], look: RenderSettings, extensions: Sequence[str]) -> None:
    """Refuse what a sweep cannot have, before anything is computed.

    Raises:
        mathcore.InputError: a format holds no sweep, or none of two knobs; the film lacks the beat.
    """
    checked(look, extensions)
    for extension in extensions:
        if extension not in (*OF_ONE, *NUMBERS):
            raise InputError(f"{extension} holds no sweep; {', '.join((*OF_ONE, *NUMBERS))} do.")
        if len(turned) > 1 and extension not in (*OF_TWO, *NUMBERS):
            raise InputError(f"{extension} holds no sweep of two knobs; {', '.join((*OF_TWO, *NUMBERS))} do.")
        if look.transparent and not (extension == "png" and len(turned) == 1):
            raise InputError(f"a sweep has a background, but for png; leave --transparent out of {extension}.")
    if look.beat in (WHOLE, EACH):
        raise InputError(f"a sweep shows how one beat ends; name one instead of --beat {look.beat}.")
    check_beat(concept, look.beat)


def summary(concept: str) -> str:
    """The beat whose end shows what a knob does."""
    return next(beat.name for beat in beats(concept) if beat.summary)


def _beat(concept: str, wanted: str | None) -> str:
    """The beat that is wanted, by its own name."""
    loop = next(beat.name for beat in beats(concept) if beat.loop)
    return loop if wanted == LOOP else hyphens(wanted or summary(concept))


class _Crew:
    """Has processes look at settings, then draw them; what fails is told, and left out.

    Args:
        scratch: where what they make lies until it is bound.
        backend: what has them do it.
        show: takes how much is done, of all that is to be done.
    """

    def __init__(self, scratch: Path, backend: Backend, show: Show) -> None:
        self._scratch, self._backend, self._show = scratch, backend, show
        self._done, self.failed = 0, False

    def sweep(self, swept: Swept, heights: Sequence[int]) -> Swept:
        """The sweep of the settings at which there is a film, with pictures of these heights."""
        swept = self.look(swept, next(iter(heights), 0))
        for height in heights:
            swept = self.draw(swept, height)
        return swept

    def look(self, swept: Swept, height: int) -> Swept:
        """The sweep at those points at which there is a film, with pictures so high; without any where it is 0."""
        look = _drawn(swept.look, height)
        made = self._make(
            {
                number: Look(f"{number}", swept.concept, point.knobs, look, bool(height), swept.figure)
                for number, point in enumerate(swept.points)
            },
            swept,
        )
        if not height:
            return replace(swept, points=[swept.points[number] for number in made])
        points = [replace(swept.points[number], seen=Seen.read(told)) for number, (told, _) in made.items()]
        return replace(swept, points=points, pictures={height: [picture for _, picture in made.values()]})

    def draw(self, swept: Swept, height: int) -> Swept:
        """The sweep with pictures so high, the panels of all with the same ends."""
        seen = [point.seen for point in swept.points if point.seen]
        ranges, limits = shared_ranges(seen), shared_limits(seen)
        look = replace(_drawn(swept.look, height), ranges=ranges)
        pictures = dict(enumerate(swept.pictures.get(height, [])))
        again = [number for number, one in enumerate(seen) if not (pictures and one.fits(ranges, limits))]
        printed = limits if swept.figure else None
        made = self._make(
            {n: Draw(f"{height}-{n}", swept.concept, swept.points[n].knobs, look, printed) for n in again}, swept
        )
        pictures |= {number: files[0] for number, files in made.items()}
        left = [number for number in range(len(seen)) if number in made or number not in again]
        others = {size: [files[number] for number in left] for size, files in swept.pictures.items()}
        return replace(
            swept,
            points=[swept.points[number] for number in left],
            pictures={**others, height: [pictures[number] for number in left]},
        )

    def _make(self, works: Mapping[int, Look | Draw], swept: Swept) -> dict[int, list[Path]]:
        """The files of each work that came to something, by the number of its point.

        Raises:
            mathcore.InputError: none did.
        """
        numbers, made, failures = list(works), dict[int, list[Path]](), dict[int, RenderError]()

        def show(done: float) -> None:
            self._show(self._done + done)

        with closing(self._backend([*works.values()], self._scratch, show)) as results:
            for place, result in results:
                if isinstance(result, RenderError):
                    failures[numbers[place]] = result
                else:
                    made[numbers[place]] = result
        if failures and not made:
            raise InputError(f"no value can be shown: {next(iter(failures.values()))}")
        for number, error in sorted(failures.items()):
            tell(f"{_told(swept, swept.points[number])} is left out: {error}")
            self.failed |= not isinstance(error, RefusedError)
        self._done += len(swept.points)
        return dict(sorted(made.items()))


def _drawn(look: RenderSettings, height: int) -> RenderSettings:
    """The look of pictures so high; those of a sheet are too small for a logo, which stands beside its title."""
    return replace(look.settled(), height=height, brand=look.brand.bare if height == sheet.CELL else look.brand)


def _points(turned: Sequence[Turned], given: Mapping[str, Any]) -> list[Point]:
    """All settings."""
    return [Point(places, (*given.items(), *_setting(turned, places))) for places in settings(turned)]


def _told(swept: Swept, point: Point) -> str:
    """A setting as the command line takes it."""
    pairs = zip(swept.turned, point.places, strict=True)
    return " ".join(f"--{hyphens(one.knob.name)} {_catalog.written(one.values[place])}" for one, place in pairs)


def _setting(turned: Sequence[Turned], places: Sequence[int]) -> Setting:
    return tuple(one.setting(place) for one, place in zip(turned, places, strict=True))


def _height(extension: str, turned: Sequence[Turned], look: RenderSettings) -> int:
    """How high the pictures are that a format is made of; of numbers 0."""
    if extension in NUMBERS:
        return 0
    if extension == "pdf" or len(turned) > 1:
        return sheet.CELL
    height = look.settled(*formats()[extension].size).height
    return height if extension in ("html", "png") else film.drawn_height(height)


def _write(swept: Swept, extension: str, look: RenderSettings, path: Path) -> list[Path]:
    """Write a file of a sweep, or, of stills, several."""
    look = look.settled(*formats()[extension].size)
    if extension in NUMBERS:
        table.write(swept, path)
    elif extension == "pdf" or len(swept.turned) > 1:
        sheet.write(swept, path)
    elif extension == "png":
        return _stills(swept, look, path.with_suffix(""))
    elif extension == "html":
        page.write(swept, path, look)
    elif extension == "pptx":
        slides.write(swept, path, look)
    else:
        film.write(swept, formats()[extension], path, look)
    return [path]


def _stills(swept: Swept, look: RenderSettings, folder: Path) -> list[Path]:
    """A still for each value, in a folder of their own."""
    folder.mkdir(exist_ok=True)
    files, values = [], swept.turned[0].values
    for number, (point, picture) in enumerate(zip(swept.points, swept.pictures[look.height], strict=True), 1):
        files.append(folder / f"{number:03}-{tidy(values[point.places[0]])}.png")
        with written_whole(files[-1]) as draft, Image.open(picture) as drawn:
            drawn.save(draft, optimize=True)
    return files


def _job(
    concept: str, turned: Sequence[Turned], given: dict[str, Any], look: RenderSettings, extension: str, *, figure: bool
) -> Job:
    """What the record of a file says that it was made from."""
    return Job(
        concept, look, (extension,), (*given.items(), asked_for(turned, figure=figure and (look.figure_size or True)))
    )


def asked_for(turned: Sequence[Turned], *, figure: bool | str = False) -> tuple[str, Any]:
    """What is turned, as a record tells it, and by what code."""
    return "sweep", (tuple((one.knob.name, one.values) for one in turned), figure, _code())


def _code() -> str:
    """A hash of what binds pictures and numbers together."""
    rooms = [_catalog.ROOT / room for room in ("export/sweep", "assets/sweep")]
    return source.hashed([source.digest(path) for room in rooms for path in sorted(room.glob("*.*"))])


def _name(swept: Swept, given: dict[str, Any], extension: str) -> str:
    """NAME+knob=LOW-to-HIGH-COUNT.EXT, in which other knobs and a look other than the format's own show."""
    knobs = [f"{one.knob.name}={_span(one)}" for one in swept.turned]
    stem = "+".join([stem_of(swept.concept, given), *knobs])
    size = swept.look.figure_size
    path = Path(named(stem, replace(swept.look, figure_size=""), extension, formats()[extension].size))
    part = f"figure.{size}".rstrip(".") if swept.figure else str(swept.look.beat)
    return (path if part == summary(swept.concept) or extension in NUMBERS else of_part(path, part)).name


def _span(one: Turned) -> str:
    """The values of a knob as part of a file name."""
    if not one.numeric:
        return tidy(one.values)
    return f"{one.values[0]}-to-{one.values[-1]}-{len(one.values)}" + "-log" * one.log
