"""The script of a film, in plain words and as a table: read again by the libraries of others, and in LibreOffice."""

import csv
import re
import sys
import tomllib
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import docx
import pytest
from conftest import computed
from docx.enum.section import WD_ORIENT
from lxml import html
from markdown_it import MarkdownIt
from office import Package, libreoffice
from pypdf import PdfReader

from export.formats import captions, md, txt
from export.formats import docx as word
from export.render import player
from export.render.files import make
from export.render.settings import RenderSettings
from mathcore import gradient_descent
from mathcore._catalog import ROOT, hyphens
from scenes._stage.words import LANGUAGES

HOSTILE = 'a|b*c*_d_<e> `f` [g](h) $x$ $y$ ~~y~~ https://e.org/a_b www.x_y_z.org &lt; \\| \\ # <br> "q" {w}'
FILMS = [
    ("gradient_descent", "fr", {}),
    ("gradient_descent", "en", {"learning_rate": 1e-6, "steps": 4}),
    ("pooling", "en", {"kind": "average"}),
    ("learning_rate", "fr", {"learning_rates": (1e-6, 1e-5)}),
]
OF_FILMS = pytest.mark.parametrize(("concept", "language", "knobs"), FILMS, ids=lambda part: str(part)[:20])
BLANK = re.compile(r"[ \n]+")  # spaces that hold are none


def played(concept, language="fr", **knobs):
    return _played(concept, language, tuple(knobs.items()))


@cache
def _played(concept, language, knobs):
    return player.dry_run(computed(concept, **dict(knobs)), RenderSettings(language=language))


@pytest.fixture(scope="module")
def film():
    return played("gradient_descent")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A film of a table whose columns, and whose file, have names that every format takes for something else."""
    path = tmp_path_factory.mktemp("private") / "x|<b>*y*`z`\n_$w$_.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([[HOSTILE.replace(" `f`", "\n`f`"), "=1+1|y"], [1, 2], [2, 3]])
    feature = HOSTILE.replace(" `f`", "\n`f`")
    params = gradient_descent.Params(data=path, feature=feature, target="=1+1|y", learning_rate=0.01)
    return player.dry_run(gradient_descent.compute(params), RenderSettings(language="fr"))


def written(film, tmp_path):
    word.write(film, tmp_path / "script.docx")
    return docx.Document(str(tmp_path / "script.docx"))


def in_word(document):
    """The cells of the table, each as its lines; between the time of a caption and its text is one space."""
    (table,) = document.tables
    return [[cell.text.replace("\t", " ").split("\n") for cell in row.cells] for row in table.rows]


def in_markdown(film):
    """The page that a reader of Markdown shows."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    page = html.fromstring(f"<body>{reader.render(md.marked_up(film))}</body>")
    for line in page.xpath("//br"):
        line.tail = f"\n{line.tail or ''}"
    return page


def cells(page):
    return [[cell.text_content().split("\n") for cell in row] for row in page.xpath("//tr")]


def shown(seconds, film):
    """A time as srt has it, up to the next tenth of a second."""
    clock = captions._clock(seconds, ",")
    hours, minutes, rest = clock.split(":")
    tenths = (int(minutes) + 60 * int(hours)) * 600 + -(-int(rest.replace(",", "")) // 100)
    return f"{tenths // 600}:{tenths // 10 % 60:02}{',' if film.language == 'fr' else '.'}{tenths % 10}"


def expected(film):
    """Of each beat the cells that its row has."""
    still = {"en": "(still on screen) ", "fr": "(toujours à l’écran) "}[film.language]
    for beat in film.beats:
        said = [(one.start, one.text) for one in film.captions if beat.start <= one.start < beat.stop]
        said = said or [(beat.start, f"{still}{one.text}") for one in film.captions if one.start < beat.start][-1:]
        yield (
            [hyphens(beat.name), beat.title],
            [f"{shown(start, film)} {text}" for start, text in said],
            [beat.seen],
            [beat.notes],
        )


@OF_FILMS
def test_a_table_tells_each_beat_its_captions_what_is_seen_and_noted(concept, language, knobs, tmp_path):
    film = played(concept, language, **knobs)
    for rows in (in_word(written(film, tmp_path)), cells(in_markdown(film))):
        assert len(rows) == 1 + len(film.beats)
        for (name, (start, _), said, seen, notes), beat, wanted in zip(
            rows[1:], film.beats, expected(film), strict=True
        ):
            assert start == shown(beat.start, film)
            assert (name, said, seen, notes) == wanted
            assert all("".join(cell) for cell in wanted)


@OF_FILMS
def test_plain_words_tell_the_same_but_for_the_notes(concept, language, knobs):
    film = played(concept, language, **knobs)
    head, *beats = txt.described(film).rstrip("\n").split("\n\n\n")
    assert head.startswith(f"{film.title}\n{film.lesson}\n\n")
    for told, beat, ((name, title), said, seen, _) in zip(beats, film.beats, expected(film), strict=True):
        first, words, picture = told.split("\n\n")
        assert first.startswith(f"{name} – {title}\n")
        assert f" {shown(beat.start, film)}, " in first
        assert re.sub(r"\[(.*?)\]", r"\1", words).split("\n")[1:] == said
        assert picture.split("\n")[1:] == seen


@OF_FILMS
def test_lengths_add_up_to_that_of_the_film(concept, language, knobs, tmp_path):
    film = played(concept, language, **knobs)
    tenths = [int(re.sub(r"\D", "", length)) for _, (_, length), *_ in in_word(written(film, tmp_path))[1:]]
    whole = re.search(r"(Length|Durée).*?(\d+)[.,](\d)", txt.described(film))
    assert sum(tenths) == int(whole[2] + whole[3])
    assert tenths == pytest.approx([beat.seconds * 10 for beat in film.beats], abs=1)


def test_the_head_names_the_film_and_the_knobs_that_are_turned(film, tmp_path):
    turned = played("gradient_descent", "en", learning_rate=1e-6, steps=4)
    plain = ["Film : gradient-descent", "Langue : français", "Réglages : tous par défaut"]
    given = ["Film: gradient-descent", "Language: English", "Knobs: learning-rate 1e-06, steps 4"]
    for one, lines in ((film, plain), (turned, given)):
        for text in (
            txt.described(one),
            "\n".join(item.text_content() for item in in_markdown(one).xpath("//li")),
            written(one, tmp_path).paragraphs[2].text.replace(" · ", "\n"),
            written(one, tmp_path).sections[0].footer.paragraphs[0].text.replace(" · ", "\n").replace("\t", "\n"),
        ):
            text = text.replace("\N{NO-BREAK SPACE}", " ")
            assert [line for line in lines if line not in text.split("\n")] == []


def test_names_that_mean_something_to_a_format_stand_as_they_are(hostile, tmp_path):
    page = in_markdown(hostile)
    lines = {tag: page.xpath(f"count(//{tag})") for tag in ("a", "em", "code", "s", "del", "img", "e", "b")}
    assert lines == dict.fromkeys(lines, 0)
    assert {len(row) for row in cells(page)} == {5}
    assert "$" not in re.sub(r"\\\$", "", md.marked_up(hostile)), "GitHub takes what is between two for a formula"
    for rows in (in_word(written(hostile, tmp_path)), cells(page)):
        assert HOSTILE in rows[1][2][0]
        assert HOSTILE in rows[1][3][0]
    knobs = f"learning-rate 0.01, data x|<b>*y*`z` _$w$_.csv, feature {HOSTILE}, target =1+1|y"
    for text in (page.text_content(), txt.described(hostile), written(hostile, tmp_path).paragraphs[2].text):
        assert knobs in text
        assert "private" not in text, "where a file lies is nobody's business"


def test_a_sentence_of_the_beat_before_is_told_as_such_in_the_script_of_a_beat(film):
    cut = film.cut(film.beat("replay"))
    assert "[0:00,0] (toujours à l’écran) Après 10 pas" in txt.described(cut)
    moved = replace(film.beat("draw_loss"), start=film.beat("draw_loss").start - 1)
    lines = txt.described(film.cut(moved)).split("\n")
    assert [line for line in lines if line.startswith("[")] == [
        f"[0:00,0] (toujours à l’écran) {film.captions[1].text}",
        f"[0:01,0] {film.captions[2].text}",
    ]


def test_a_word_file_is_a_page_on_its_side_whose_rows_hold_together_under_a_header(film, tmp_path):
    document = written(film, tmp_path)
    (page,) = document.sections
    assert page.orientation == WD_ORIENT.LANDSCAPE
    assert [round(length.mm) for length in (page.page_width, page.page_height)] == [297, 210]
    rows = [row._tr for row in document.tables[0].rows]
    assert [len(row.xpath("./w:trPr/w:tblHeader")) for row in rows] == [1] + [0] * len(film.beats)
    assert all(row.xpath("./w:trPr/w:cantSplit") for row in rows)
    wide = sum(column.width for column in document.tables[0].columns)
    assert wide == pytest.approx(page.page_width - page.left_margin - page.right_margin, rel=1e-3)


@pytest.mark.parametrize(("language", "locale"), [("fr", "fr-FR"), ("en", "en-GB")])
def test_a_word_file_says_what_it_is_and_in_which_language(tmp_path, language, locale):
    film = played("gradient_descent", language)
    about = written(film, tmp_path).core_properties
    assert (about.title, about.subject, about.author) == (film.title, film.lesson, "deepreel")
    assert (about.language, about.comments, about.created.year) == (locale, "", 1980)
    package = Package(tmp_path / "script.docx")
    of_text = re.findall(rb"<w:(?:lang|themeFontLang) w:val=\"(.*?)\"", b"".join(package.parts.values()))
    assert set(of_text) == {locale.encode()}
    assert not [name for name in package.names if "thumbnail" in name or name.endswith("app.xml")]


def test_the_same_script_is_the_same_file(film, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        written(film, tmp_path / name)
    one, two = (tmp_path / name / "script.docx" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_libreoffice_prints_a_word_file(language, tmp_path):
    film = played("gradient_descent", language)
    written(film, tmp_path)
    pages = PdfReader(libreoffice(tmp_path / "script.docx", "pdf", tmp_path)).pages
    texts = [BLANK.sub(" ", page.extract_text()) for page in pages]
    assert 2 <= len(pages) <= 3
    assert all(page.mediabox.width > page.mediabox.height for page in pages)
    for number, text in enumerate(texts, start=1):
        assert {"en": "In the picture", "fr": "À l’image"}[language] in text
        assert "gradient-descent" in text
        assert f"{number} / {len(pages)}" in text
    for beat in film.beats:
        (text,) = [text for text in texts if BLANK.sub(" ", beat.notes)[-30:].split(" ", 1)[1] in text]
        assert re.search(hyphens(beat.name).replace("-", "- ?"), text), "the row begins on the page on which it ends"


def test_both_languages_have_every_word_of_a_script():
    texts = tomllib.loads((ROOT / "assets" / "text" / "_script.toml").read_text(encoding="utf-8"))
    assert all(list(versions) == list(LANGUAGES) for versions in texts.values())
    for versions in texts.values():
        assert len({tuple(re.findall(r"{\w+}", text)) for text in versions.values()}) == 1


def test_the_option_asks_for_what_the_formats_do(run):
    assert run("gradient-descent", "--script", "docx", "md", "-o", "one") == (
        0,
        "one/gradient-descent.docx\none/gradient-descent.md\n",
        "",
    )
    run("gradient-descent", "-f", "docx", "-f", "md", "-o", "two")
    for name in ("gradient-descent.docx", "gradient-descent.md"):
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes()


def test_a_film_may_be_asked_for_beside_its_script(run):
    words = "gradient-descent --script md -f mp4 --beat read-result --lang fr -q 480p --fps 1"
    code, out, _ = run(*words.split())
    stem = "renders/gradient-descent.fr"
    assert (code, set(out.split())) == (0, {f"{stem}.480p.1fps.read-result.mp4", f"{stem}.1fps.read-result.md"})


def test_a_course_has_a_script_for_each_film(run):
    words = "course --script docx md --lang fr en gradient-descent softmax -j 1 -o scripts"
    assert run(*words.split())[0] == 0
    names = {
        f"{film}{lang}.{end}"
        for film in ("gradient-descent", "softmax")
        for lang in (".fr", "")
        for end in ("docx", "md")
    }
    assert {path.name for path in Path("scripts").iterdir() if path.suffix in (".docx", ".md")} == names


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("gradient-descent --script", "--script requires an argument: docx or md."),
        ("course --script --lang fr", "--script requires an argument: docx or md."),
        ("gradient-descent --script pdf", 'Invalid value "pdf" for --script. Choose from: "docx", "md".'),
        ("course --script pooling", 'Invalid value "pooling" for --script.'),
        ("gradient-descent --script docx -o film.mp4", "its name ends in mp4, and docx is asked for."),
        ("gradient-descent --script docx md -o script.md", "it is one file, and docx and md are asked for."),
        ("gradient-descent --script md --beat nap", "there is no beat 'nap'"),
        ("gradient-descent --script md --sweep", "md holds no sweep"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence_before_anything_is_computed(run, monkeypatch, words, told):
    monkeypatch.setattr(gradient_descent, "compute", lambda *_: pytest.fail("it has computed"))
    code, out, error = run(*words.split())
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert told in error
    assert not list(Path().iterdir())


def test_without_python_docx_a_sentence_says_what_to_install(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    code, _, error = run("gradient-descent", "-f", "npz", "--script", "docx", "md")
    assert (code, error.count("\n")) == (2, 1)
    assert "pip install 'deepreel[script]'" in error
    assert not list(Path().iterdir())


def test_options_that_change_no_script_are_told(run):
    error = run("gradient-descent", "--script", "md", "-q", "480p", "--theme", "light")[2]
    assert error == "render.py: --quality and --theme have no effect on md.\n"


def test_a_script_appears_whole_or_not_at_all(film, tmp_path, monkeypatch):
    (tmp_path / "gradient-descent.fr.docx").write_bytes(b"mine")
    monkeypatch.setattr(word._office, "save", lambda document, path: (path.write_bytes(b"half"), 1 / 0))
    with pytest.raises(ZeroDivisionError):
        make(computed("gradient_descent"), RenderSettings(language="fr"), ["docx"], tmp_path)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"mine"]
