"""Files of cases: read row by row, refused where they cannot be, and never larger than life."""

import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data import rows
from data.rows import Unreadable, adding, opened


def read(path):
    """Names, and all rows with their places."""
    with opened(path) as table:
        return table.heads, list(table.rows)


@pytest.fixture
def csv(tmp_path):
    """Writes bytes as a CSV file."""

    def write(content):
        path = tmp_path / "cases.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def parquet(tmp_path):
    """Writes columns as a Parquet file."""

    def write(columns, **options):
        path = tmp_path / "cases.parquet"
        pq.write_table(pa.table(columns), path, **options)
        return path

    return write


CSV = [
    ("age,sex\n58,male\n,\n", [(2, ["58", "male"]), (3, ["", ""])]),
    ("\ufeffage , sex\r\n58,male\r\n\r\n", [(2, ["58", "male"])]),
    ('age,sex\n58,"a\nb"\n34,male', [(3, ["58", "a\nb"]), (4, ["34", "male"])]),
    ("age,sex\r58,male\r", [(2, ["58", "male"])]),
    ("age,sex\n58\n", [(2, ["58"])]),  # how wide a row must be is for others to say
    ("age,sex\n", []),
]


@pytest.mark.parametrize(("text", "found"), CSV)
def test_a_csv_is_read_with_the_line_of_each_row(csv, text, found):
    """The line on which it ends; a blank line is no row."""
    assert read(csv(text)) == (["age", "sex"], found)


def test_in_a_single_column_a_blank_line_is_a_row(csv):
    """Or an unknown would be lost."""
    assert read(csv("age\n58\n\n34\n"))[1] == [(2, ["58"]), (3, [""]), (4, ["34"])]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"age\n58\n\xff\n", r"line 3: .* not UTF-8"),
        ("age\n58\n".encode("utf-16"), r"line 1: .* not UTF-8"),
        (b'age\n58\n"58\n', r"line 3 cannot be read"),
        (b'age\n58\n"5"8\n', r"line 3 cannot be read"),
        (b"age\n" + b"5" * 100_001, r"line 2: .* over 100,000 characters"),
        (b"age\n" + b'"\n",' * 100_000, r"over 100,000 characters"),
        (b"," * 100_001, r"line 1: .* over 100,000 characters"),
    ],
)
def test_a_csv_that_cannot_be_read_is_refused_with_the_line(csv, content, says):
    """However far in, and before a row of any size is held."""
    with pytest.raises(Unreadable, match=says):
        read(csv(content))


def test_parquet_gives_values_as_they_are_typed(parquet):
    """Text of every kind is text; a null is None."""
    day = datetime.date(2026, 11, 29)
    columns = {
        "age": [58, None],
        "bmi": [24.5, float("nan")],
        "sex": pa.array(["male", None]).dictionary_encode(),
        "note": pa.array(["a", None], pa.large_string()),
        "day": [day, None],
        "nothing": pa.nulls(2),
    }
    heads, ((first, one), (second, two)) = read(parquet(columns))
    assert heads == list(columns)
    assert (first, one) == (1, [58, 24.5, "male", "a", day, None])
    assert (second, [two[0], *two[2:]]) == (2, [None] * 5)
    assert two[1] != two[1]


def test_names_of_rows_that_pandas_added_are_told_apart(tmp_path):
    """They are a column of the file, which nobody wrote."""
    frame = pd.DataFrame({"age": [58]}, index=["somebody"])
    frame.to_parquet(tmp_path / "cases.parquet")
    with opened(tmp_path / "cases.parquet") as table:
        assert table.heads == ["age", *table.index]
        assert table.index == ("__index_level_0__",)


BOMBS = [  # a few kilobytes that would be gigabytes
    (lambda: {"age": pa.ListArray.from_arrays([0, 10**7], pa.array(np.zeros(10**7, np.int8)))}, {}),
    (lambda: {"age": [{"a": 1}]}, {}),
    (lambda: {"age": [b"58"]}, {}),
    (lambda: {"sex": pa.DictionaryArray.from_arrays(np.zeros(10**5, int), ["a" * 200_000])}, {}),
    (
        lambda: {"bmi": np.zeros(34_000_000)},
        {"use_dictionary": False, "row_group_size": 34_000_000, "compression": "zstd"},
    ),
]


@pytest.mark.parametrize(("columns", "options"), BOMBS)
def test_a_parquet_file_that_would_not_fit_is_refused(parquet, columns, options):
    """Lists, bytes, endless text and endless pages, told by types and sizes alone."""
    with pytest.raises(Unreadable, match=r"holds neither|characters each|write smaller"):
        read(parquet(columns(), **options))


def test_of_a_long_file_little_is_held(parquet):
    """Twenty million rows in one group take no more than a few when the first are read."""
    ages = pa.DictionaryArray.from_arrays(np.zeros(20_000_000, np.int8), ["58"])
    path = parquet({"age": ages}, row_group_size=20_000_000)
    del ages
    before = pa.total_allocated_bytes()
    with opened(path) as table:
        assert table.count == 20_000_000
        assert next(table.rows) == (1, ["58"])
        assert pa.total_allocated_bytes() - before < 10_000_000


def test_what_is_no_parquet_is_refused(tmp_path):
    """Cut short as well, and with nothing printed as it stands in the file."""
    path = tmp_path / "cases.parquet"
    pq.write_table(pa.table({"a\x1b[31m\nb": np.arange(1000)}), path)
    whole = path.read_bytes()
    for content in (b"", b"age\n58\n", whole[: len(whole) // 2], whole[:400] + whole[500:]):
        path.write_bytes(content)
        with pytest.raises(Unreadable, match="cannot be read") as refused:
            read(path)
        assert str(refused.value).isprintable()


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_what_is_added_is_read_back(tmp_path, ending, monkeypatch):
    """Part by part, in groups of rows; with no row at all, too."""
    monkeypatch.setattr(rows, "HELD", 2)
    schema = pa.schema([("a", pa.int64()), ("b", pa.string())])
    for parts in ([], [[[1, "x"]], [], [[2, None], [3, "y,\n"]], [[4, "z"]]]):
        path = tmp_path / f"out{ending}"
        with adding(path, ending, schema) as add:
            for part in parts:
                add(part)
        heads, found = read(path)
        assert heads == ["a", "b"]
        assert [[int(a), b or None] for _, (a, b) in found] == [row for p in parts for row in p]
