"""What users give is read with care, and what is wrong with it is said in one sentence."""

import os
import re
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mathcore import InputError, InputNote, _data
from mathcore._data import DATA, LONGEST_SIDE, read_colours, read_columns, read_grey, read_series, shrink

CAT = (DATA / "cat.png").read_bytes()
FLOAT32 = 1e-7  # pictures are averaged in single precision


@pytest.fixture
def table(tmp_path):
    """Write a table to a file of its own."""

    def write(content):
        path = tmp_path / "own.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def complaint(read, path, *names):
    """The one sentence with which `path` is refused, after its name."""
    with pytest.raises(InputError) as caught:
        read(path, *names)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert message.endswith(".")
    assert len(message.splitlines()) == 1
    assert not re.search(r"\. [A-Z]", message), "more than one sentence"
    return message.removeprefix(str(path))


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,2.5\n3,-4\n",
        "a,b\n1,2.5\n3,-4",
        "\ufeffa,b\n1,2.5\n3,-4\n",
        "a,b\r\n1,2.5\r\n3,-4\r\n",
        "a,b\r1,2.5\r3,-4\r",
        "\n\na,b\n\n1,2.5\n\n\n3,-4\n\n",
        "\ufeff\r\n\r\na,b\r\n\r\n1,2.5\r\n3,-4\r\n",
        "  \na,b\n1,2.5\n   \n3,-4\n",
        "a;b\n1;2.5\n3;-4\n",
        "a;b\n1,0;2,5\n3;-4\n",
        "a\tb\n1\t2.5\n3\t-4\n",
        " a , b \n 1 , 2.5 \n3,-4\n",
        '"a","b"\n"1","2.5"\n"3","-4"\n',
        'a, "b"\n1, "2.5"\n3, "-4"\n',
        'note,a,b\n"two\nlines",1,2.5\n"a ""word"", quoted",3,-4\n',
        'b,note,a\n2.5,"x\r\n\r\ny",1\n-4,,3\n',
        '"note; in k$; of 1978; sold",a,b\n-,1,2.5\n-,3,-4\n',
        "\n\na;b\n1;2,5\n3;-4\n",
        " \r\na\tb\r\n1\t2.5\r\n3\t-4\r\n",
        "a,b,c,c\n1,2.5,0,text\n3,-4,0,\n",
        "a,b,\n1,2.5,\n3,-4,\n",
        "a,b,,\n1,2.5,,\n3,-4\n",
        "a,b,\n1,2.5\n3,-4,,,\n",
        ",,\n,,\n,a,b\n0,1,2.5\n,,\n1,3,-4\n,,\n",
        ",a,,b,\n0,1,x,2.5,see below\n1,3,y,-4,\n",
        " ; ;\r\na;b;\r\n1;2,5;\r\n;;\r\n3;-4;\r\n",
        "a\tb\n1\t2,5\n3\t-4\n",
        'a,b\n1,"2,5"\n3,-4\n',
        "a,b\n1,2.5\n3,−4\n",
        "a;b, or c, or d;b\n1;-;2,5\n3;-;-4\n",
        "\ufeffa\tb\r\n1\t2,5\r\n3\t-4\r\n".encode("utf-16-le"),
        "\ufeffa,b\n1,2.5\n3,-4\n".encode("utf-16-be"),
        "a,b\n1e0,.25e1\n+3,-4.\n",
    ],
)
def test_a_table_is_understood(table, content):
    a, b = read_columns(table(content), "a", "b")
    assert a.dtype == b.dtype == np.float64
    assert a.tolist() == [1.0, 3.0]
    assert b.tolist() == [2.5, -4.0]


def test_columns_come_in_the_order_asked_for(table):
    path = table("a,b,c\n1,2,3\n4,5,6\n")
    assert [column.tolist() for column in read_columns(path, "c", "a", "c")] == [[3, 6], [1, 4], [3, 6]]


def test_the_default_is_the_boston_housing_data():
    rooms, price = read_columns(None, "RM", "PRICE")
    assert len(rooms) == len(price) == 506
    assert (rooms[0], price[0]) == (6.575, 24.0)


@pytest.mark.parametrize("part", ["train", "test"])
@pytest.mark.parametrize("length", [12, 30, 275])
def test_series_are_thinned_to_means_of_neighbours(part, length):
    series, classes = read_series(part, length)
    with np.load(DATA / "trace.npz") as file:
        whole, numbers = file[f"x_{part}"].astype(float), file[f"y_{part}"]
    assert series.shape == (100, length)
    np.testing.assert_array_equal(classes + 1, numbers)
    wide = 275 // length + (275 % length > 0)  # the first blocks are one value longer where the division has a rest
    np.testing.assert_allclose(series[3, 0], whole[3, :wide].mean(), rtol=1e-12)
    np.testing.assert_allclose(series[3, -1], whole[3, -(275 // length) :].mean(), rtol=1e-12)


@settings(deadline=None)
@given(st.lists(st.tuples(*2 * [st.floats(-1e12, 1e12)]), min_size=2, max_size=5), st.sampled_from(",;\t"))
def test_every_number_is_read_exactly(tmp_path_factory, rows, separator):
    path = tmp_path_factory.getbasetemp() / "exact.csv"
    rows = [*rows, (0.5, 0.5)]  # surely decimals, as 1.125 is not
    path.write_text("\n".join(f"{a}{separator}{b}" for a, b in [("a", "b"), *rows]))
    assert np.array_equal(np.transpose(read_columns(path, "a", "b")), rows)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", " is empty."),
        ("\ufeff", " is empty."),
        (" \n\t\n \r\n", " is empty."),
        (CAT, " is not a text in UTF-8; export it as CSV, in UTF-8."),
        ("\ufeffa,b\n1,2\n3,4\n".encode("utf-16-le")[:-1], " is not a text in UTF-8; export it as CSV, in UTF-8."),
        ("a,b\n1,2\n3,4\n".encode("utf-16-le"), " is not a text; a CSV file is needed."),
        ("a,c\n1,2\n3,4\n", " has no column 'b'; its columns are a, c."),
        ("A,B\n1,2\n3,4\n", " has no column 'a'; its columns are A, B."),
        ('a,"c\nd"\n1,2\n3,4\n', " has no column 'b'; its columns are a, c d."),
        ('"a"', " has no column 'b'; its columns are a."),
        ("a,b,b\n1,2,3\n4,5,6\n", " has 2 columns named 'b'."),
        ("a,b\n", " has fewer than 2 rows of data."),
        ("a,b\n1,2\n", " has fewer than 2 rows of data."),
        ('""\n', " has no column 'a'; none of its columns has a name."),
        (";\n;\n", " has no column 'a'; none of its columns has a name."),
        ("a,b\n1,2\n3\n", ", line 3: the header has 2 cells, this line 1."),
        ("a,b\n1,2\n3,4,5\n", ", line 3: the header has 2 cells, this line 3."),
        ("a;b\n1,5;2\n3,4\n", ", line 3: the header has 2 cells, this line 1."),
        ("a,b\n1,2\n3,\n", ", line 3, column 'b': the cell is empty."),
        ("a,b\n ,2\n3,4\n", ", line 2, column 'a': the cell is empty."),
        ("a,b\n1,hello\n3,4\n", ", line 2, column 'b': 'hello' is not a number."),
        ("a,b\n1,2\n3,1.2.3\n", ", line 3, column 'b': '1.2.3' is not a number."),
        ("a,b,\n1,2,\n3,4,,5\n", ", line 3: the header has 3 cells, this line 4."),
        ("a,b,\n1,2,\n3\n", ", line 3: the header has 3 cells, this line 1."),
        (",c,,b\n1,2,3,4\n5,6,7,8\n", " has no column 'a'; its columns are c, b."),
        ("a,b\n1,2\n3,NaN\n", ", line 3, column 'b': 'NaN' is not a number up to 1e+12."),
        ("a,b\n1,2\ninf,4\n", ", line 3, column 'a': 'inf' is not a number up to 1e+12."),
        ("a,b\n1,-Infinity\n3,4\n", ", line 2, column 'b': '-Infinity' is not a number up to 1e+12."),
        ("a,b\n1,2\n3,1e400\n", ", line 3, column 'b': '1e400' is not a number up to 1e+12."),
        ("a,b\n1,2\n3,1000000000000.5\n", ", line 3, column 'b': '1000000000000.5' is not a number up to 1e+12."),
        ("a,b\n1,2\n-1.1e12,4\n", ", line 3, column 'a': '-1.1e12' is not a number up to 1e+12."),
        ("\n\na,b\n\n1,2\n\n\n3,x\n", ", line 8, column 'b': 'x' is not a number."),
        ("\r\n\r\na,b\r\n1,x\r\n", ", line 4, column 'b': 'x' is not a number."),
        ('n,b\n"1\n2\n3",1\n"5\n6",x\n', " has no column 'a'; its columns are n, b."),
        ('n,a,b\n"1\n2\n3",1,1\n"5\n6",1,x\n', ", line 5, column 'b': 'x' is not a number."),
        ('a,b\n1,2\n3,"x\ny"\n', r", line 3, column 'b': 'x\ny' is not a number."),
        ('"a"x,b\n1,2\n3,4\n', ", line 1: not a CSV table (',' expected after '\"')."),
        ('a,b\n1,2\n3,"4\n', ", line 3: not a CSV table (unexpected end of data)."),
        ('a,b\n1,"2"x\n3,4\n', ", line 2: not a CSV table (',' expected after '\"')."),
    ],
)
def test_a_bad_table_gets_one_sentence(table, content, sentence):
    assert complaint(read_columns, table(content), "a", "b") == sentence


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a;b\n62,5;980\n81,0;1.250\n", " has a comma in '62,5' (line 2, column 'a') and a point in '1.250' (line 3, "
         "column 'b'); write all decimals with the same mark, and thousands without one."),
        ("a;b\n1,5;2\n3;4.5\n", " has a comma in '1,5' (line 2, column 'a') and a point in '4.5' (line 3, column 'b'); "
         "write all decimals with the same mark, and thousands without one."),
        ('a,b\n62.5,980\n81,"1,250"\n', " has a comma in '1,250' (line 3, column 'b') and a point in '62.5' (line 2, "
         "column 'a'); write all decimals with the same mark, and thousands without one."),
        ("a;b\n2;980\n3;1.250\n4;1.480\n1;690\n", ", line 3, column 'b': '1.250' beside '980' may be thousands; write "
         "1250, or 1.2500 for decimals; 1 more such cell follows."),
        ("a;b\n2;1,253\n3;980\n", ", line 2, column 'b': '1,253' beside '980' may be thousands; write 1253, or 1,2530 "
         "for decimals."),
        ("a,b\n2,-1.253\n3,1480\n", ", line 2, column 'b': '-1.253' beside '1480' may be thousands; write -1253, or "
         "-1.2530 for decimals."),
        ("a\tb\n62.5\t980\n81.0\t1.250\n", ", line 3, column 'b': '1.250' beside '980' may be thousands; write 1250, "
         "or 1.2500 for decimals."),
        ("a,b\n1,0\n2,1.250\n3,2.483\n", ", line 3, column 'b': '1.250' beside '0' may be thousands; write 1250, or "
         "1.2500 for decimals; 1 more such cell follows."),
        ("a;b\n2;1.250\n3;1.480\n", ", line 2, column 'b': '1.250' in a table with semicolons may be thousands; write "
         "1250, or 1.2500 for decimals; 1 more such cell follows."),
        ('a,b\n2,"1,253"\n3,"1,480"\n', ", line 2, column 'b': '1,253' in a table with commas may be thousands; write "
         "1253, or 1,2530 for decimals; 1 more such cell follows."),
    ],
)  # fmt: skip
def test_a_number_that_may_be_thousands_is_refused(table, content, sentence):
    assert complaint(read_columns, table(content), "a", "b") == sentence


@pytest.mark.parametrize(
    ("content", "b"),
    [
        ("a,b\n1,1.250\n2,2.375\n", [1.25, 2.375]),  # three decimals throughout
        ("a;b\n1;1,250\n2;2,375\n", [1.25, 2.375]),
        ("a\tb\n1\t1,250\n2\t2,375\n", [1.25, 2.375]),
        ("a,b\n1,0.125\n2,1\n3,0.250\n", [0.125, 1, 0.25]),  # no thousands begin with 0
        ("a,b\n1,1234.567\n2,980\n", [1234.567, 980]),  # nor have four digits before the mark
        ("a,b\n1,1.250\n2,980\n3,1.5\n", [1.25, 980, 1.5]),
        ("a,b\n1,1.250e0\n2,980\n", [1.25, 980]),
        ("a,b\n1,0\n2,1.478\n3,2.397\n", [0, 1.478, 2.397]),  # as "%.4g" writes a descent from 0
        ("a;b\n62.5;1.253\n81.0;1.487\n", [1.253, 1.487]),  # the other column shows that it is a decimal point
        ("a;c;b\n1,5;1.250;2\n2;980;3\n", [2, 3]),  # what is not read is not judged
        ("a,b\n1,４.５\n2,٤٢\n", [4.5, 42]),  # digits of other scripts
    ],
)
def test_decimals_that_cannot_be_thousands_are_read(table, content, b):
    assert read_columns(table(content), "a", "b")[1].tolist() == b


@pytest.mark.parametrize(
    ("cell", "shown", "bare"),
    [
        ("1 083,75", "1 083,75", "1083,75"),
        ("1\u00a0083,75", "1 083,75", "1083,75"),
        ("1\u202f083,75", "1 083,75", "1083,75"),
        ("1 250", "1 250", "1250"),
        ("1.083,75", "1.083,75", "1083,75"),
        ("-1,083.75", "-1,083.75", "-1083.75"),
        ("1,00,000.5", "1,00,000.5", "100000.5"),
        ("1.250.000", "1.250.000", "1250000"),
        ("1’083.75", "1’083.75", "1083.75"),
        ("1_000", "1_000", "1000"),
    ],
)
def test_thousands_separators_must_go(table, cell, shown, bare):
    sentence = complaint(read_columns, table(f"a;b\n1;{cell}\n2;3\n"), "a", "b")
    assert sentence == f", line 2, column 'b': {shown!r} must go without thousands separators, as {bare}."


@pytest.mark.parametrize("cell", ["12.03.2024", "1.2.3", "1_0", "1 2", "1,2,3", "1.083,75,5", "1 083 €", "1'08"])
def test_what_is_no_number_with_thousands_separators_is_no_number(table, cell):
    assert "is not a number" in complaint(read_columns, table(f"a;b\n1;{cell}\n2;3\n"), "a", "b")


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (["x", "1", "n/a", "", "1 000", "y"], "line 2, column 'b': 'x' is not a number; 2 more such cells follow."),
        (["", "x", ""], "line 2, column 'b': the cell is empty; 1 more such cell follows."),
        (["1 083,75", "1 100", ""], "without thousands separators, as 1083,75; 1 more such cell follows."),
        (["inf", "x", "1e13"], "line 2, column 'b': 'inf' is not a number up to 1e+12; 1 more such cell follows."),
        (["x", "1", "2"], "line 2, column 'b': 'x' is not a number."),
    ],
)  # fmt: skip
def test_it_is_said_how_many_cells_are_bad_in_the_same_way(table, bad, sentence):
    path = table("a;b\n" + "".join(f"1;{cell}\n" for cell in bad))
    assert complaint(read_columns, path, "a", "b").endswith(sentence)
    assert complaint(read_columns, path, "a", "b", "b").endswith(sentence), "a column that is wanted twice counts once"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("Größe;Preis", ", with words such as 'Größe'"),
        ("Surface (m²);Loyer (€)", ""),
        ("année construite;l’été – coût", ", with words such as 'année'"),
        ("œuvre;N° de l’île", ", with words such as 'œuvre'"),
    ],
)
def test_a_table_in_windows_1252_is_read_and_that_is_said(table, names, words):
    path = table(f"{names}\n1,5;2\n3;4\n".encode("cp1252"))
    with pytest.warns(InputNote) as told:
        assert [column.tolist() for column in read_columns(path, *names.split(";"))] == [[1.5, 3], [2, 4]]
    assert [str(note.message) for note in told] == [f"{path} is not in UTF-8; it is read as Windows-1252{words}."]


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        ("Fläche", "mac_roman"),
        ("Größe", "cp850"),
        ("Цена", "cp1251"),
        ("цена", "koi8-r"),
        ("Τιμή", "cp1253"),
        ("Výška", "cp1250"),
        ("面积", "gbk"),
        ("面積", "shift-jis"),
        ("면적", "euc-kr"),
    ],
)
def test_letters_that_make_no_sense_in_windows_1252_are_refused(table, names, encoding):
    path = table(f"{names},a,b\n1,2,3\n4,5,6\n".encode(encoding))
    assert complaint(read_columns, path, "a", "b") == " is not a text in UTF-8; export it as CSV, in UTF-8."


@pytest.mark.parametrize("letter", ["é", "ß", "ä", "€", "î"])
def test_utf_8_with_one_broken_letter_is_not_read_as_windows_1252(table, letter):
    content = f"a{letter}a,a,b\n1,2,3\n4,5,6\n".encode() + b"\xff,1,2\n"
    assert complaint(read_columns, table(content), "a", "b") == " is not a text in UTF-8; export it as CSV, in UTF-8."


def test_a_cell_that_goes_on_and_on_is_cut_in_the_sentence(table):
    assert len(complaint(read_columns, table(f"a,b\n1,{'x' * 9999}\n3,4\n"), "a", "b")) < 100
    digits = "1" * 9999
    assert len(complaint(read_columns, table(f"a;b\n1;{digits} 000,5\n3;4\n"), "a", "b")) < 150
    assert len(complaint(read_columns, table(f"a;b\n0,{digits};0.{digits}\n3;4\n"), "a", "b")) < 250


@pytest.mark.parametrize("cells", ["x;2", "1,5;2.5", "1.250;980", "1.083,75;2"])
def test_a_column_whose_name_goes_on_and_on_is_cut_in_the_sentence(table, cells):
    path = table(f"{'a' * 9999};b\n{cells}\n3;4\n")
    assert len(complaint(read_columns, path, "a" * 9999, "b")) < 300


def test_a_header_that_goes_on_and_on_is_cut_in_the_sentence(table):
    header = ",".join("x" * 300 + str(i) for i in range(300))
    assert len(complaint(read_columns, table(f"{header}\n"), "a", "b")) < 1000


def test_more_rows_than_can_be_drawn_are_refused(table, monkeypatch):
    monkeypatch.setattr(_data, "MOST_ROWS", 3)
    assert len(read_columns(table("a\n1\n2\n3\n"), "a")[0]) == 3
    assert complaint(read_columns, table("a\n1\n2\n3\n4\n"), "a") == " has more than 3 rows of data."


READERS = pytest.mark.parametrize(
    ("read", "kind"), [(read_columns, "a CSV file"), (read_grey, "an image")], ids=["table", "picture"]
)


@READERS
def test_a_missing_file_gets_one_sentence(tmp_path, read, kind):
    assert complaint(read, tmp_path / "gone") == " cannot be opened: no such file or directory."


@READERS
def test_a_file_under_a_file_gets_one_sentence(table, read, kind):
    assert complaint(read, table("a\n") / "x") == " cannot be opened: not a directory."


@READERS
def test_a_folder_gets_one_sentence(tmp_path, read, kind):
    assert complaint(read, tmp_path) == f" is a folder; {kind} is needed."


@READERS
def test_a_pipe_gets_one_sentence_and_no_waiting(tmp_path, read, kind):
    os.mkfifo(tmp_path / "pipe", 0o000)
    assert complaint(read, tmp_path / "pipe") == f" is not a regular file; {kind} is needed."


@READERS
@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero"])
def test_a_device_gets_one_sentence(read, kind, device):
    assert complaint(read, Path(device)) == f" is not a regular file; {kind} is needed."


@READERS
def test_a_link_that_points_at_itself_gets_one_sentence(tmp_path, read, kind):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "cannot be opened" in complaint(read, tmp_path / "loop")


@READERS
def test_an_empty_file_gets_one_sentence(table, read, kind):
    assert complaint(read, table("")) == " is empty."


@READERS
def test_a_file_of_gigabytes_is_refused_before_it_is_read(tmp_path, read, kind):
    most = 16 if kind == "a CSV file" else 64
    for size in (2**36, (most << 20) + 1):
        with (tmp_path / "sparse").open("wb") as file:
            file.truncate(size)
        assert complaint(read, tmp_path / "sparse") == f" is larger than {most} MiB."
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(most << 20)
    assert "larger" not in complaint(read, tmp_path / "sparse")


def test_a_table_that_may_not_be_read_gets_one_sentence(table, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    path = table("a\n1\n2\n")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert complaint(read_columns, path, "a") == " cannot be read: permission denied."


@pytest.fixture
def picture(tmp_path):
    """Write an image, or bytes that claim to be one, to a file of its own."""

    def write(content, name="own.png", **options):
        path = tmp_path / name
        path.write_bytes(content) if isinstance(content, bytes) else content.save(path, **options)
        return path

    return write


def grey_ramp(*shape):
    return (np.arange(np.prod(shape)) % 256).astype(np.uint8).reshape(shape)


def png(width, height, depth=8, colour=0, rows=b""):
    """A PNG with any header that one likes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_the_default_is_the_cat():
    cat = read_grey(None)
    assert cat.shape == (224, 224)
    assert cat.dtype == np.float64
    assert 0 <= cat.min() < 0.1
    assert 0.7 < cat.max() <= 1


@pytest.mark.parametrize("name", ["own.png", "own.bmp", "own.tif", "own.gif", "own.webp", "wrong.jpg"])
def test_grey_values_run_from_black_0_to_white_1(picture, name):
    ramp = grey_ramp(16, 16)
    lossless = {"format": "PNG"} if name == "wrong.jpg" else {"lossless": True} if name == "own.webp" else {}
    grey = read_grey(picture(Image.fromarray(ramp), name, **lossless))
    np.testing.assert_allclose(grey, ramp / 255, atol=FLOAT32)
    assert (grey[0, 0], grey[-1, -1]) == (0.0, 1.0)


@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (12, 200, 99)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_colours_become_grey_by_their_luma(picture, colour, mode):
    image = Image.new("RGB", (2, 2), colour)
    grey = read_grey(picture(image.convert(mode, palette=Image.Palette.ADAPTIVE)))
    np.testing.assert_allclose(grey, np.dot(colour, [0.299, 0.587, 0.114]) / 255, atol=1 / 255)


@pytest.mark.parametrize(
    ("image", "options"),
    [
        (Image.new("RGBA", (4, 4), (0, 0, 0, 0)), {}),
        (Image.new("LA", (4, 4), (0, 0)), {}),
        (Image.new("P", (4, 4), 0), {"transparency": 0}),
        (Image.new("RGB", (4, 4), (0, 0, 0)), {"transparency": (0, 0, 0)}),
    ],
    ids=["RGBA", "LA", "P", "RGB"],
)
def test_transparency_becomes_white(picture, image, options):
    assert np.all(read_grey(picture(image, **options)) == 1.0)


def test_half_transparent_black_becomes_a_middle_grey(picture):
    np.testing.assert_allclose(read_grey(picture(Image.new("RGBA", (2, 2), (0, 0, 0, 128)))), 127 / 255, atol=FLOAT32)


def test_one_bit_per_pixel_is_enough(picture):
    assert np.array_equal(read_grey(picture(Image.fromarray(np.eye(3, dtype=bool)))), np.eye(3))


def test_colours_stay_red_green_and_blue_where_they_are_asked_for(picture):
    pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3) * 5
    np.testing.assert_allclose(read_colours(picture(Image.fromarray(pixels))), pixels / 255, atol=FLOAT32)
    clear = picture(Image.new("RGBA", (2, 2), (255, 0, 0, 0)))
    assert np.all(read_colours(clear) == 1.0)
    assert read_colours(None).shape == (224, 224, 3)
    wide = picture(Image.new("RGB", (2000, 600), (0, 255, 0)))
    assert np.array_equal(read_colours(wide), np.tile([0.0, 1.0, 0.0], (LONGEST_SIDE, LONGEST_SIDE, 1)))


def test_a_grey_picture_read_in_colour_has_its_grey_in_every_channel(picture):
    path = picture(Image.fromarray(grey_ramp(16, 16)))
    assert np.array_equal(read_colours(path), np.repeat(read_grey(path)[..., None], 3, axis=2))


def test_what_is_no_image_is_refused_in_colour_as_in_grey(picture):
    assert complaint(read_colours, picture(b"no image")) == " is not an image that can be read."


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_photograph_is_turned_as_its_camera_says(picture, turn):
    upright = grey_ramp(4, 4)
    stored = {
        1: upright, 2: upright[:, ::-1], 3: upright[::-1, ::-1], 4: upright[::-1], 5: upright.T,
        6: np.rot90(upright), 7: upright[::-1, ::-1].T, 8: np.rot90(upright, -1),
    }[turn]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = turn
    grey = read_grey(picture(Image.fromarray(np.ascontiguousarray(stored)), exif=exif))
    np.testing.assert_allclose(grey, upright / 255, atol=FLOAT32)


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (3, 1000), (1000, 3), (5, 4), (4, 5), (20, 20), (512, 512)])
def test_the_centre_square_is_cut_out(picture, shape):
    ramp, side = grey_ramp(*shape), min(shape)
    rows, columns = ((length - side) / 2 for length in shape)
    grey = read_grey(picture(Image.fromarray(ramp)))
    squares = [
        ramp[row : row + side, column : column + side] / 255
        for row in {int(rows), round(rows + 0.25)}
        for column in {int(columns), round(columns + 0.25)}
    ]
    assert any(np.allclose(grey, square, atol=FLOAT32) for square in squares)


@pytest.mark.parametrize("shape", [(513, 513), (600, 2000), (1024, 1024)])
def test_a_large_picture_is_averaged_down(picture, shape):
    checks = (np.indices(shape).sum(axis=0) % 2 * 255).astype(np.uint8)
    grey = read_grey(picture(Image.fromarray(checks)))
    assert grey.shape == (LONGEST_SIDE, LONGEST_SIDE)
    assert 0 <= grey.min() <= grey.max() <= 1
    if shape == (1024, 1024):
        np.testing.assert_allclose(grey, 0.5, atol=FLOAT32)


@pytest.mark.parametrize(
    "content",
    [
        b"hello",
        CAT[: len(CAT) // 2],
        CAT[:40],
        CAT[:8],
        b'<svg xmlns="http://www.w3.org/2000/svg" width="3" height="3"/>',
        png(0, 0),
        png(4, 4),
        png(4, 4, depth=9),
        b"%PDF-1.4\n",
        b"a,b\n1,2\n",
    ],
)
def test_what_is_no_image_gets_one_sentence(picture, content):
    assert complaint(read_grey, picture(content)) == " is not an image that can be read."


@pytest.mark.parametrize(
    "pixels",
    [
        (_data.MOST_PIXELS + 1, 1),
        (9500, 9500),
        (13000, 13000),
        (13500, 13500),
        (100_000, 100_000),
        (2**31 - 1, 2**31 - 1),
    ],
)
def test_a_decompression_bomb_is_refused_from_its_header(picture, pixels):
    path = picture(png(*pixels))
    assert path.stat().st_size < 100
    assert complaint(read_grey, path) == " is too large: an image may have 40000000 pixels."


def test_the_limit_of_pillow_stays_on_and_so_do_the_warnings_of_others(picture):
    filters = list(warnings.filters)
    limit = Image.MAX_IMAGE_PIXELS
    complaint(read_grey, picture(png(9500, 9500)))
    assert Image.MAX_IMAGE_PIXELS == limit == 89_478_485
    assert warnings.filters == filters


@pytest.mark.parametrize(
    ("image", "name"),
    [
        (Image.fromarray(np.arange(16, dtype=np.uint16).reshape(4, 4) * 4000), "own.png"),
        (Image.fromarray(np.ones((4, 4), dtype=np.int32)), "own.tif"),
        (Image.fromarray(np.ones((4, 4), dtype=np.float32)), "own.tif"),
    ],
    ids=["16 bits", "32 bits", "float"],
)
def test_more_than_8_bits_per_channel_get_one_sentence(picture, image, name):
    assert complaint(read_grey, picture(image, name)) == " has more than 8 bits per channel; save it with 8."


def test_a_colour_image_of_16_bits_is_read_with_8(picture):
    row = b"\0" + struct.pack(">6H", 65535, 65535, 65535, 0, 0, 0)
    assert np.array_equal(read_grey(picture(png(2, 2, depth=16, colour=2, rows=2 * row))), [[1, 0], [1, 0]])


@pytest.mark.parametrize("side", [1, 2, 4, 8, 16])
def test_shrinking_averages(side):
    fine = np.random.RandomState(0).rand(16, 16)
    blocks = fine.reshape(side, 16 // side, side, 16 // side).mean(axis=(1, 3))
    np.testing.assert_allclose(shrink(fine, side), blocks, atol=FLOAT32)


@pytest.mark.parametrize("times", [2, 3, 5])
def test_enlarging_repeats_cells(times):
    small = np.random.RandomState(0).rand(3, 3)
    np.testing.assert_allclose(shrink(small, 3 * times), small.repeat(times, 0).repeat(times, 1), atol=FLOAT32)


@pytest.mark.parametrize("side", [1, 5, 7, 12, 40])
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_black_and_white_stay_so_at_any_size(value, side):
    assert np.all(shrink(np.full((13, 13), value), side) == value)
