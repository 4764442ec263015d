"""What only the film of attention draws: a dictionary whose keys and values are strips, and the shares of its keys."""

from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
from manim import DOWN, LEFT, ORIGIN, RIGHT, UP, Group, VGroup, VMobject

from mathcore.attention import KEYS, VALUES, Trace, slope
from scenes._marks.cells import Cells, ColourBar
from scenes._marks.colour_scale import Scale
from scenes._marks.heat_map import HeatMap
from scenes._marks.line import closed
from scenes._marks.number import Number
from scenes._marks.panel import Panel
from scenes._marks.typeset import sentence
from scenes._stage.clock import between, follow, turn
from scenes._stage.film import SMALL, Film
from scenes._stage.layout import Slot
from scenes._stage.refs import Ref
from scenes._stage.words import NumberText

Curves = tuple[VGroup, list[Any], list[Any]]  # a panel, its lines, what is read off them

LEARNING, STEEP, RECALL = Slot(3.5, -1.75, 3.2, 3.1), Slot(3.4, -1.75, 3.3, 3.1), Slot(3.6, -1.75, 3.0, 2.5)
READ, FEW = Slot(-6.5, -1.5, 5.7, 2.9), 14  # room of the readout scores; so many symbols stand in one line
SOFT, HARD, LONG = -5.5, -1.35, 2.3  # where shares with the root and without it begin; their whole
TURNS = 31  # places between the divisors sqrt(dimension) and 1
QUERY, FIRST, OUTPUT = 2.55, 1.5, -2.6  # heights of the query, of the first pair, of the output
LARGEST_PITCH, ROOM = 0.68, 3.5  # from one pair to the next, at most; from the first pair to the last
LETTER, KEY, DOT, SCORE, SHARE, VALUE, ANSWER = -6.5, -4.55, -1.9, -0.55, 0.05, 4.55, 6.55  # places across the frame
WIDE, HIGH, WHOLE, THICK = 3.0, 0.42, 1.6, 0.36  # of a strip; of a bar of share 1
ADDED_UP, MEETING = 0.7, 0.15  # shares of a comparison after which the sum is divided, and before which nothing is seen
RECTANGLE = np.array([[-1, -1, 0], [-1, 1, 0], [1, 1, 0], [1, -1, 0]]) / 2


def pitch(pairs: int) -> float:
    """How far it is from one pair to the next."""
    return min(LARGEST_PITCH, ROOM / (pairs - 1))


def heights(pairs: int) -> np.ndarray:
    """Those of the pairs, from the first down."""
    down: np.ndarray = FIRST - pitch(pairs) * np.arange(pairs)
    return down


def letters(
    film: Film, texts: Iterable[str], role: str, place: float, feet: Iterable[float], size: float = 0
) -> VGroup:
    """A column of symbols, by default as large as the rows allow."""
    colour, size = getattr(film.theme, role), size or min(42, 64 * pitch(film.trace.params.pairs))
    column = zip(texts, feet, strict=True)
    return VGroup(*(sentence(text, colour, size).move_to([place, y, 0]) for text, y in column))


def marked(film: Film, place: float) -> VMobject:
    """A frame around the symbol of the pair that is asked for."""
    pairs, asked = film.trace.params.pairs, int(film.trace.asked)
    side = min(0.56, 0.94 * pitch(pairs))
    return rectangles([(place, heights(pairs)[asked])], side, side, film.theme.good, 3)


def key_name(symbol: Any) -> str:
    """What a key is called."""
    return KEYS[symbol]


def value_name(symbol: Any) -> str:
    """What a value is called."""
    return VALUES[symbol]


def look_up(trace: Trace) -> str:
    """The dictionary and the query, as Python writes them."""
    pairs = ", ".join(f"{KEYS[k]}: {VALUES[v]}" for k, v in zip(trace.key, trace.value, strict=True))
    return f"{{{pairs}}}[{KEYS[trace.key[trace.asked]]}]"


def rectangles(places: Any, width: float, height: float, colour: str, stroke: float = 2) -> VMobject:
    """Equal upright rectangles around places [place xy], as one path."""
    centres = np.pad(np.asarray(places, dtype=float), ((0, 0), (0, 1)))  # [place 3]
    path = VMobject(stroke_color=colour, stroke_width=stroke, fill_opacity=0)
    path.points = closed(centres[:, None] + RECTANGLE * [width, height, 1])
    return path


def framed(film: Film, feet: np.ndarray) -> VMobject:
    """Frames around the values and their sum, which are seen where a strip has faded."""
    return rectangles([(VALUE, y) for y in [*feet, OUTPUT]], WIDE, HIGH, film.theme.faint)


class Strip(HeatMap):
    """A vector as a row of cells, or several such rows on top of each other in one strip."""

    def __init__(self, values: np.ndarray, place: tuple[float, float], scale: Scale) -> None:
        super().__init__(np.atleast_2d(values), HIGH, *scale)
        self.stretch_to_fit_width(WIDE).stretch_to_fit_height(HIGH).move_to([*place, 0])

    def show(self, values: np.ndarray) -> Self:
        """Show other values."""
        return self.paint(np.atleast_2d(values))


class Shares(VGroup):
    """A lying bar for each key, a share of a whole, with its number; along an axis from one row of shares to the next.

    Args:
        film: it writes the numbers.
        refs: to the shares [place key].
        left: where the bars begin.
        feet: heights of their middles [key].
        whole: length of a bar of share 1.
    """

    def __init__(self, film: Film, refs: np.ndarray, left: float, feet: np.ndarray, whole: float = WHOLE) -> None:
        self._left, self._feet, self._whole = left, feet, whole
        self._shares = np.array([[ref.value for ref in row] for row in refs])
        self._written = [[film.words.number_to(ref, 3) for ref in row] for row in refs]
        centres = np.column_stack([np.full(len(feet), left + whole / 2), feet])
        self.bars = VMobject(fill_color=film.theme.activation, fill_opacity=0.9, stroke_width=0)
        self.numbers = VGroup(*(film.number(refs[0, 0], film.theme.activation, size=30) for _ in feet))
        for number, foot in zip(self.numbers, feet, strict=True):
            number.centred_at(np.array([left + whole + 0.15, foot, 0]))
        super().__init__(rectangles(centres, whole, THICK, film.theme.faint), self.bars, self.numbers)
        self.at(0)

    def at(self, place: float) -> Self:
        """Show the shares at a place; their numbers are those of the last whole one."""
        for number, text in zip(self.numbers, self._written[int(place + 1e-9)], strict=True):
            number.write(text)
        return self.lay(between(self._shares, place))

    def reveal(self, many: float) -> Self:
        """Show the first shares of so many keys."""
        for j, number in enumerate(self.numbers):
            number.set_opacity(float(many > j))
        return self.lay(self._shares[0] * (np.arange(len(self._feet)) < many))

    def lay(self, shares: np.ndarray) -> Self:
        """Show bars of these lengths."""
        middles = np.column_stack([self._left + self._whole * shares / 2, self._feet])
        self.bars.points = slabs(middles, np.column_stack([self._whole * shares, np.full(len(shares), THICK)]))
        return self


def slabs(middles: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The points of upright rectangles around middles [slab xy], of sizes [slab xy], as one path."""
    flat = ((0, 0), (0, 1))
    return closed(np.pad(middles, flat)[:, None] + RECTANGLE * np.pad(sizes, flat)[:, None])


class Readout:
    """The score of each value symbol, bars that grow along "read"; what is the largest stands apart.

    Args:
        film: whose trace and numbers they are.
        when: "_before" training, or "" after.
    """

    def __init__(self, film: Film, when: str) -> None:
        t, theme, mine = film.trace, film.theme, int(film.trace.asked)
        scores, best = getattr(t, f"readout{when}")[mine], int(getattr(t, f"answer{when}")[mine])
        many, apart = len(scores), READ.width / len(scores)
        x, unit = READ.left + apart * (np.arange(many) + 0.5), READ.height / float(np.ptp([*scores, 0]))
        zero = READ.foot - unit * min(scores.min(), 0)
        feet = READ.foot - 0.3 - 0.36 * (np.arange(many) % 2) * (many > FEW)
        names = VGroup(*(sentence(value_name(symbol), theme.data, 28) for symbol in range(many)))
        for name, *place in zip(names, x, feet, strict=True):
            name.move_to([*place, 0])
        bars = VMobject(fill_color=theme.text, fill_opacity=0.9, stroke_width=0)

        def grow(share: float) -> None:
            heights = unit * scores * share
            middles = np.column_stack([x, zero + heights / 2])
            bars.points = slabs(middles, np.column_stack([np.full(many, 0.6 * apart), heights]))

        ground = rectangles([(READ.left + READ.width / 2, zero)], READ.width, 0, theme.faint)
        self.drawn = VGroup(ground, follow(bars, "read", at=grow), names, self.head(film))
        ref, low, top = (
            getattr(film.refs, f"readout{when}")[mine, best],
            feet[best] - 0.25,
            READ.foot + READ.height + 0.1,
        )
        frame = rectangles([(x[best], (low + top) / 2)], 0.98 * apart, top - low, theme.text, 4)
        number = film.number(size=30, anchor=ORIGIN).write(film.words.number_to(ref, 2))
        self.largest = VGroup(frame, number.centred_at(np.array([x[best], top + 0.27, 0])))

    def head(self, film: Film) -> VGroup:
        """What a score is."""
        rule = film.typeset("r_y = activation(o) dot u_y", size=36)
        title = film.say("scores", size=SMALL, colour=film.theme.faint, symbols=film.refs.params.symbols)
        return VGroup(rule, title).arrange(DOWN, buff=0.15).move_to([READ.left + READ.width / 2, QUERY, 0])


class Table:
    """The keys of a dictionary, the query above them, its scores, the values and the output; vectors are strips.

    Along "mixed" each value fades to its share; along "added" these come down in turn and add up to the output.

    Args:
        film: whose trace and numbers they are.
        when: "_before" training, or "" after.
        scale: the colours of all strips.
    """

    def __init__(self, film: Film, when: str, scale: Scale) -> None:
        trace, refs = film.trace, film.refs
        self.asked, self.feet = int(trace.asked), heights(trace.params.pairs)
        self.q, self.k, self.v = getattr(trace, f"q{when}")[self.asked], *(getattr(trace, f"{n}{when}") for n in "kv")
        self.mixture = getattr(trace, f"weights{when}")[self.asked][:, None] * self.v
        self.query = Strip(self.q, (KEY, QUERY), scale)
        self.keys = Group(*(Strip(np.stack([k, k]), (KEY, y), scale) for k, y in zip(self.k, self.feet, strict=True)))
        self.values = Group(*(Strip(v, (VALUE, y), scale) for v, y in zip(self.v, self.feet, strict=True)))
        self.output, self.falling = (Strip(0 * self.q, (VALUE, OUTPUT), scale) for _ in range(2))
        self.told = [film.words.number_to(ref, 2) for ref in getattr(refs, f"scores{when}")[self.asked]]
        self.scores = self.column(film, SCORE, self.told)
        dots = refs.dot if when else refs.dot_after
        self.dots = self.column(film, DOT, [film.words.number_to(ref, 2) for ref in dots])
        follow(self.values, "mixed", at=self.mix)
        follow(self.output, "added", at=self.add_up)
        follow(self.falling, "added", at=self.fall)

    def column(self, film: Film, place: float, texts: Sequence[NumberText]) -> VGroup:
        """A number for each key."""
        numbers = VGroup(*(film.number(size=30, anchor=RIGHT) for _ in self.feet))
        for number, text, y in zip(numbers, texts, self.feet, strict=True):
            number.centred_at(np.array([place, y, 0])).write(text)
        return numbers

    def compare(self, film: Film) -> Group:
        """The keys and their scores; along "compared" the query visits the keys in turn.

        Its components meet those of the key, are multiplied and added up, and the sum is divided.
        """
        terms = range(len(self.q) + 1)
        sums = [
            [film.words.number_to(film.refs.sum("product", n, (key,)), 2) for n in terms]
            for key in range(len(self.feet))
        ]

        def at(place: float) -> None:
            for key, strip in enumerate(self.keys):
                passed = float(np.clip(place - key, 0, 1))
                met = np.stack([self.q, self.k[key]])
                many = int(np.clip((passed - MEETING) / (ADDED_UP - MEETING), 0, 1) * len(self.q) + 1e-9)
                met[:, :many] = met[0, :many] * met[1, :many]
                strip.show(met if 0 < passed < 1 else np.stack([self.k[key]] * 2))
                write(self.dots[key], sums[key][many] if many else None)
                write(self.scores[key], self.told[key] if passed > ADDED_UP else None)

        return follow(Group(self.keys, self.dots, self.scores), "compared", at=at)

    def mix(self, share: float) -> None:
        """Fade the values to their shares."""
        for strip, whole, part in zip(self.values, self.v, self.mixture, strict=True):
            strip.show(whole + share * (part - whole))

    def add_up(self, many: float) -> None:
        """Show the sum of the first so many."""
        self.output.show(self.mixture[: int(many + 1e-9)].sum(axis=0))

    def fall(self, many: float) -> None:
        """Show the next one on its way to the sum."""
        one, way = turn(many)
        foot = self.feet[one] + way * (OUTPUT - self.feet[one])
        self.falling.show(self.mixture[one]).move_to([VALUE, foot, 0])


def write(number: Number, text: NumberText | None) -> None:
    """Write a number, or nothing yet."""
    if text is not None:
        number.write(text)
    number.set_opacity(float(text is not None))


def matrix(film: Film, refs: np.ndarray, place: int = 0) -> Group:
    """The shares [step query key] of all queries, a column for each, along "step"; that of the asked one is framed."""
    t, words, theme, feet = film.trace, film.words, film.theme, heights(film.trace.params.pairs)
    side, middle = pitch(len(feet)), np.array([LETTER + 2.45 + 4.6 * place, feet.mean(), 0])

    def write(ref: Ref) -> NumberText:
        return words.number_to(ref, 2)

    cells = Cells(refs[0].T, Scale(theme.sizes), side * len(feet), theme, write).move_to(middle)
    columns = middle[0] + side * (np.arange(len(feet)) - (len(feet) - 1) / 2)
    heads = VGroup(*(sentence(key_name(k), theme.data, 32) for k in t.key))
    for head, x in zip(heads, columns, strict=True):
        head.move_to([x, feet[0] + side / 2 + 0.3, 0])
    frame = rectangles([(columns[int(t.asked)], middle[1])], side, side * len(feet), theme.text, 4)
    frame.set_stroke(theme.background, 8, background=True)
    name = film.say("name_queries", size=SMALL, colour=theme.faint).next_to(heads, UP, buff=0.15)
    if len(refs) > 1:
        follow(cells, "step", at=lambda step: cells.paint(refs[round(step)].T))
    rows = [film.say("name_keys", size=SMALL, colour=theme.faint).move_to([LETTER, heads.get_y(), 0])] * (place == 0)
    return Group(cells, heads, frame, name, *rows)


def shades(film: Film, cells: Group) -> ColourBar:
    """What the colours of a matrix stand for, below it."""
    return ColourBar(Scale(film.theme.sizes), 3.0, film.theme, film.words).next_to(cells, DOWN, buff=0.3)


def compared(film: Film) -> list[Group]:
    """The shares of all queries before training and after, and the mean share of the right key over new ones."""
    refs = film.refs
    ends = (("before", refs.weights_before, refs.weight_on_key[0]), ("after", refs.weights, refs.weight_on_key[-1]))
    pictures = []
    for place, (when, shares, mean) in enumerate(ends):
        picture, share = matrix(film, shares[None], place), film.words.number_to(mean, 2)
        told = VGroup(film.say(when, size=SMALL), film.say("on_new", size=SMALL, share=share)).arrange(DOWN, buff=0.12)
        pictures.append(Group(picture, told.next_to(picture[0], DOWN, buff=0.2)))
    return pictures


def learning_curve(film: Film) -> VGroup:
    """The mean share of the right key over the steps."""
    t = film.trace
    panel = Panel(film, LEARNING, [0, t.params.steps], [0, 1], "name_step", ticks=(4, 5))
    return VGroup(
        panel.drawn,
        above(film, panel, "name_weight", "over_new"),
        panel.line(np.arange(t.params.steps + 1), t.weight_on_key, "activation", "step"),
    )


def above(film: Film, panel: Panel, *keys: str, **values: Any) -> VGroup:
    """What the height of a panel is, in two lines above it."""
    lines = (film.say(key, size=SMALL, colour=film.theme.faint, **values) for key in keys)
    told = VGroup(*lines).arrange(DOWN, buff=0.12, aligned_edge=LEFT).next_to(panel.axes.box[1], UP, buff=0.15)
    return told.align_to(panel.axes.box[0] + 0.5 * LEFT, LEFT)


class Slopes:
    """The asked query's shares before training, with the root and, along "released", without; how steep softmax is.

    Args:
        film: whose trace and numbers they are.
    """

    def __init__(self, film: Film) -> None:
        t, refs, mine, feet = film.trace, film.refs, int(film.trace.asked), heights(film.trace.params.pairs)
        soft = Shares(film, refs.weights_before[[mine]], SOFT, feet, LONG)
        hard = Shares(film, refs.weights_unscaled[[mine]], HARD, feet, LONG)
        way = t.softens(np.geomspace(t.params.dimension**0.5, 1, TURNS))
        heads = (
            film.typeset("(data(q) dot data(k_j)) / sqrt({d})", size=36, d=refs.params.dimension),
            film.typeset("data(q) dot data(k_j)", size=36),
        )
        for head, left in zip(heads, (SOFT, HARD), strict=True):
            head.move_to([left + LONG / 2, QUERY, 0])
        panel = Panel(film, STEEP, [0, 1], [0, 0.25], film.typeset("activation(w)"), "name_steepness", ticks=(2, 3))
        shares = np.linspace(0, 1, 101)
        dots = panel.dots(way[0], slope(way[0]), "activation", 0.1)
        own = panel.dots(way[0][[mine]], slope(way[0][[mine]]), "good", 0.1)

        def release(share: float) -> None:
            now = between(way, share * (TURNS - 1))
            hard.lay(now)
            hard.numbers.set_opacity(float(share == 1))
            dots.put(panel.at(now, slope(now)))
            own.put(panel.at(now[[mine]], slope(now[[mine]])))

        curve = panel.line(shares, slope(shares), "activation")
        self.soft, self.hard = VGroup(soft, heads[0]), VGroup(hard, heads[1])
        self.panel = follow(VGroup(panel.drawn, curve, dots, own), "released", at=release)
        self.numbers = VGroup()
        for ref, left in ((refs.slope[mine], SOFT), (refs.slope_unscaled[mine], HARD)):
            name, number = key_name(t.key[mine]), film.words.markup(ref, digits=2)
            markup = f'activation(w_"{name}") (1 - activation(w_"{name}")) = activation({{slope}})'
            self.numbers.add(film.typeset(markup, size=32, slope=number).move_to([left + LONG / 2, OUTPUT, 0]))


def width_curves(film: Film, place: int) -> Curves:
    """How many random look-ups hear one key only, over the dimension, and in that of the knob."""
    t, refs = film.trace, film.refs
    most = int(t.compared)
    panel = Panel(film, STEEP, t.width, [0, most], "name_dimension", ticks=(3, 3))
    panel.drawn.add(above(film, panel, "name_counted", "name_one_key", count=refs.compared, one=refs.threshold))
    here, top = t.width[[place]], panel.at(t.width[place], most)
    told = film.typeset("d = {d}", size=28, d=refs.params.dimension).next_to(top, RIGHT, buff=0.1).shift(0.15 * DOWN)
    panel.drawn.add(panel.rules(here, 0, most, "faint"), told)
    few, many = (panel.at(t.width[place], getattr(t, f"one_key{form}")[place])[1] for form in ("", "_unscaled"))
    heights = few + 0.2, max(many - 0.15, few + 0.6)
    lines, read = [], []
    runs = (
        ("one_key", "(data(q) dot data(k)) / sqrt(d)", False),
        ("one_key_unscaled", "data(q) dot data(k)", True),
    )
    for (quantity, markup, dashed), height in zip(runs, heights, strict=True):
        values, ref = getattr(t, quantity), getattr(refs, quantity)[place]
        lines.append(panel.line(t.width, values, "text", dashed=dashed))
        dot = panel.dots(here, values[[place]], "text", 0.09)
        number = film.number(ref, size=34).centred_at(np.array([top[0] + 0.18, height, 0]))
        name = film.typeset(markup, size=28).next_to(panel.at(t.width[-1], values[-1]), UP, buff=0.12)
        read += [dot, number, name.align_to(panel.axes, RIGHT)]
    return panel.drawn, lines, read


def recall_curves(film: Film) -> Curves:
    """Accuracy over the steps, with the root and, dashed, without, and the steps at which recall is learned."""
    t, refs = film.trace, film.refs
    panel = Panel(
        film, RECALL, [0, t.params.steps], [0, 100], "name_step", film.say("name_recall", size=SMALL), ticks=(4, 5)
    )
    mean = film.say("mean_of", size=SMALL, colour=film.theme.faint, starts=refs.length("start"))
    steps, read = np.arange(t.params.steps + 1), [mean.move_to([6.75, RECALL.foot + RECALL.height + 1.45, 0], RIGHT)]
    lines, rows = [], VGroup()
    runs = (("root", "reached", t.recall, False), ("without", "reached_unscaled", t.recall_unscaled, True))
    for name, quantity, values, dashed in runs:
        line, step = panel.line(steps, 100 * values, "text", dashed=dashed), int(getattr(t, quantity))
        told = {"step": getattr(refs, quantity), "level": refs.level.percent} if step >= 0 else {}
        legend = film.say(f"reached_{name}" if told else f"missed_{name}", size=SMALL, **told)
        lines.append(line)
        rows.add(VGroup(legend, line.copy().through(np.outer([0, 0.5], RIGHT)).next_to(legend, LEFT, buff=0.15)))
        if step >= 0:
            read.append(panel.dots([step], 100 * values[[step]], "text", 0.09))
    rows.arrange(DOWN, buff=0.17, aligned_edge=LEFT).move_to([6.75, RECALL.foot + RECALL.height + 0.85, 0], RIGHT)
    return panel.drawn, lines, [*read, *rows]
