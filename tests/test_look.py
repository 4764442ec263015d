"""A look of one's own: its colours and its logo in every format, and what is refused, with the figures."""

import io
import pickle
import re
from dataclasses import replace

import numpy as np
import pytest
from abuse import is_a_sentence
from colorspacious import cspace_convert
from conftest import computed
from daltonlens.simulate import Deficiency, Simulator_Brettel1997
from manim import DOWN, RIGHT, Dot, VMobject
from matplotlib.colors import to_hex
from PIL import Image
from pptx import Presentation
from rehearsal import rehearse

import render
from export.course import run
from export.course.job import Job, do
from export.formats import zip as pieces
from export.formats.figure import figure_of
from export.gallery.pages import look_of
from export.look import file
from export.look.vision import BLINDNESS, LINEAR, brettel, closest, contrast, lab, machado, rgb
from export.render import player
from export.render.files import make
from export.render.settings import RenderSettings
from export.render.stamp import stamp
from mathcore import InputError
from mathcore._catalog import ROOT
from scenes._marks.colour_scale import INKS
from scenes._stage.brand import CORNERS, HOUSE, logo_box
from scenes._stage.seen import parts
from scenes._stage.theme import THEMES
from scenes.gradient_descent import GradientDescent

BLUE = '[dark]\nbackground = "#001a33"\ndata = "#ffcc00"\ngradient = "#00e5ff"\nweight = "#ff8a5c"\n'
PINK = '[light]\nbackground = "#fffaff"\ndata = "#0078b6"\n'
GREEN, WHITE = (40, 230, 120, 255), (255, 255, 255, 255)
SMALL = RenderSettings(height=144, fps=5, beat="replay")
HOUSE_COLOURS = {colour for theme in THEMES.values() for colour in theme.colours().values()}


@pytest.fixture
def write(tmp_path):
    """Writes a look to a file."""

    def written(text, name="uni.toml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return written


@pytest.fixture
def logo(tmp_path):
    """Writes a logo: a bar of a colour, half of it clear, in the midst of a transparent margin."""

    def drawn(colour=GREEN, name="logo.png", size=(200, 100)):
        pixels = np.zeros((size[1] + 40, size[0] + 60, 4), np.uint8)
        pixels[20:-20, 30:-30] = colour
        pixels[20:-20, 30:-30, 3] //= np.where(np.arange(size[0]) < size[0] // 2, 1, 2).astype(np.uint8)
        Image.fromarray(pixels).save(tmp_path / name)
        return f'logo = "{name}"\n'

    return drawn


def refused(path):
    """The sentence with which a look is refused, without the name of its file."""
    with pytest.raises(InputError) as error:
        file.read(path)
    assert is_a_sentence(f"render.py: {error.value}\n")
    return str(error.value).replace(str(path.parent), "").lstrip("/")


def test_sight_is_that_of_the_libraries():
    colours = np.random.default_rng(0).integers(0, 256, (500, 3)).astype(np.uint8)
    missing = dict(zip(BLINDNESS, (Deficiency.PROTAN, Deficiency.DEUTAN, Deficiency.TRITAN), strict=True))
    for kind in BLINDNESS:
        space = {"name": "sRGB1+CVD", "cvd_type": f"{kind}omaly", "severity": 100}
        theirs = np.clip(cspace_convert(colours / 255, space, "sRGB1-linear"), 0, 1)
        np.testing.assert_allclose(machado(LINEAR[colours], kind), theirs, atol=1e-12)
        theirs = Simulator_Brettel1997().simulate_cvd(colours[None], missing[kind], severity=1)[0].astype(int)
        ours = 255 * cspace_convert(brettel(LINEAR[colours], kind), "sRGB1-linear", "sRGB1")
        assert np.abs(ours - theirs).max() <= 1  # since theirs are cut to bytes
        assert np.abs(colours - ours).max() > 50
    np.testing.assert_allclose(lab(LINEAR[colours]), cspace_convert(colours / 255, "sRGB1", "CIELab"), atol=0.03)
    assert contrast(rgb("#000000"), rgb("#ffffff")) == pytest.approx(21)
    assert contrast(rgb("#777777"), rgb("#ffffff")) == pytest.approx(4.48, abs=0.005)  # as WCAG's examples have it


def test_what_a_look_names_is_its_own_and_the_rest_the_house_s(write):
    brand = file.read(write(BLUE))
    own = {"background": "#001a33", "data": "#ffcc00", "gradient": "#00e5ff", "weight": "#ff8a5c"}
    assert brand.dark == replace(HOUSE.dark, **own)
    assert (brand.light, brand.paper) == (HOUSE.light, HOUSE.paper)
    assert (brand.dark_logo, brand.light_logo) == (None, None)
    light = file.read(write(PINK))
    assert (light.light.background, light.light.data) == ("#fffaff", "#0078b6")
    assert light.paper == replace(light.light, background="#ffffff")
    assert light.dark == HOUSE.dark
    assert file.read(write('[dark]\nbackground = "black"\nsigned = "vanimo"\nsizes = "cividis"\n')).dark == replace(
        HOUSE.dark, background="#000000", signed="vanimo", sizes="cividis"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '[dark]\nbackgroud = "#000"',
            r"uni.toml, \[dark\]: there is no 'backgroud'; did you mean 'background'\? Those",
        ),
        (
            '[drak]\ntext = "#fff"',
            r"there is no 'drak'; did you mean 'dark'\? What a look has is logo, corner, dark and",
        ),
        ('data = "#000000"', r"data stands below \[dark\] or \[light\]"),
        ('dark = "#000000"', r"dark is a table, \[dark\], with colours by role below it"),
        ('[dark]\ndata = "#zzz"', r"data = '#zzz' is no colour; write a name, such as white, or #rrggbb"),
        ("[dark]\ndata = 7", r"data = 7 is no colour"),
        ('[dark]\ndata = "#11223344"', r"data = '#11223344' is no colour"),
        (f"[dark]\ndata = {[0] * 1000}", r"data = \[0, 0, 0, 0, 0, 0, ...\] is no colour"),
        ('[dark]\nsigned = "berln"', r"signed = 'berln' is none of matplotlib's colour maps; did you mean 'berlin'\?$"),
        ('[dark]\nsizes = "#ff0000"', r"none of matplotlib's colour maps; viridis and berlin are two of them\.$"),
        ('[dark]\nsizes = "jet"', r"the map of sizes, jet, goes from dark to light and back"),
        ('[dark]\nsigned = "RdBu_r"', r"the middle of .*RdBu_r, has a contrast of 16\.9 .*; berlin fits a dark one"),
        ('[light]\nsigned = "viridis"', r"the middle of .*viridis, has a contrast of 3\.7 .*; RdBu_r fits a light one"),
        ('[dark]\nbackground = "white"', r"\(#ffffff\) is lighter than the text \(#f4f1e8\).* below \[light\]"),
        ('[light]\nbackground = "black"', r"\(#000000\) is darker than the text \(#1b1e24\).* below \[dark\]"),
        ('corner = "top left"', r"the corner 'top left' is not kept free for a logo; bottom right and bottom left are"),
        ("logo = 3", r"the logo is 3; write the name of a file beside it, in quotes"),
        ('logo = "a\\u0000"', r"the logo is 'a\\x00'; write the name"),
        ("[dark", r"uni\.toml is not TOML: expected '\]' at the end of a table declaration"),
        ("a = " + "[" * 9000, r"uni\.toml is not TOML: "),
        ("", r"uni\.toml is empty"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_sentence(text, sentence, write):
    assert re.search(sentence, refused(write(text)))


def test_files_that_are_missing_or_of_another_kind_are_told(tmp_path):
    assert refused(tmp_path / "no.toml") == "no.toml cannot be opened: no such file or directory."
    assert "is a folder; a look, a TOML file, is needed" in refused(tmp_path)
    (tmp_path / "look.toml").write_bytes(b"\xff\xfe\xfa")
    assert refused(tmp_path / "look.toml") == "look.toml is not a text in UTF-8; a look is a TOML file."
    (tmp_path / "look.toml").write_bytes(b"#" * (1 << 20) + b"#")
    assert refused(tmp_path / "look.toml") == "look.toml is larger than 1 MiB."


def sights():
    """All ways of seeing that colours are told apart by."""
    return [(None, ""), *((simulate, kind) for simulate in (machado, brettel) for kind in BLINDNESS)]


def nearest(theme):
    """The smallest distance of two colours of a theme, to whomever."""
    return min(closest(theme.colours(), *sight)[0] for sight in sights())


def test_colours_that_collide_are_named_with_whose_they_are_and_for_whom_and_how_far(write):
    told = refused(write('[dark]\ndata = "#ffcc00"'))
    pair, far = "data (#ffcc00) and gradient (#f2e543, ours)", nearest(replace(HOUSE.dark, data="#ffcc00"))
    assert told.startswith(
        f"uni.toml, [dark]: {pair} are {far:.1f} apart in CIE Lab to protanopes, and 10 is needed; it"
    )
    told = refused(write('[dark]\ndata = "#30c030"\nloss = "#30c032"'))
    pair, far = "data (#30c030) and loss (#30c032)", nearest(replace(HOUSE.dark, data="#30c030", loss="#30c032"))
    whom = "tritanopes, and 10 is needed (2 more like that)."
    assert told == f"uni.toml, [dark]: {pair} are {far:.1f} apart in CIE Lab to {whom}"


def test_a_colour_that_is_lost_on_its_ground_is_named_with_both_and_the_contrast(write):
    told = refused(write('[dark]\nbackground = "#404448"\n'))
    seen = float(contrast(rgb(HOUSE.dark.faint), rgb("#404448")))
    lost = f"faint (#7b838e, ours) has a contrast of {seen:.2f} with background (#404448), and 4.5 is needed"
    assert told.startswith(f"uni.toml, [dark]: {lost} (")


@pytest.mark.parametrize(
    ("ground", "own"),
    [
        ("dark", {"data": "#ffcc00"}),
        ("dark", {"background": "#003366"}),
        ("light", {"background": "#eef4fb", "data": "#0a6a9c"}),
    ],
)
def test_a_look_that_collides_with_ours_is_told_colours_of_ours_with_which_it_holds(ground, own, write):
    given = f"[{ground}]\n" + "\n".join(f'{role} = "{colour}"' for role, colour in own.items())
    told = refused(write(given))
    found = dict(re.findall(r'(\w+) = "(#\w{6})"', told))
    assert found
    assert not found.keys() & own.keys()
    brand = file.read(write("\n".join([given, *(f'{role} = "{colour}"' for role, colour in found.items())])))
    mended, ours = getattr(brand, ground), replace(getattr(HOUSE, ground), **own)
    assert nearest(mended) >= 10
    assert min(contrast(rgb(one), rgb(mended.background)) for one in list(mended.colours().values())[1:]) >= 4.5
    both = lab(LINEAR[np.array([[rgb(theme.colours()[role]) for role in found] for theme in (mended, ours)])])
    assert np.linalg.norm(both[0] - both[1], axis=-1).max() < 30


def test_a_logo_is_cut_to_what_is_seen_and_a_vector_is_drawn(write, logo, tmp_path):
    drawn = Image.open(io.BytesIO(file.read(write(logo())).dark_logo.image))
    assert drawn.size == (200, 100)
    assert drawn.getpixel((10, 50)) == GREEN
    bar = '<rect x="5" y="5" width="30" height="20" fill="#28e678"/>'
    (tmp_path / "logo.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30">{bar}</svg>')
    brand = file.read(write('logo = "logo.svg"\n[light]\nlogo = "logo.png"\n'))
    vector = Image.open(io.BytesIO(brand.dark_logo.image))
    assert vector.size == pytest.approx((270, 180), abs=1)
    assert vector.getpixel((135, 90)) == GREEN
    assert Image.open(io.BytesIO(brand.light_logo.image)).size == (200, 100)
    large = file.read(write(logo(size=(4000, 1000)))).dark_logo
    assert Image.open(io.BytesIO(large.image)).size == (432, 108)


def test_a_logo_that_cannot_be_used_is_told(write, logo, tmp_path):
    path = write('logo = "logo.png"')
    assert refused(path) == "logo.png cannot be opened: no such file or directory."
    logo()
    whole = (tmp_path / "logo.png").read_bytes()
    (tmp_path / "logo.png").write_bytes(whole[: len(whole) // 2])
    assert refused(path) == "logo.png is not a PNG that can be read."
    (tmp_path / "logo.png").write_bytes(b"\xff\xd8\xff\xe0 a photograph")
    assert "neither a PNG nor an SVG that can be drawn" in refused(path)
    (tmp_path / "logo.png").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'></svg>")
    assert refused(path) == "logo.png shows nothing: all of it is transparent."
    logo(size=(700, 100))
    assert refused(path) == "logo.png is too slim for a corner: one side may be 6 times the other."
    Image.new("1", (8000, 6000), 1).save(tmp_path / "logo.png")
    assert refused(path) == "logo.png is too large: a logo may have 40000000 pixels."
    (tmp_path / "logo.png").write_bytes(whole + bytes(4 << 20))
    assert refused(path) == "logo.png is larger than 4 MiB."


def test_a_logo_that_is_lost_on_the_ground_of_the_film_is_refused_there_alone(write, logo, tmp_path, capsys):
    path = write(logo(WHITE))
    words = ["gradient-descent", "--look", str(path), "-o", str(tmp_path / "out"), "-f"]
    assert render.main([*words, "png", "--theme", "light"]) == 2
    assert "the logo cannot be seen on #fcfbf7: 0 % of it has a contrast of 3" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert render.main([*words, "svg", "--theme", "light"]) == 0  # which has no logo


@pytest.mark.parametrize("corner", CORNERS)
@pytest.mark.parametrize("height", [360, 480, 1080, 2160])
def test_a_logo_stays_in_its_place_at_any_size(corner, height, write, logo):
    size = RenderSettings(height=height).width, height
    placed = file.read(write(f'corner = "{corner}"\n{logo()}')).dark_logo
    (left, foot), (right, top) = (np.array(end) for end in logo_box(corner, 128 / 9, 8))
    unit, one = height / 8, stamp(placed, size, (128 / 9, 8))
    rows, columns, _ = one.pixels.shape
    assert (columns, rows) == (round(0.8 * unit), pytest.approx(0.4 * unit, abs=0.51))
    assert (4 - top) * unit - 1 <= one.row <= (4 - foot) * unit - rows + 1
    assert one.column == pytest.approx((left + 64 / 9) * unit, abs=1.5)
    assert tuple(one.pixels[rows // 2, 2]) == GREEN
    assert right <= 64 / 9 - 0.29


def test_whatever_stands_where_a_logo_may_stand_is_a_fault(monkeypatch):
    def construct(stage, place):
        stage.begin("one")
        stage.add(Dot().move_to(place * RIGHT + 3.5 * DOWN))
        stage.wait(1)

    for place, wrong in ((6.5, True), (-6.5, True), (5.85, False)):
        monkeypatch.setattr(GradientDescent, "construct", lambda stage, place=place: construct(stage, place))
        assert any("a logo" in fault for fault in rehearse(computed("gradient_descent"), SMALL).faults) is wrong


@pytest.mark.parametrize("transparent", [False, True])
def test_frames_have_the_logo_and_the_ground_and_the_film_cannot_take_them_away(transparent, write, logo, tmp_path):
    brand = file.read(write(logo() + BLUE))
    look = replace(SMALL, height=480, brand=brand, transparent=transparent, beat="all")
    stills = make(computed("gradient_descent"), look, ["png"], tmp_path)
    one = stamp(brand.dark_logo, (look.width, look.height), (128 / 9, 8))
    rows, columns = (slice(at, at + size) for at, size in zip((one.row, one.column), one.pixels.shape, strict=False))
    for still in stills:
        pixels = np.array(Image.open(still).convert("RGBA"))
        assert tuple(pixels[3, 3]) == ((0, 0, 0, 0) if transparent else (0x00, 0x1A, 0x33, 255))
        solid, clear = pixels[rows, columns][10, 5], pixels[rows, columns][10, -5]
        assert tuple(solid) == GREEN
        half = (*GREEN[:3], 127) if transparent else [*((np.array(GREEN[:3]) + [0, 0x1A, 0x33]) / 2), 255]
        np.testing.assert_allclose(clear, half, atol=2)


@pytest.mark.parametrize("concept", ["gradient_descent", "softmax", "lstm"])
def test_no_colour_of_the_house_strays_into_a_film(concept, write):
    theme = replace(
        HOUSE.dark,
        **{role: to_hex(np.clip(rgb(one) / 255 + 1 / 255, 0, 1)) for role, one in HOUSE.dark.colours().items()},
    )
    look = RenderSettings(fps=5, brand=replace(HOUSE, digest="x", dark=theme))
    seen = set()
    with player.staged(computed(concept), look) as scene:
        play = scene.play

        def play_and_look(*animations, **options):
            play(*animations, **options)
            for one in parts(scene.mobjects):
                if isinstance(one, VMobject) and len(one.points):
                    seen.update(
                        to_hex(ink[:3])
                        for ink in (*one.get_fill_rgbas(), *one.get_stroke_rgbas(), *one.get_stroke_rgbas(True))
                    )

        scene.play = play_and_look
        scene.render()
    assert len(seen & set(theme.colours().values())) >= 4
    assert not seen & (HOUSE_COLOURS - set(INKS))


def test_every_format_has_the_colours(write, logo, tmp_path):
    brand = file.read(write(logo() + BLUE))
    look = replace(SMALL, brand=brand, paper="dark")
    trace = computed("gradient_descent")
    make(trace, look, ["html", "pptx", "zip", "gif", "svg"], tmp_path)
    by_name = {path.suffix: path for path in tmp_path.iterdir()}
    assert {".html", ".pptx", ".zip", ".gif", ".svg"} <= set(by_name)
    style = re.search(r"<style>.*?</style>", by_name[".html"].read_text(), re.DOTALL)[0]
    assert "#001a33" in style
    assert not [colour for colour in HOUSE_COLOURS - set(brand.dark.colours().values()) if colour in style]
    (slide,) = Presentation(by_name[".pptx"]).slides
    assert str(slide.background.fill.fore_color.rgb) == "001A33"
    assert pieces.read(by_name[".zip"]).colours == brand.dark.colours()
    with Image.open(by_name[".gif"]) as picture:
        assert picture.convert("RGB").getpixel((3, 3)) == (0x00, 0x1A, 0x33)
    assert "#001a33" in by_name[".svg"].read_text()
    assert HOUSE.dark.background not in by_name[".svg"].read_text()
    assert look.ground() == (0x00, 0x1A, 0x33)
    assert (
        to_hex(figure_of(trace, replace(look, brand=file.read(write(PINK)), paper="light")).get_facecolor())
        == "#ffffff"
    )


def test_a_file_s_name_tells_the_look_and_formats_without_colours_do_not(write, tmp_path, capsys):
    path = write(BLUE)
    digits = file.read(path).digest[:6]
    words = ["gradient-descent", "--look", str(path), "-o", str(tmp_path / "out"), "-f"]
    assert render.main([*words, "pdf", "-f", "npz"]) == 0
    out, error = capsys.readouterr()
    assert out.split() == [
        f"{tmp_path}/out/gradient-descent.look-uni-{digits}.pdf",
        f"{tmp_path}/out/gradient-descent.npz",
    ]
    assert error == ""
    assert render.main([*words, "npz"]) == 0
    assert capsys.readouterr().err == "render.py: --look has no effect on npz.\n"
    assert f".look-{file.read(write(BLUE, 'look.toml')).digest[:6]}.".startswith(f".look-{digits}")
    assert look_of(RenderSettings(brand=file.read(path)), "mp4") == " --look uni.toml"
    assert look_of(RenderSettings(brand=file.read(path)), "npz") == ""


def test_a_course_makes_again_what_has_another_look_and_only_that(write, logo, tmp_path, capsys):
    def backend(jobs, folder, show):
        yield from ((number, do(job, folder)) for number, job in enumerate(jobs))

    def made(text):
        look = RenderSettings(paper="dark", brand=file.read(write(text)))
        assert run.render([Job("gradient_descent", look, ("svg",))], tmp_path / "out", backend)
        out, error = capsys.readouterr()
        return out.strip(), "there and unchanged" in error

    text = logo() + BLUE
    first, there = made(text)
    assert not there
    assert made(f"# my university's\n{text}") == (first, True)
    others = [made(text.replace("#ffcc00", "#ffcc01"))]
    logo(WHITE)
    others.append(made(text))
    assert [there for _, there in others] == [False, False]
    assert len({first, *(name for name, _ in others)}) == 3


def test_the_page_on_looks_tells_what_holds(write, logo, tmp_path):
    page = (ROOT / "docs" / "looks.md").read_text()
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    logo(WHITE, "university.png")
    logo()
    (tmp_path / "logo.png").rename(tmp_path / "university-blue.svg")  # what it is its content tells
    brand = file.read(write(example))
    assert (brand.dark.data, brand.dark_logo.corner) == ("#ffcc00", "bottom left")
    assert brand.dark_logo != brand.light_logo
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)?) \| .* \| (`.*`) \| (`.*`) \|$", page, re.MULTILINE)
    cells = [[re.findall(r"`(.*?)`", cell) for cell in row] for row in rows]
    for ground, column in (("dark", 1), ("light", 2)):
        told = {role: value for row in cells for role, value in zip(row[0], row[column], strict=True)}
        assert told == vars(THEMES[ground])
    told = refused(write('[dark]\ndata = "#ffcc00"'))
    assert f"render.py: {told.partition(' = ')[0]}" in page


def test_a_look_travels_without_its_files(write, logo, tmp_path):
    brand = file.read(write(logo() + BLUE))
    job = Job("gradient_descent", replace(SMALL, brand=brand, paper="dark"), ("png", "svg"))
    sent = pickle.dumps(job)
    here = {path.name: path.read_bytes() for path in do(job, tmp_path / "here")}
    for path in tmp_path.glob("*.*"):
        path.unlink()
    assert {path.name: path.read_bytes() for path in do(pickle.loads(sent), tmp_path / "there")} == here
    assert len(repr(job)) < 1000  # which records are named after
