"""Trajectories that come from elsewhere: what is understood, and what is refused in one sentence."""

import io
import json
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
from conftest import computed

from mathcore import InputError, InputNote, _catalog
from mathcore._check import columns, reader

AXES = {"w": ("step",), "loss": ("step",), "update": ("update",), "path": ("run", "step"), "best": ()}


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Writes content to a file of that name and reads it as a submission."""
    monkeypatch.chdir(tmp_path)

    def call(name, content, axes=AXES):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return reader.read(path.relative_to(tmp_path), axes)

    return call


def zipped(method=zipfile.ZIP_STORED, **entries):
    """A zip archive that holds these bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(f"{name}.npy", content)
    return stream.getvalue()


def npy(header, data=b"", magic=b"\x93NUMPY\x01\x00"):
    """A npy file with a header of our own."""
    text = (header if isinstance(header, str) else repr(header)).encode() + b"\n"
    return magic + struct.pack("<H", len(text)) + text + data


def promising(shape, descr="<f8"):
    return {"descr": descr, "fortran_order": False, "shape": shape}


def test_a_plain_table_is_a_column_per_quantity(read):
    submission = read("mine.csv", "step,w,loss,update\n0,0.5,inf,1e-3\n1,-1,nan,\n")
    assert {name: array.tolist() for name, array in submission.arrays.items() if name != "loss"} == {
        "w": [0.5, -1.0],
        "update": [1e-3],
    }
    assert np.isinf(submission.arrays["loss"][0])
    assert np.isnan(submission.arrays["loss"][1])
    assert submission.unused == ()


def test_names_that_are_no_quantities_are_told_and_counting_columns_are_not(read):
    table = ",step,weight,w,path,best\n0,0,9,0.5,1,2\n1,1,9,0.6,1,2\n"
    submission = read("mine.csv", table)
    assert submission.unused == ("weight", "path", "best")
    assert submission.notes == ("path has 2 axes: a column holds one", "best has no axes: a column holds one")
    assert read("mine.json", '{"w": [1], "weight": [9], "meta": {}}').unused == ("weight",)


@pytest.mark.parametrize("name", ["W", "w ", "# w", "'w'", "`w`", "_w_", "[w]", "\u200bw", "\uff37"])
def test_a_name_that_differs_in_case_spaces_or_marks_is_read_and_told(read, name):
    stream = io.BytesIO()
    np.savez(stream, **{name: np.array([0.5]), "loss": np.array([1.0])})
    for submission in (
        read("mine.csv", f"{name},loss\n0.5,1\n"),
        read("mine.csv", f"Quantity,Step,Value\n{name},0,0.5\nloss,0,1\n"),
        read("mine.json", json.dumps({name: [0.5], "loss": [1.0]})),
        read("mine.npz", stream.getvalue()),
    ):
        assert {name: array.tolist() for name, array in submission.arrays.items()} == {"w": [0.5], "loss": [1.0]}
        assert submission.notes == ((f"{name} is read as w",) if name.strip() != "w" else ())
        assert submission.unused == ()


@pytest.mark.parametrize(
    "content",
    [
        "{w},w\n1,2\n",
        "{w}\nx\n",
        "{w},loss\n1,\n,\n2,\n",
        "step{marks},w\n0.5,1\n",
        "{marks}step,step{marks},w\n0,0,1\n",
    ],
)
def test_an_endless_name_makes_no_endless_sentence(read, content):
    marks = "-" * 10_000
    with pytest.raises(InputError) as refusal:
        read("mine.csv", content.replace("{w}", f"w{marks}").replace("{marks}", marks))
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize("name", ["w*", "|w|", "w2", "w+b", "ww"])
def test_signs_of_arithmetic_make_another_name(read, name):
    submission = read("mine.csv", f"{name},w\n9,0.5\n")
    assert submission.arrays["w"].tolist() == [0.5]
    assert submission.unused == (name,)


def test_a_column_counts_along_the_axis_that_it_names_first(read):
    table = "epoch,step,w,update\n0,0,1,5\n0,10,2,6\n1,20,3,\n"
    submission = read("mine.csv", table)
    assert submission.steps["w"].tolist() == [0, 10, 20]
    assert submission.steps["update"].tolist() == [0, 10]
    assert (submission.unused, submission.notes) == (("epoch",), ())
    assert read("mine.csv", "Global Step,w\n0,1\n").notes == ("Global Step is read as step",)
    both = {"w": ("step",), "val_loss": ("epoch",)}
    submission = read("mine.csv", "epoch,step,w,val_loss\n0,10,1,\n0,20,2,5\n4,30,3,6\n", both)
    assert submission.steps["w"].tolist() == [10, 20, 30]
    assert submission.steps["val_loss"].tolist() == [0, 4]
    assert "val_loss" not in read("mine.csv", "step,w,val_loss\n0,1,5\n10,2,6\n", both).steps


def test_a_number_of_steps_beside_the_arrays_places_nothing(read):
    submission = read("mine.json", '{"w": [1, 2], "steps": 10, "epoch": [3]}', {"w": ("step",)})
    assert submission.steps == {}
    assert submission.unused == ("steps", "epoch")


def test_places_along_other_axes_count_from_0_or_1(read):
    rows = "path,1,0,1\npath,2,0,2\npath,1,10,3\npath,2,10,4\n"
    submission = read("mine.csv", f"quantity,run,step,value\n{rows}")
    assert submission.arrays["path"].tolist() == [[1, 3], [2, 4]]
    assert submission.steps["path"].tolist() == [0, 10]
    assert submission.from_one() == {}


def test_an_axis_that_is_a_quantity_as_well_is_compared(read):
    assert read("mine.csv", "x\n1\n2\n", {"x": ("sample",), "grid": ("y", "x")}).arrays["x"].tolist() == [1, 2]


@pytest.mark.parametrize(
    "table", ["w;loss\n0,5;1\n", "w\tloss\n0.5\t1\n", '"w", "loss"\n0.5, 1\n', "\ufeffw,loss\n0.5,1"]
)
def test_spreadsheets_of_several_countries_are_understood(read, table):
    assert read("mine.CSV", table).arrays["w"].tolist() == [0.5]


@pytest.mark.parametrize(
    "table",
    [
        "step,w,,\n0,0.5,,\n1,0.75,,\n,,,\n",
        ",,\n,step,w,\n,0,0.5,\n,1,0.75,\n",
        ";w;;\r\n0;0,5;;x\r\n;;;\r\n1;0,75\r\n",
        "w\tloss\r\n0,5\t1\r\n0,75\t2\r\n".encode("utf-16"),
        "quantity,step,value,\nw,0,0.5,\n,,,\nw,1,0.75,\n",
        "quantity;step;value\nw;0;0,5\nw;1;7,5e-1\n;;\n",
    ],
)
def test_rows_of_separators_and_nameless_columns_are_not_read(read, table):
    submission = read("mine.csv", table)
    assert submission.arrays["w"].tolist() == [0.5, 0.75]
    assert submission.unused == ()


def test_a_trajectory_in_windows_1252_is_read_and_that_is_said(read):
    with pytest.warns(InputNote, match=r"^mine.csv is not in UTF-8; it is read as Windows-1252, with .* 'größe'.$"):
        submission = read("mine.csv", "w;größe\n0,5;1\n".encode("cp1252"))
    assert submission.arrays["w"].tolist() == [0.5]
    assert submission.unused == ("größe",)


def test_a_trajectory_of_few_digits_that_begins_at_0_has_decimals(read):
    table = "".join(f"{step},{w:.4g}\n" for step, w in enumerate([0, 1.478231, 2.396811, 2.967714]))
    assert read("mine.csv", f"step,w\n{table}").arrays["w"].tolist() == [0, 1.478, 2.397, 2.968]


@pytest.mark.parametrize("concept", ["gradient_descent", "pooling"])
@pytest.mark.parametrize("extension", ["npz", "csv", "json"])
def test_what_deepreel_writes_comes_back_exactly(tmp_path, concept, extension):
    trace = _catalog.load(concept).compute()
    trace.save(tmp_path / f"trace.{extension}")
    axes = {name: quantity.axes for name, quantity in trace.quantities().items()}
    submission = reader.read(tmp_path / f"trace.{extension}", axes)
    assert submission.unused == ()
    assert set(submission.arrays) == set(axes)
    for name, array in submission.arrays.items():
        np.testing.assert_array_equal(array, trace.arrays()[name])


def test_json_may_hold_nested_lists_and_spelled_infinities(read):
    submission = read("mine.json", json.dumps({"path": [[0, 1], [2, "Infinity"]], "best": 3}))
    assert submission.arrays["path"].tolist() == [[0, 1], [2, np.inf]]
    assert submission.arrays["best"].shape == ()


@pytest.mark.parametrize("dtype", ["float32", "float16", "int64", ">f8", "bool"])
def test_an_npz_may_hold_any_kind_of_number(read, dtype):
    stream = io.BytesIO()
    np.savez_compressed(stream, w=np.array([0, 1], dtype))
    array = read("mine.npz", stream.getvalue()).arrays["w"]
    assert array.tolist() == [0, 1]
    assert array.dtype == np.float64


PICKLED = io.BytesIO()
np.savez(PICKLED, w=np.array([{}], dtype=object))
WHOLE = zipped(w=npy(promising((2,)), bytes(16)))
REFUSED = {
    "unknown suffix": ("mine.txt", "w\n1\n", "not called .npz, .npy, .csv, .json, .xlsx or .parquet"),
    "empty": ("mine.json", "", "is empty"),
    "no quantity": ("mine.csv", "weight,los\n1,2\n", "but weight, los; quantities are w, loss"),
    "no rows": ("mine.csv", "w,loss\n", "w has no values"),
    "text": ("mine.csv", "w\n1\nabc\n", "line 3, column 'w': 'abc' is not a number"),
    "texts": ("mine.csv", "w\nabc\n1\nNA\nNA\n", "'abc' is not a number; 2 more such cells follow"),
    "tidy texts": ("mine.csv", "quantity,step,value\nw,0,abc\nw,1,NA\n", "not a number; 1 more such cell follows"),
    "separated": ("mine.csv", "w;loss\n1;1 083,75\n", "'1 083,75' must go without thousands separators, as 1083,75"),
    "both marks": ("mine.csv", "w;loss\n0,5;1.250\n", "in '0,5' (line 2, column 'w') and a point in '1.250'"),
    "thousands": ("mine.csv", "w;loss\n1,253;1\n980;1\n", "beside '980' may be thousands; write 1253, or 1,2530"),
    "tidy thousands": ("mine.csv", "quantity,step,value\nw,0,1.250\nw,1,980\n", "beside '980' may be thousands"),
    "more cells": ("mine.csv", "w,loss,\n1,1,\n2,2,,3\n", "line 3: the header has 3 cells, this line 4"),
    "Cyrillic": ("mine.csv", "w;цена\n0,5;1\n".encode("cp1251"), "not a text in UTF-8"),
    "gap": ("mine.csv", "w,loss\n1,1\n,2\n3,3\n", "line 3, column 'w': the cell is empty"),
    "short row": ("mine.csv", "w,loss\n1,1\n2\n", "line 3: the header has 2 cells, this line 1"),
    "two columns": ("mine.csv", "w,w\n1,1\n", "has 'w' and 'w', which both mean w; keep one"),
    "two spellings": ("mine.csv", "w,# W\n1,1\n", "has 'w' and '# W', which both mean w; keep one"),
    "two spellings, tidy": ("mine.csv", "quantity,step,value\nw,0,1\nW,1,2\n", "'w' and 'W', which both mean w"),
    "two spellings, json": ("mine.json", '{"w": [1], "W ": [1]}', "has 'w' and 'W', which both mean w; keep one"),
    "two spellings, npz": ("mine.npz", zipped(w=npy(promising((1,)), bytes(8)), W=b""), "'w' and 'W', which both mean"),
    "one name twice, json": ("mine.json", '{"w": [1], "w": [2]}', "two values are called 'w'; keep one"),
    "two counts": ("mine.csv", "_step,Step,w\n0,0,1\n", "has '_step' and 'Step', which both mean step; keep one"),
    "row without a place": ("mine.csv", "step,w\n0,1\n,2\n", "line 3, 'step': an empty cell is no whole number"),
    "seconds": ("mine.csv", "time,w\n0.1,1\n", "'time': 0.1 is no whole number from 0 on; if"),
    "too many places": ("mine.json", '{"t": [0, 5, 9], "w": [1]}', "'t' counts 3 steps, w has 1 values; if"),
    "too few places": ("mine.json", '{"step": [5], "w": [1, 2]}', "mine.json: 'step' counts 1 steps, w has 2 values"),
    "null": ("mine.json", '{"w": [1, null]}', "w holds None (null), which may stand for NaN or for nothing"),
    "binary": ("mine.csv", b"w\n\xff\xfe\n", "not a text in UTF-8"),
    "huge place": ("mine.csv", "quantity,run,step,value\npath,999999999999,0,1\n", "1 values, where their places ask"),
    "endless place": ("mine.csv", f"quantity,step,value\nw,{'9' * 5000},1\n", "9999 is no whole number"),
    "negative place": ("mine.csv", "quantity,step,value\nw,-1,1\n", "-1 is no whole number from 0"),
    "no axis": ("mine.csv", "quantity,step,value\npath,0,1\n", "no column says at which run the values of path stand"),
    "a run left out": ("mine.csv", "quantity,run,step,value\npath,0,0,1\npath,2,0,1\n", "2 values, where their places"),
    "twice": ("mine.csv", "quantity,step,value\nw,0,1\nw,0,2\n", "line 3: w has another value above"),
    "twice, plain": ("mine.csv", "step,w\n0,1\n0,2\n", "line 3: w has another value above, in the same place"),
    "no object": ("mine.json", "[1, 2]", "must hold quantities by name"),
    "cut JSON": ("mine.json", '{"w": [1, ', "not JSON that can be read"),
    "deep JSON": ("mine.json", '{"w": ' + "[" * 200_000, "not JSON that can be read"),
    "deep lists": ("mine.json", '{"w": ' + "[" * 100 + "]" * 100 + "}", "not numbers in lists of equal length"),
    "long number": ("mine.json", '{"w": [' + "9" * 5000 + "]}", "not JSON that can be read"),
    "ragged": ("mine.json", '{"w": [1, [2]]}', "not numbers in lists of equal length"),
    "words": ("mine.json", '{"w": ["one"]}', "not numbers in lists of equal length"),
    "object": ("mine.json", '{"w": {"a": 1}}', "not numbers in lists of equal length"),
    "no values": ("mine.json", '{"w": []}', "w has no values"),
    "no zip": ("mine.npz", "w", "damaged"),
    "cut npz": ("mine.npz", WHOLE[:-30], "damaged"),
    "pickle": ("mine.npz", PICKLED.getvalue(), "plain numbers"),
    "complex": ("mine.npz", zipped(w=npy(promising((1,), "<c16"), bytes(16))), "plain numbers"),
    "letters": ("mine.npz", zipped(w=npy(promising((1,), "<U2"), bytes(8))), "plain numbers"),
    "lying header": ("mine.npz", zipped(w=npy(promising((10**12,)), bytes(8))), "damaged"),
    "lying header of nothing": ("mine.npz", zipped(w=npy(promising((10**30, 0)), bytes(8))), "damaged"),
    "header that is code": ("mine.npz", zipped(w=npy("__import__('os').abort()", bytes(8))), "damaged"),
    "bomb": ("mine.npz", zipped(zipfile.ZIP_DEFLATED, w=npy(promising((4 * 10**6,)), bytes(32 * 10**6))), "damaged"),
    "bomb of another kind": ("mine.npz", zipped(zipfile.ZIP_BZIP2, w=npy(promising((2,)), bytes(16))), "damaged"),
    "too many": ("mine.npz", zipped(zipfile.ZIP_DEFLATED, w=npy(promising((2 * 10**6,), "|i1"), bytes(2 * 10**6))),
                 "damaged or too large"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_refused_in_one_sentence(read, case):
    name, content, complaint = REFUSED[case]
    with pytest.raises(InputError, match=r"^mine\.[^\n]*\.$") as refusal:
        read(name, content)
    assert complaint in str(refusal.value)


def test_what_a_header_promises_takes_no_memory(read):
    tracemalloc.start()
    try:
        with pytest.raises(InputError):
            read("mine.npz", zipped(w=npy(promising((10**8,)), bytes(8))))
        assert tracemalloc.get_traced_memory()[1] < 10**8
    finally:
        tracemalloc.stop()


def test_a_sound_npz_written_by_hand_is_read(read):
    assert read("mine.npz", WHOLE).arrays["w"].tolist() == [0, 0]


def test_a_folder_a_missing_and_a_large_file_are_refused(tmp_path, monkeypatch):
    for name in ("there.npz", "gone.csv", "large.json"):
        path = tmp_path / name
        if name == "there.npz":
            path.mkdir()
        elif name == "large.json":
            path.write_bytes(b" " * 200)
        monkeypatch.setattr(reader, "MOST_BYTES", 100)
        with pytest.raises(InputError, match=r"folder|cannot be opened|is larger than"):
            reader.read(path, AXES)


def test_a_table_of_too_many_rows_is_refused_before_its_end(read, monkeypatch):
    monkeypatch.setattr(columns, "MOST_VALUES", 2)
    with pytest.raises(InputError, match="more than 2 rows"):
        read("mine.csv", "w\n1\n1\nnever read\n")


def test_limits_leave_room_for_the_largest_trace():
    trace = computed("nonconvex_loss")
    assert max(array.size for array in trace.arrays().values()) * 5 < columns.MOST_VALUES
