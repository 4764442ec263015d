"""Workbooks and parquet files: a user's table, a run to compare, and the numbers of a film, written and read again."""

import datetime
import json
import sys
import zipfile
from decimal import Decimal

import numpy as np
import pytest
from conftest import computed

import render
from export import RenderSettings, make
from mathcore import InputError, _catalog, _parquet, _workbook, check
from mathcore._check.checking import compare_file
from mathcore._data import DATA, read_columns

openpyxl, parquet = pytest.importorskip("openpyxl"), pytest.importorskip("pyarrow.parquet")
pyarrow, polars = pytest.importorskip("pyarrow"), pytest.importorskip("polars")

DIGITS = 1e-15  # openpyxl writes 16 of the 17 digits that tell every number
DAY = datetime.date(2024, 5, 1)
ROWS = [["rooms", "rent", "note"], [1, 500.5, None], [2, 980, "loud"], [3.25, 1250, None]]


@pytest.fixture
def book(tmp_path):
    """A workbook with these sheets."""

    def write(*sheets, name="rents.xlsx"):
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for k, rows in enumerate(sheets):
            sheet = workbook.create_sheet(f"Sheet {k}")
            for row in rows:
                sheet.append(row)
        workbook.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def table(tmp_path):
    """A parquet file with these columns."""

    def write(columns):
        parquet.write_table(pyarrow.table(columns), tmp_path / "rents.parquet")
        return tmp_path / "rents.parquet"

    return write


@pytest.fixture(params=["pyarrow", "polars"])
def reader(request, monkeypatch):
    """Each library that reads and writes parquet files, as if it were the only one."""
    monkeypatch.setattr(_parquet, "_there", lambda name: name == request.param)
    return request.param


def sentence(path, *names):
    with pytest.raises(InputError) as error:
        read_columns(path, *names)
    return str(error.value).replace(str(path.parent), "").lstrip("/")


def test_the_columns_of_a_workbook_are_read(book):
    path = book(ROWS)
    assert [column.tolist() for column in read_columns(path, "rooms", "rent")] == [[1, 2, 3.25], [500.5, 980, 1250]]
    path = book([], [[None], [], ["rent", " rooms "], ["62,5", 1], [], ["1 ", 2.0], [None, None]], name="RENTS.XLSX")
    assert [column.tolist() for column in read_columns(path, "rooms", "rent")] == [[1, 2], [62.5, 1]]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["rooms", "rent"], [1, 2], [3, None]], "line 3, column 'rent': the cell is empty."),
        ([["rooms", "rent"], [1, 2], [3, "=A2*2"]], "line 3, column 'rent': the cell is empty."),
        ([["rooms", "rent"], [1, DAY], [3, 4]], "line 2, column 'rent': '2024-05-01' is not a number."),
        ([["rooms", "rent"], [1, True], [3, 4]], "line 2, column 'rent': 'True' is not a number."),
        ([["rooms", "rent"], [1, "dear"], [3, 4]], "line 2, column 'rent': 'dear' is not a number."),
        ([["rooms", "rent"], [1, "#DIV/0!"], [3, 4]], "line 2, column 'rent': '#DIV/0!' is not a number."),
        ([["rooms", "rent"], [1, 1e99], [3, 4]], "line 2, column 'rent': '1e+99' is not a number up to 1e+12."),
        ([["rooms", "rent"], [1, "1.250"], [3, 980]], "line 2, column 'rent': '1.250' beside '980' may be thousands; "
         "write 1250, or 1.2500 for decimals."),
        ([["rooms", "rent"], [1, "1.250,5"], [3, 4]], "line 2, column 'rent': '1.250,5' must go without thousands "
         "separators, as 1250,5."),
        ([["Rents of 2024"], ["rooms", "rent"], [1, 2]], "has no column 'rooms'; its columns are Rents of 2024."),
        ([["rooms", "rent"], [1, 2]], "has fewer than 2 rows of data."),
        ([["rooms", "rooms", "rent"], [1, 2, 3], [1, 2, 3]], "has 2 columns named 'rooms'."),
        ([], "is empty."),
    ],
)  # fmt: skip
def test_cells_that_are_no_sure_numbers_get_one_sentence(book, rows, told):
    assert sentence(book(rows), "rooms", "rent").removeprefix("rents.xlsx").lstrip(", ") == told


def test_merged_cells_have_their_value_once_and_those_of_no_use_do_not_matter(book):
    path = book([["rooms", "rent", "street"], [1, 2, "x"], [3, 4, "x"], [5, None, "x"]])
    workbook = openpyxl.load_workbook(path)
    workbook.active.merge_cells("C2:C4")
    workbook.save(path)
    assert sentence(path, "rooms", "rent") == "rents.xlsx, line 4, column 'rent': the cell is empty."
    assert read_columns(path, "rooms")[0].tolist() == [1, 3, 5]
    workbook.active.merge_cells("A2:A3")
    workbook.save(path)
    assert sentence(path, "rooms") == "rents.xlsx, line 3, column 'rooms': the cell is empty."


def test_of_several_sheets_the_only_one_that_has_the_columns_is_read(book):
    other = [["year", "price"], [1, 2], [3, 4]]
    assert read_columns(book(other, ROWS), "rooms", "rent")[0].tolist() == [1, 2, 3.25]
    assert sentence(book(ROWS, other, ROWS), "rooms", "rent") == (
        "rents.xlsx has several sheets with 'rooms' and 'rent': Sheet 0, Sheet 2; keep one."
    )
    assert sentence(book(ROWS, other), "age") == "rents.xlsx has no sheet with 'age', but Sheet 0, Sheet 1."
    path = book(ROWS, ROWS)
    workbook = openpyxl.load_workbook(path)
    workbook["Sheet 1"].sheet_state = "hidden"
    workbook.save(path)
    assert read_columns(path, "rent")[0].tolist() == [500.5, 980, 1250]


def test_a_workbook_that_is_none_is_damaged_or_unpacks_to_too_much_gets_one_sentence(book, tmp_path, monkeypatch):
    unreadable = "rents.xlsx is not an xlsx workbook that can be read; is it damaged, or protected by a password?"
    path = book(ROWS)
    whole = path.read_bytes()
    for content in (
        b"rooms,rent\n1,2\n",
        whole[:-30],
        whole[:300],
        whole[:1000] + whole[1200:],
        (DATA / "cat.png").read_bytes(),
    ):
        path.write_bytes(content)
        assert sentence(path, "rooms") == unreadable
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    assert sentence(path, "rooms") == unreadable
    path.write_bytes(b"")
    assert sentence(path, "rooms") == "rents.xlsx is empty."
    path.unlink()
    assert sentence(path, "rooms") == "rents.xlsx cannot be opened: no such file or directory."
    assert sentence(tmp_path, "rooms").endswith("is a folder; a CSV file is needed.")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(_workbook.MOST_UNPACKED + 1))
    assert path.stat().st_size < 2**20
    assert sentence(path, "rooms") == "rents.xlsx is larger than 128 MiB once it is unpacked."
    monkeypatch.setattr(_workbook, "MOST_COLUMNS", 2)
    assert sentence(book(ROWS), "rooms") == "rents.xlsx, line 1: more than 2 columns."


def test_the_columns_of_a_parquet_file_are_read_whatever_their_types(table, reader):
    path = table(
        {
            "whole": pyarrow.array([1, 2, 980], pyarrow.int16()),
            "single": pyarrow.array([0.5, 1.125, 2], pyarrow.float32()),
            "decimal": [Decimal("1.50"), Decimal("2.25"), Decimal("1250.00")],
            "category": pyarrow.array(["62,5", "1", "62,5"]).dictionary_encode(),
            "gap": [1.0, None, 3.0],
            "day": [DAY] * 3,
            "yes": [True, False, True],
            "list": [[1], [2], [3]],
        }
    )
    assert [column.tolist() for column in read_columns(path, "whole", "single", "decimal", "category")] == [
        [1, 2, 980], [0.5, 1.125, 2], [1.5, 2.25, 1250], [62.5, 1, 62.5],
    ]  # fmt: skip
    assert sentence(path, "gap") == "rents.parquet, line 3, column 'gap': the cell is empty."
    assert sentence(path, "day").startswith("rents.parquet, line 2, column 'day': '2024-05-01' is not a number; 2 more")
    assert sentence(path, "yes").startswith("rents.parquet, line 2, column 'yes': 'True' is not a number")
    assert "column 'list'" in sentence(path, "list")
    assert sentence(path, "age").startswith("rents.parquet has no column 'age'; its columns are whole, single, decimal")


def test_a_parquet_file_that_is_none_or_too_large_gets_one_sentence(table, reader, monkeypatch):
    path = table({"x": [1.0, 2.0, 3.0, 4.0]})
    monkeypatch.setattr("mathcore._data.MOST_ROWS", 3)
    assert sentence(path, "x") == "rents.parquet has more than 3 rows of data."
    with monkeypatch.context() as patch:
        patch.setattr(_parquet, "MOST_UNPACKED", 10)
        assert "once it is unpacked" in sentence(path, "x")
    whole = path.read_bytes()
    for content in (b"x\n1\n2\n", whole[:-10], whole[:20] + b"\xff" * 40 + whole[60:], b"PAR1" * 5):
        path.write_bytes(content)
        assert sentence(path, "x") == "rents.parquet is not a parquet file that can be read, or it is damaged."


def test_more_rows_than_are_read_are_not_unpacked(table, reader):
    path = table({"x": pyarrow.array(np.zeros(3_000_000))})
    assert path.stat().st_size < 2**20
    assert sentence(path, "x") == "rents.parquet has more than 100000 rows of data."


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("rents.xlsx", "an xlsx needs openpyxl; install it with"),
        ("rents.parquet", "a parquet file needs pyarrow or polars; install one with"),
    ],
)
def test_what_is_not_installed_is_told_before_anything_is_computed(
    book, table, monkeypatch, capsys, tmp_path, name, told
):
    told = f"{told} `pip install 'deepreel[tables]'`."
    book(ROWS), table({"rooms": [1, 2], "rent": [1, 2]})
    for library in ("openpyxl", "pyarrow", "polars"):
        monkeypatch.setitem(sys.modules, library, None)
    assert sentence(tmp_path / name, "rooms") == told
    path, kind = str(tmp_path / name), name.partition(".")[2]
    for words in (
        ["gradient-descent", "--data", path, "-f", "npz", "-o", str(tmp_path)],
        ["check", "gradient-descent", "--against", path],
        ["gradient-descent", "-f", kind, "-o", str(tmp_path / "out")],
        ["gradient-descent", "--sweep", "-f", kind, "-o", str(tmp_path / "out")],
    ):
        assert render.main(words) == 2
        assert capsys.readouterr().err == f"render.py: {told}\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("extension", ["xlsx", "parquet"])
@pytest.mark.parametrize("concept", ["adam", "gradient_descent", "logistic_loss", "parameter_count"])
def test_what_is_written_is_read_again_as_the_same_numbers(concept, extension, tmp_path):
    trace = computed(concept)
    (path,) = make(trace, RenderSettings(), [extension], tmp_path)
    again, first = tmp_path / f"again.{extension}", path.read_bytes()
    trace.save(again)
    assert again.read_bytes() == first, "the same numbers are the same file"
    report = compare_file(concept, path, dict(trace.params), rtol=DIGITS, atol=0)
    assert report.fault is None
    assert report.values == sum(array.size for array in trace.arrays().values())
    assert not [note for note in report.notes if "not compared" in note and "set to" not in note]


def test_a_run_that_departs_is_found_in_every_kind_of_file(tmp_path, reader):
    trace = computed("gradient_descent")
    wrong = trace.w * np.where(np.arange(len(trace.w)) == 4, 1.01, 1)
    steps = np.arange(len(wrong))
    parquet.write_table(pyarrow.table({"step": steps, "w": wrong}), tmp_path / "mine.parquet")
    workbook = openpyxl.Workbook()
    for row in [("w", "Step"), *zip(wrong.tolist(), steps.tolist(), strict=True)]:
        workbook.active.append(row)
    workbook.save(tmp_path / "mine.xlsx")
    for name in ("mine.parquet", "mine.xlsx"):
        report = compare_file("gradient_descent", tmp_path / name, {})
        assert "w[step=4]" in str(report)


def test_a_quantity_in_two_sheets_is_refused(book):
    rows = [["step", "w"], [0, 0.0]]
    with pytest.raises(InputError, match=r"has w in two sheets, Sheet 0 and Sheet 1; keep one\.$"):
        compare_file("gradient_descent", book(rows, rows), {})


def test_a_workbook_shows_numbers_knobs_and_meanings(tmp_path):
    _catalog.load("gradient_descent").compute(_catalog.turned("gradient_descent", {"steps": 3})).save(
        tmp_path / "mine.xlsx"
    )
    workbook = openpyxl.load_workbook(tmp_path / "mine.xlsx")
    assert workbook.sheetnames == ["sample", "step", "update", "grid", "numbers", "knobs", "quantities"]
    assert [cell.value for cell in workbook["step"][1]] == ["step", "w", "loss", "gradient"]
    assert [cell.value for cell in workbook["update"][1]] == ["update no.", "update"]
    assert {row[0].value: row[1].value for row in workbook["knobs"].rows}["steps"] == 3
    assert {row[0].value: row[2].value for row in workbook["quantities"].rows}["w"] == "weight, the start included"
    assert workbook["step"].freeze_panes == "A2"


def test_infinite_numbers_and_a_sweep_are_written_whole(tmp_path, reader):
    knobs = {"learning_rate": 1.0, "steps": 1000}
    trace = computed("gradient_descent", **knobs)
    assert np.isinf(trace.loss).any()
    assert np.isnan(trace.w).any()
    for extension in ("xlsx", "parquet"):
        trace.save(tmp_path / f"wild.{extension}")
        assert compare_file("gradient_descent", tmp_path / f"wild.{extension}", knobs, DIGITS, 0).fault is None
        with pytest.raises(InputError, match="cannot be loaded; a trace is read back from"):
            type(trace).load(tmp_path / f"wild.{extension}")
    words = ["--sweep", "learning-rate", "1e-6", "2e-6", "--values", "2", "-f", "xlsx", "-f", "parquet", "-j", "1"]
    assert render.main(["gradient-descent", *words, "-o", str(tmp_path)]) == 0
    swept = {path.suffix for path in tmp_path.glob("gradient-descent+learning_rate=*")}
    assert swept == {".xlsx", ".parquet"}


def test_a_parquet_file_is_a_tidy_table_with_what_is_known_of_it(tmp_path, reader):
    trace = computed("gradient_descent")
    trace.save(tmp_path / "mine.parquet")
    read = parquet.read_table(tmp_path / "mine.parquet")
    assert read.column_names == ["quantity", "sample", "step", "update", "grid", "value"]
    rows = [row for row in read.to_pylist() if row["quantity"] == "w"]
    assert [row["step"] for row in rows] == list(range(len(trace.w)))
    assert [row["value"] for row in rows] == trace.w.tolist()
    assert {row["sample"] for row in rows} == {None}
    assert json.loads(parquet.read_metadata(tmp_path / "mine.parquet").metadata[b"deepreel"]) == trace.meta()


def test_a_film_is_made_of_a_workbook(book, tmp_path, capsys):
    words = ["--data", str(book(ROWS)), "--feature", "rooms", "--target", "rent", "--learning-rate", "auto"]
    assert render.main(["gradient-descent", *words, "-f", "npz", "-o", str(tmp_path)]) == 0
    assert "+data=rents-" in capsys.readouterr().out
    assert check("gradient_descent").fault is None
