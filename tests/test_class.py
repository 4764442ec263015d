"""A class at once: which files are submissions, what is told of each, and the two reports."""

import csv
import io
import re
import string
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from browser import chromium, complaints, requested
from conftest import computed

import render
from export.class_report import words
from export.class_report.drawing import Cut, drawing
from mathcore import _catalog
from mathcore._check import checking, hints
from mathcore._check.columns import Submission
from mathcore._check.given import from_python
from mathcore._check.verdict import Departure

KNOBS = {"steps": 4, "learning_rate": 1e-6}
OPTIONS = ("--steps", "4", "--learning-rate", "1e-6")
EVIL = "<img src=x onerror=alert(1)>.npz"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs `check` of a concept beside its folder; its exit code, and what it says on the two streams."""
    monkeypatch.chdir(tmp_path)
    Path("handed").mkdir()

    def call(*words, concept="gradient-descent", options=OPTIONS):
        code = render.main(["check", concept, *options, "--against", "handed", *words])
        return code, *capsys.readouterr()

    return call


def right():
    trace = computed("gradient_descent", **KNOBS)
    return {"w": trace.w.copy(), "loss": trace.loss.copy()}


def hand_in(name, arrays=None, **changed):
    """Writes an npz, by default a right one with these quantities in place of ours."""
    path = Path("handed", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez(file, **((right() if arrays is None else arrays) | changed))


def half():
    """The weights of a run whose steps are half as long."""
    return computed("gradient_descent", steps=4, learning_rate=5e-7).w


def odd():
    """Weights of which one is off, which nothing explains."""
    w = right()["w"]
    w[2] += 0.01
    return w


def a_class():
    """One of each kind; four depart, two for the same reason."""
    hand_in("ada.npz")
    hand_in("Bob.npz", w=half())
    hand_in("cleo.npz", {"w": half()})
    hand_in(EVIL, w=odd())
    hand_in("eva/results/run.npz")
    Path("handed/eva/README.md").write_text("mine")
    Path("handed/finn.csv").write_text("step,w\n0,abc\n")
    Path("handed/gus.csv").write_text(
        "step;w\n" + "".join(f"{k};{w}\n".replace(".", ",") for k, w in enumerate(right()["w"]))
    )
    hand_in("hal.npz", {"w": right()["w"][:3]})
    Path("handed/notes.pdf").write_bytes(b"%PDF")
    Path("handed/.DS_Store").write_bytes(b"")


def test_a_class_is_a_line_each_in_the_order_of_names_and_a_summary(run):
    a_class()
    code, out, err = run()
    lines, others, summary = out.partition("\n\n")[0].splitlines(), *out.splitlines()[-2:]
    names = [EVIL, "ada.npz", "Bob.npz", "cleo.npz", "eva", "finn.csv", "gus.csv", "hal.npz"]
    assert (code, err) == (1, "")
    assert [line[: len(EVIL)].rstrip() for line in lines] == names
    told = dict(zip(names, (line[len(EVIL) :].strip() for line in lines), strict=True))
    assert [told[name] for name in ("ada.npz", "eva", "gus.csv")] == ["ok, 10 values", "ok, 10 values", "ok, 5 values"]
    assert told["Bob.npz"].startswith("w[step=1]: obtained 0.0739")
    assert "; looks like a factor 2 forgotten: all of w agrees" in told["Bob.npz"]
    assert told["finn.csv"] == "cannot be read: finn.csv, line 2, column 'w': 'abc' is not a number."
    assert told["hal.npz"].startswith("w ends after step 2 of 4")
    assert others == "2 other files (.DS_Store, notes.pdf): no submissions"
    assert summary == "3 of 8 ok; 4 depart; 1 cannot be read; most often a factor 2 forgotten (2 times)"


def test_a_class_that_is_right_is_0_and_options_hold_for_all(run):
    hand_in("a.npz")
    hand_in("b.npz", {"w": right()["w"][:3]})
    assert run()[0] == 1
    code, out, _ = run("--partial")
    assert (code, out.splitlines()[-1]) == (0, "2 of 2 ok")
    hand_in("c.npz", w=right()["w"] * 1.001)
    assert run("--partial")[0] == 1
    assert run("--partial", "--rtol", "0.01")[0] == 0


def test_the_reference_and_each_mistake_are_computed_once(run, monkeypatch):
    module, computations, told = _catalog.load("convolution_2d"), [], []
    compute, mistakes, output = module.compute, module.Trace.mistakes, computed("convolution_2d").output

    def counted(trace):
        for mistake in mistakes(trace):
            told.append(mistake[0])
            yield mistake

    monkeypatch.setattr(module, "compute", lambda params: computations.append(1) or compute(params))
    monkeypatch.setattr(module.Trace, "mistakes", counted)
    for k in range(4):
        hand_in(f"{k}.npz", {"output": output + k})
    code, out, _ = run(concept="convolution-2d", options=())
    assert (code, out.splitlines()[-1]) == (1, "1 of 4 ok; 3 depart")
    assert len(computations) == 1
    assert len(told) == len(set(told)) > 1


def test_what_is_said_of_names_holds_where_a_file_has_them(run):
    hand_in("a.npz")
    hand_in("b.npz", {"weight": right()["w"]})
    assert "b.npz  cannot be read: b.npz holds no quantity" in run()[1]
    code, out, _ = run("--as", "w=weight")
    assert (code, out.splitlines()[:2]) == (0, ["a.npz  ok, 10 values", "b.npz  ok, 5 values"])


def test_a_student_s_folder_holds_one_file_that_can_be_read(run):
    hand_in("one/run.npz")
    Path("handed/one/.git").mkdir()
    Path("handed/one/.git/x.npz").write_bytes(b"")
    Path("handed/one/package.json").write_text('{"name": "lab"}')
    hand_in("two/a.npz")
    hand_in("two/b.npz")
    Path("handed/three").mkdir()
    Path("handed/three/report.pdf").write_bytes(b"%PDF")
    hand_in("__MACOSX/run.npz")
    code, out, _ = run()
    assert code == 1
    assert out.splitlines()[:3] == [
        "one    ok, 10 values",
        "three  cannot be read: three holds no file that could be compared.",
        "two    cannot be read: two holds 2 files that could be meant (a.npz, b.npz); keep one.",
    ]
    assert "1 other file (__MACOSX): no submission\n" in out


def test_names_of_moodle_are_those_of_students_where_that_tells_them_apart(run):
    hand_in("Ada Lovelace_17_assignsubmission_file_/w.npz")
    Path("handed/Ada Lovelace_17_assignsubmission_onlinetext_").mkdir()
    hand_in("Ana_18_assignsubmission_file_w.npz")
    hand_in("Ana_19_assignsubmission_file_w.npz")
    assert [line.partition("  ")[0] for line in run()[1].splitlines()[:3]] == [
        "Ada Lovelace",
        "Ana_18_assignsubmission_file_w.npz",
        "Ana_19_assignsubmission_file_w.npz",
    ]


def test_links_are_not_followed(run):
    hand_in("a.npz")
    hand_in("b/mine.npz", w=half())
    Path("handed/b/theirs.npz").symlink_to(Path("handed/a.npz").resolve())
    Path("handed/c.npz").symlink_to(Path("handed/a.npz").resolve())
    out = run()[1]
    assert "a factor 2 forgotten" in out.splitlines()[1]
    assert "1 other file (c.npz): no submission" in out


def test_equal_values_are_noted_where_nothing_explains_them(run):
    for name in ("a.npz", "b.npz"):
        hand_in(name, w=odd())
    for name in ("c.npz", "d.npz"):
        hand_in(name, w=half())
    for name in ("e.npz", "f.npz"):
        hand_in(name, {"w": right()["w"][:3]})
    lines = run()[1].splitlines()
    assert lines[1].endswith("; the same values as a.npz")
    assert ["the same" in line for line in lines] == [k == 1 for k in range(len(lines))]


def test_no_cause_is_called_frequent_that_is_seen_once(run):
    hand_in("a.npz", w=half())
    hand_in("b.npz", {"w": right()["w"][:3]})
    assert (
        run()[1].splitlines()[-1] == "0 of 2 ok; 2 depart; no cause is seen twice (a factor 2 forgotten, an early end)"
    )


def test_names_cannot_steer_a_terminal(run):
    hand_in("a\x1b[2J\n\u202e.npz", w=half())
    out = run()[1]
    assert out.startswith("a?[2J??.npz  w[step=1]")


REFUSED = {
    "no such folder": (("--against", "gone"), "gone cannot be opened: no such file or directory."),
    "empty folder": (("--against", "empty"), "empty is empty; a submission is a csv, json, npz, npy, xlsx or parquet"),
    "nothing to compare": (("--against", "others"), "others holds no submission, but 1 other file (a.pdf); a"),
    "another ending": (("--report", "class.pdf"), "--report class.pdf cannot be written: its name ends neither"),
    "no folder for it": (("--report", "gone/class.csv"), "gone/class.csv cannot be written: gone is no folder."),
    "a file for a folder": (("--report", "mine.npz/class.csv"), "cannot be written: mine.npz is no folder."),
    "among submissions": (("--report", "handed/class.csv"), "it lies in handed, where it would be taken for a sub"),
    "over marks": (("--report", "marks.csv"), "marks.csv cannot be written: something else is there"),
    "over a folder": (("--report", "folder.html"), "folder.html cannot be written: something else is there"),
    "report of a file": (("--against", "mine.npz", "--report", "a.csv"), "--report goes with --against FOLDER."),
    "language of a file": (("--against", "mine.npz", "--lang", "fr"), "--lang goes with --against FOLDER."),
    "language of nothing": (("--lang", "fr"), "--lang goes with --report."),
    "no such quantity": (("--as", "los=train"), "--as: 'los' is no quantity; did you mean loss?"),
    "tolerance": (("--rtol", "-1"), "--rtol must be a number from 0"),
    "convention": (("--convention", "half"), "gradient-descent has no conventions."),
    "knob": (("--steps", "-1"), "--steps"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_wrong_input_is_one_sentence_before_anything_is_computed(run, capsys, monkeypatch, case):
    hand_in("a.npz")
    Path("mine.npz").write_bytes(Path("handed/a.npz").read_bytes())
    Path("empty").mkdir()
    Path("others").mkdir()
    Path("folder.html").mkdir()
    Path("others/a.pdf").write_bytes(b"%PDF")
    Path("marks.csv").write_text("name,mark\nada,6\n")
    monkeypatch.setattr(_catalog.load("gradient_descent"), "compute", None)
    given, sentence = REFUSED[case]
    options = [*OPTIONS] if case != "knob" else []
    against = [] if "--against" in given else ["--against", "handed"]
    code = render.main(["check", "gradient-descent", *options, *against, *given])
    out, err = capsys.readouterr()
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert sentence in err
    assert Path("marks.csv").read_text() == "name,mark\nada,6\n"


def test_a_report_needs_a_class(capsys):
    assert render.main(["check", "--report", "a.csv"]) == 2
    assert "--report goes with --against." in capsys.readouterr().err


def test_a_folder_of_damaged_files_is_reported_all_the_same(run):
    Path("handed/a.npz").write_bytes(b"PK")
    Path("handed/b.json").write_bytes(b"{")
    code, out, _ = run("--report", "class.html", "class.csv")
    assert (code, out.splitlines()[-3:]) == (1, ["0 of 2 ok; 2 cannot be read", "class.html", "class.csv"])
    assert [row["verdict"] for row in rows()] == ["unread", "unread"]


def rows(path="class.csv", separator=","):
    """The table as a program reads it."""
    text = Path(path).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


def test_the_table_has_a_row_for_each_and_opens_in_spreadsheets(run):
    a_class()
    hand_in("=1+1.npz", w=half())
    hand_in("École.npz")
    run("--report", "class.csv")
    run("--report", "fr.csv", "--lang", "fr")
    content = Path("class.csv").read_bytes()
    assert content.startswith("\N{ZERO WIDTH NO-BREAK SPACE}submission,verdict,".encode())
    assert content.count(b"\r\n") == content.count(b"\n") == 11
    english, french = (
        {row["submission"]: row for row in rows()},
        {row["submission"]: row for row in rows("fr.csv", ";")},
    )
    assert english["École.npz"]["verdict"] == french["École.npz"]["verdict"] == "ok"
    bob, theirs = english["Bob.npz"], half()[1]
    assert [bob[name] for name in ("verdict", "quantity", "index", "cause")] == [
        "departs", "w", "step=1", "a factor 2 forgotten",
    ]  # fmt: skip
    assert (float(bob["theirs"]), float(bob["ours"])) == (theirs, right()["w"][1])
    assert french["Bob.npz"]["theirs"] == bob["theirs"].replace(".", ",")
    assert english["'=1+1.npz"]["file"] == "'=1+1.npz"
    assert english["finn.csv"]["sentence"].endswith("'abc' is not a number.")
    assert english["eva"]["file"] == "eva/results/run.npz"


def test_a_report_takes_the_place_of_the_one_before(run):
    hand_in("a.npz")
    run("--report", "class.csv", "class.html")
    hand_in("b.npz")
    assert run("--report", "class.csv", "class.html")[0] == 0
    assert len(rows()) == 2
    assert "2 submissions" in Path("class.html").read_text(encoding="utf-8")
    assert sorted(path.name for path in Path().iterdir()) == ["class.csv", "class.html", "handed"]


class Page(HTMLParser):
    """The tags of a page, its names and the addresses in it."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.names, self.addresses, self.drawings, self.text = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        self.tags.append(tag)
        self.names += [known["id"]] if "id" in known else []
        self.addresses += [known[name] for name in ("href", "xlink:href", "src") if name in known]
        self.drawings += [known["aria-label"]] if tag == "figure" else []

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_is_whole_and_what_comes_from_files_is_text(run, language):
    a_class()
    run("--report", "class.html", "--lang", language)
    page = Page(Path("class.html").read_text(encoding="utf-8"))
    assert not {"img", "script", "link", "iframe", "object"} & set(page.tags)
    assert len(page.names) == len(set(page.names))
    assert {address for address in page.addresses if not address.startswith("#")} == set()
    assert {address[1:] for address in page.addresses} <= set(page.names)
    assert [label.split(" " + {"en": "of", "fr": "de"}[language] + " ")[0] for label in page.drawings] == [
        "w[step=2]", "w[step=1]", "w[step=1]", "w[step=3]",
    ]  # fmt: skip
    text = " ".join(page.text)
    assert EVIL in text
    for said in {
        "en": ("8 submissions", "3", "a factor 2 forgotten", "0.0739", "not recognised", "handed in", "4 of 5 values"),
        "fr": ("8 rendus", "3", "un facteur 2 oublié", "0,0739", "cause non reconnue", "rendu", "4 valeurs de w sur 5"),
    }[language]:
        assert said in text, said


def test_a_browser_shows_the_page_on_a_telephone_with_no_network(run, tmp_path):
    a_class()
    hand_in("anamewithoutanend" * 8 + ".npz", w=half())
    run("--report", "class.html")
    with chromium() as browser:
        size = {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": True}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get((tmp_path / "class.html").as_uri())
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
        assert [address for address in requested(browser) if not address.startswith(("file:", "data:"))] == []
        assert complaints(browser) == []


def held(concept, **arrays):
    """A comparison, and what comes of it."""
    expected = checking.expected(concept, {}, None, None, False, None)
    return expected, checking.held(expected, from_python(concept, arrays))


def cut_of(expected, report):
    fault = report.fault
    assert isinstance(fault, Departure)
    return Cut(fault, fault.axes, report.run, expected.arrays[fault.quantity])


def test_a_quantity_along_steps_is_drawn_in_the_run_that_departs():
    trace = computed("sgd")
    sgd = trace.sgd.copy()
    sgd[7:, 1] += 1
    expected, report = held("sgd", sgd=sgd)
    cut = cut_of(expected, report)
    assert (cut.names, cut.at, cut.name) == (["step"], [7], "sgd[axis=1]")
    np.testing.assert_array_equal(cut.theirs, sgd[:, 1])
    np.testing.assert_array_equal(cut.ours, trace.sgd[:, 1])


def test_a_quantity_with_two_axes_of_places_is_drawn_as_a_map_at_the_step_that_departs():
    mask = computed("dropout").mask.astype(float)
    mask[3:, 1, 2] += 5
    report = checking.held(
        expected := checking.expected("dropout", {}, None, None, False, None),
        Submission({"mask": mask[1:]}, (), {"mask": np.arange(1, len(mask))}, {"mask": "step"}, ()),
    )
    cut = cut_of(expected, report)
    assert (cut.names, cut.at, cut.name) == (["layer", "unit"], [1, 2], "mask[step=3]")
    np.testing.assert_array_equal(cut.theirs, mask[3])
    np.testing.assert_array_equal(cut.difference(), 5 * (mask[3] >= 5))


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300, 1e-3])
@pytest.mark.parametrize(("concept", "names"), [("convolution_2d", ["output", "rings"]), ("sgd", ["sgd", "optimum"])])
def test_whatever_departs_can_be_drawn(concept, names, value):
    expected = checking.expected(concept, {}, None, None, False, None)
    for name in names:
        theirs = expected.arrays[name].astype(float)
        theirs[tuple(length // 2 for length in theirs.shape)] += value * (1 + np.abs(theirs).max())
        report = checking.held(expected._replace(mistakes=iter(())), from_python(concept, {name: theirs}))
        assert report.fault, name
        assert drawing(expected, report, "fr").startswith("<svg") == bool(theirs.ndim)


def test_both_languages_say_the_same():
    for name, both in tomllib.loads((words.ASSETS / "words.toml").read_text(encoding="utf-8")).items():
        assert set(both) == {"en", "fr"}, name
        told = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in both.values()]
        assert told[0] == told[1], name
    used = "".join(path.read_text() for path in (words.ASSETS / "page.html", *Path(words.__file__).parent.glob("*.py")))
    for name in tomllib.loads((words.ASSETS / "words.toml").read_text(encoding="utf-8")):
        assert f'"{name}"' in used or name.startswith("amount_"), f"nothing says {name!r}"


def test_french_has_every_cause_and_what_shows_it():
    trace = computed("gradient_descent")
    for gradient in (True, False):
        for cause in hints._causes(trace, gradient).values():
            assert words.translated(cause, "fr"), cause
    source = Path(hints.__file__).read_text()
    shown = re.findall(r'Hint\.of\((?:f?"[^"]*"|\w+), f"([^"]*)"\)', source)
    assert len(shown) > 5
    for sentence in (re.sub(r"\{.*?\}", "7", one) for one in shown if "told" not in one and "change" not in one):
        assert words.translated(sentence, "fr"), sentence


@pytest.mark.parametrize(
    "concept", ["adam", "convolution_2d", "mean_squared_error", "momentum", "padding", "sgd", "vanishing_through_time"]
)
def test_french_has_the_mistakes_of_a_concept(concept):
    for mistake, _ in computed(concept).mistakes():
        assert words.translated(mistake, "fr"), mistake


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("a factor 2 forgotten and a mean over 506 samples instead of a sum",
         "un facteur 2 oublié et une moyenne sur 506 exemples au lieu d’une somme"),
        ("all of w agrees with steps 0.5 times as long",
         "toutes les valeurs de w sont celles que donnent des pas multipliés par 0,5"),
        ("from step 3 to 4, w changes by -1 times what is expected",
         "de step 3 à 4, w change de −1 fois ce qui est attendu"),
        ("something that nobody has said", None),
    ],
)  # fmt: skip
def test_what_a_comparison_says_is_said_in_french(english, french):
    assert words.translated(english, "fr") == french
    assert words.translated(english, "en") == english
