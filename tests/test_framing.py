"""How a film may look besides its theme and size: without captions or title, taller, several looks in one call."""

from dataclasses import replace
from io import BytesIO

import av
import numpy as np
import pytest
from conftest import computed
from PIL import Image
from pptx import Presentation

from export.command.options import apart_each
from export.command.target import apart
from export.render import player
from export.render.files import make
from export.render.settings import RenderSettings, named
from mathcore import gradient_descent
from scenes._stage.brand import CORNERS, FOOT, HIGHEST, HOUSE, Logo, logo_box
from scenes._stage.growth import grown
from scenes._stage.seen import boxes, drawn, points_of, words
from scenes._stage.stretch import stretched

LOOK = RenderSettings(height=240, fps=5, beat="show_data")
AT_EDGE = 12  # pixels


def still(tmp_path, **look):
    """The still of a beat [row column rgb], and where something stands in it."""
    (path,) = make(computed("gradient_descent"), replace(LOOK, **look), ["png"], tmp_path)
    pixels = np.asarray(Image.open(path).convert("RGB")).astype(int)
    return pixels, np.abs(pixels - pixels[0, 0]).max(axis=2) > 40


def tracks(path):
    with av.open(str(path)) as container:
        return [stream.type for stream in container.streams]


@pytest.mark.parametrize(("captions", "there"), [("burnt", True), ("track", True), ("none", False)])
def test_the_caption_track_stays_unless_none_is_asked_for(tmp_path, captions, there):
    (path,) = make(computed("gradient_descent"), replace(LOOK, height=96, captions=captions), ["mp4"], tmp_path)
    assert ("subtitle" in tracks(path)) == there


def test_what_is_left_out_makes_room_that_the_picture_uses(tmp_path):
    _, whole = still(tmp_path)
    _, bare = still(tmp_path, captions="track", titled=False)
    plain = player.dry_run(computed("gradient_descent"), replace(LOOK, captions="track", titled=False))
    assert whole[-2 * AT_EDGE :].any(), "the caption"
    axis, larger = (np.flatnonzero(seen.mean(axis=1) > 0.7)[-1] for seen in (whole, bare))
    assert larger > axis, "the axis below the picture is further down"
    assert plain.captions, "who asks for srt has them all the same"
    assert plain.fit.view.width < 128 / 9


def test_times_are_the_same_with_captions_and_without():
    shown, bare = (player.dry_run(computed("pooling"), replace(LOOK, captions=one)) for one in ("burnt", "none"))
    assert [(beat.start, beat.stop) for beat in bare.beats] == [(beat.start, beat.stop) for beat in shown.beats]


@pytest.mark.parametrize(("aspect", "width"), [("16:9", 426), ("4:3", 320), ("1:1", 240)])
@pytest.mark.parametrize("concept", ["gradient_descent", "convolution_2d"])
def test_a_film_has_the_aspect_that_is_asked_for(tmp_path, concept, aspect, width):
    beat = "show_data" if concept == "gradient_descent" else "show_picture"
    (path,) = make(computed(concept), replace(LOOK, aspect=aspect, beat=beat), ["png"], tmp_path)
    assert Image.open(path).size == (width, 240)


def test_an_elastic_film_fills_the_height_and_others_keep_their_shapes(tmp_path):
    upright = [still(tmp_path, aspect=aspect, height=480)[1].mean(axis=0).max() for aspect in ("16:9", "4:3")]
    assert upright[0] > 0.5, "the axis"
    assert upright[1] == pytest.approx(upright[0], rel=0.1)
    fit = player.dry_run(computed("convolution_2d"), replace(LOOK, aspect="4:3")).fit
    assert fit.stretch.times == 1


def test_several_languages_and_themes_train_once(run, monkeypatch):
    computing = gradient_descent.compute
    calls = []
    monkeypatch.setattr(gradient_descent, "compute", lambda params: calls.append(params) or computing(params))
    looks = "--lang", "en", "fr", "--theme", "dark", "light"
    code, out, err = run("gradient-descent", *looks, "-f", "png", "-f", "npz", "--beat", "show-data", "-q", "480p")
    assert (code, err) == (0, "")
    names = {line.rpartition("/")[2] for line in out.split()}
    stills = {f"gradient-descent{look}.480p.show-data.png" for look in ("", ".fr", ".light", ".fr.light")}
    assert names == {"gradient-descent.npz", *stills}
    assert len(calls) == 1


def test_a_course_in_two_languages_trains_once(run, tmp_path):
    code, out, _ = run("course", "pooling", "--lang", "en", "fr", "-f", "srt", "-j", "1", "-o", str(tmp_path))
    assert code == 0
    assert [line.rpartition("/")[2] for line in out.split()] == ["pooling.srt", "pooling.fr.srt"]
    assert len(list((tmp_path / ".deepreel").glob("*.npz"))) == 1


@pytest.mark.parametrize(
    ("line", "spread"),
    [
        ("--lang en fr", "--lang en --lang fr"),
        ("--lang fr pooling", "--lang fr pooling"),
        ("--lang=en fr -q 480p", "--lang=en --lang fr -q 480p"),
        ("--theme dark light --lang fr en", "--theme dark --theme light --lang fr --lang en"),
        ("--script docx md -f mp4", "--script docx --script md -f mp4"),
        ("--script=md docx pooling", "--script=md --script docx pooling"),
        ("--lang de fr", "--lang de fr"),
        ("light --theme", "light --theme"),
    ],
)
def test_an_option_may_be_followed_by_several_of_its_values(line, spread):
    assert apart_each(line.split()) == spread.split()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--lang", "de"], '"de"'),
        (["--captions", "off"], '"burnt", "track", "none"'),
        (["--text-scale", "1.5"], "<= 1.4"),
        (["--text-scale", "0.5"], ">= 1"),
        (["--aspect", "9:16"], '"16:9", "4:3", "1:1"'),
        (["--lang", "en", "fr", "-o", "film.mp4"], "2 looks are asked for"),
        (["--theme"], "requires an argument: dark or light."),
        (["-q"], "requires an argument: 480p, 720p, 1080p or 2160p."),
        (["--beat"], "requires an argument."),
    ],
)
def test_wrong_looks_are_told_in_a_sentence(run, words, told):
    code, out, err = run("pooling", *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err


def test_looks_that_change_nothing_are_told(run):
    look = "--captions", "none", "--no-title", "--text-scale", "1.2", "--aspect", "4:3"
    _, _, err = run("pooling", "-f", "srt", *look)
    assert "--captions, --no-title, --text-scale and --aspect have no effect on srt." in err


def test_a_file_name_tells_the_look():
    look = RenderSettings(captions="track", titled=False, text_scale=1.25, aspect="4:3")
    assert named("x", look, "mp4") == "x.captions-aside.untitled.text-1.25.4x3.mp4"
    assert named("x", replace(look, captions="none"), "npz") == "x.npz"


def test_a_look_that_does_not_matter_to_a_format_makes_no_file_of_it():
    looks = [RenderSettings(language, theme) for language in ("en", "fr") for theme in ("dark", "light")]
    made = [(look.language, look.theme, formats) for look, formats in apart(looks, ["mp4", "srt", "npz"])]
    assert made == [
        ("en", "dark", ["mp4", "srt", "npz"]),
        ("en", "light", ["mp4"]),
        ("fr", "dark", ["mp4", "srt"]),
        ("fr", "light", ["mp4"]),
    ]


def test_decks_have_the_aspect_of_their_films(tmp_path):
    look = replace(LOOK, height=96, aspect="4:3")
    html, pptx = make(computed("pooling"), replace(look, beat=None), ["html", "pptx"], tmp_path)
    deck = Presentation(pptx)
    assert deck.slide_width * 3 == deck.slide_height * 4
    (movie,) = [shape for shape in deck.slides[0].shapes if shape.name == "show_image"]
    assert (movie.width, movie.height) == (deck.slide_width, deck.slide_height)
    assert "aspect-ratio: 4 / 3" in html.read_text()
    assert "size: 12in 9in" in html.read_text()


@pytest.mark.parametrize("corner", CORNERS)
def test_a_logo_keeps_its_place_whatever_grows(corner):
    logo = Logo(b"", corner)
    look = replace(LOOK, text_scale=1.4, brand=replace(HOUSE, dark_logo=logo), language="fr")
    fit = player.dry_run(computed("mlp"), look).fit
    low, high = logo_box(corner, *fit.view[2:])
    with player.staged(computed("mlp"), replace(look, brand=HOUSE), fit=fit) as stage:
        stage.renderer.after = lambda stage: keeps_clear(stage, fit, np.array(low), np.array(high))
        stage.render()
    free = player.dry_run(computed("mlp"), replace(look, brand=HOUSE)).fit
    assert max(one.times for one in fit.growth.values()) > 1.2
    assert fit.growth != free.growth, "some caption would have run into it"


def keeps_clear(stage, fit, low, high):
    with grown(stage.mobjects, fit.growth):
        texts = list(words(stage, drawn(stage)))
        lows, highs = boxes([points_of(one) for one in texts]) if texts else (np.empty((0, 2)), np.empty((0, 2)))
    assert not ((np.minimum(highs, high) - np.maximum(lows, low)) > 0.01).all(axis=1).any()


def test_a_logo_has_its_own_room_where_captions_are_left_out():
    brand = replace(HOUSE, dark_logo=Logo(b"", "bottom left"))
    bare = replace(LOOK, captions="none", titled=False)
    trace = computed("gradient_descent")
    with_logo, without = (player.dry_run(trace, replace(bare, brand=one)).fit for one in (brand, HOUSE))
    assert 1 <= with_logo.stretch.times < without.stretch.times
    with player.staged(trace, bare, fit=with_logo) as stage:
        foot = with_logo.view.y - with_logo.view.height / 2 + FOOT + HIGHEST
        stage.renderer.after = lambda stage: above(stage, with_logo, foot)
        stage.render()


def above(stage, fit, foot):
    with stretched(stage.mobjects, fit.stretch):
        lows = boxes([one.points for one in drawn(stage)])[0]
    assert lows[:, 1].min() > foot - 0.01


@pytest.mark.parametrize("concept", ["gradient_descent", "pooling"])
def test_a_logo_is_drawn_in_a_taller_frame(tmp_path, concept):
    image = BytesIO()
    Image.new("RGBA", (80, 40), (250, 10, 10, 255)).save(image, "png")
    brand = replace(HOUSE, name="own", digest="0" * 6, dark_logo=Logo(image.getvalue(), "bottom right"))
    look = replace(LOOK, aspect="4:3", brand=brand, beat="replay" if concept == "gradient_descent" else "show_image")
    (path,) = make(computed(concept), look, ["png"], tmp_path)
    rows, columns = np.nonzero((np.asarray(Image.open(path).convert("RGB")) == (250, 10, 10)).all(axis=2))
    assert rows.min() > 0.9 * look.height
    assert columns.min() > 0.9 * look.width
