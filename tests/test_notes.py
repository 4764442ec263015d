"""What is told of an input that is used is shown once, on standard error, when the command has succeeded."""

import warnings

import pytest

import render

TABLE = "Größe;Preis\n2;980\n3;1250\n;\n".encode("cp1252")


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command beside a table in Windows-1252: its exit code, what it printed, and what it told."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rents.csv").write_bytes(TABLE)
    (tmp_path / "mine.csv").write_bytes(b"step;w;gr\xf6\xdfe\n0;0,0;1\n;;\n")

    def call(*words):
        return render.main(["gradient-descent", *words] if words[0] != "check" else words), *capsys.readouterr()

    return call


OWN = ("--data", "rents.csv", "--feature", "Größe", "--target", "Preis", "--learning-rate", "1e-3")
NOTE = "render.py: rents.csv is not in UTF-8; it is read as Windows-1252, with words such as 'Größe'.\n"


def test_a_note_on_a_table_is_one_line_on_standard_error(run):
    code, out, error = run(*OWN, "-f", "npz", "-f", "csv")
    assert (code, error) == (0, NOTE)
    assert len(out.splitlines()) == 2
    assert run(*OWN, "-f", "npz")[2] == NOTE, "a second command says it, too"


def test_a_table_that_is_read_twice_is_told_once(run):
    assert run("check", "gradient-descent", *OWN, "--against", "rents.csv")[0] == 2
    code, _, error = run("check", "gradient-descent", *OWN, "--against", "mine.csv", "--steps", "1")
    assert code in (0, 1)
    assert sorted(error.splitlines(keepends=True)) == [NOTE.replace("rents", "mine").replace("G", "g"), NOTE]


def test_what_is_refused_is_told_in_one_sentence_without_notes(run):
    code, _, error = run("--data", "rents.csv", "--feature", "Preis", "--target", "Grösse")
    assert (code, error) == (2, "render.py: rents.csv has no column 'Grösse'; its columns are Größe, Preis.\n")


def test_warnings_of_others_and_their_filters_stay_as_they_were(run, monkeypatch):
    def warn(*_):
        warnings.warn("not a note", UserWarning, stacklevel=1)

    monkeypatch.setattr(render, "render_film", warn)
    before, shown = list(warnings.filters), warnings.showwarning
    with pytest.warns(UserWarning, match="not a note"):
        run(*OWN)
    assert (list(warnings.filters), warnings.showwarning) == (before, shown)
