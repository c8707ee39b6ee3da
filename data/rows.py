"""Rows of a file of cases, CSV or Parquet, in as much memory whatever its length and form."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.problems import shown

ENDINGS: Final = (".csv", ".parquet")
LONGEST: Final = 100_000  # characters of a row
BATCH: Final = 1_000  # rows of a Parquet file that are held at a time
LARGEST: Final = 256 * 1024 * 1024  # bytes of one of its groups of rows: a page may be as large
HELD: Final = 64  # parts of an answer that make a group of rows
FAULTS: Final = (csv.Error, pa.ArrowException, OSError, OverflowError, ValueError)
VALUES: Final = (
    pa.types.is_primitive,
    pa.types.is_decimal,
    pa.types.is_null,
    pa.types.is_string,
)


class Unreadable(ValueError):  # noqa: N818 - reads as what is so
    """A file that cannot be read as a table; the message says where."""


@dataclass(frozen=True)
class Table:
    """Columns, and rows with the number of each, to be gone through once."""

    heads: list[str]
    types: list[pa.DataType]
    unit: str  # what rows are counted in: lines of a CSV, of which the first has the names
    rows: Iterator[tuple[int, list[Any]]]
    count: int | None = None  # of rows, if the file says so
    index: tuple[str, ...] = ()  # columns that pandas takes for the names of rows


@contextmanager
def opened(path: Path) -> Iterator[Table]:
    """What a file holds; Unreadable, here or while its rows are read, and OSError as usual."""
    if path.suffix == ".parquet":
        with path.open("rb") as file:
            yield _parquet(file)
    else:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
            yield _csv(text)


@contextmanager
def _readable(place: str = "it") -> Iterator[None]:
    """Unreadable in place of a library's error, whose words may hold what stands in the file."""
    try:
        yield
    except Unreadable:
        raise
    except FAULTS as problem:
        raise Unreadable(f"{place} cannot be read: {str(problem)[:200]!r}") from problem


class _Lines:
    """Lines of a text; Unreadable if one is no text, or those of one row are too long."""

    def __init__(self, text: TextIO) -> None:
        self.text = text
        self.number = self.length = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.text.readline(LONGEST + 1)
        if not line:
            raise StopIteration
        self.number, self.length = self.number + 1, self.length + len(line)
        if self.length > LONGEST:
            raise Unreadable(f"line {self.number}: its row has over {LONGEST:,} characters")
        try:
            line.encode()
        except UnicodeEncodeError:
            raise Unreadable(f"line {self.number}: cannot be read, for it is not UTF-8") from None
        return line


def _csv(text: TextIO) -> Table:
    records = _records(_Lines(text))
    heads = [name.strip() for name in next(records, (1, []))[1]]
    one = len(heads) == 1  # then a blank line is a row; else it is none
    rows = ((number, row or [""]) for number, row in records if row or one)
    return Table(heads, [pa.string()] * len(heads), "line", rows)


def _records(lines: _Lines) -> Iterator[tuple[int, list[str]]]:
    """Values of each record, none of a blank line, and the line on which it ends."""
    reader = csv.reader(lines, strict=True)
    while True:
        with _readable(f"line {lines.number + 1}"):
            record = next(reader, None)
        if record is None:
            return
        lines.length = 0
        yield lines.number, record


def _parquet(file: BinaryIO) -> Table:
    with _readable():
        about = pq.read_metadata(file)
        leaves = [about.schema.column(i) for i in range(about.num_columns)]
        source = pq.ParquetFile(
            file, metadata=about, pre_buffer=False, read_dictionary=[leaf.path for leaf in leaves]
        )
        schema = source.schema_arrow
        named = (schema.pandas_metadata or {}).get("index_columns", ())
    types = [f.type.value_type if pa.types.is_dictionary(f.type) else f.type for f in schema]
    for name, kind in zip(schema.names, types, strict=True):
        if not any(is_value(kind) for is_value in VALUES):
            raise Unreadable(f"column {shown(name)}: holds neither text, numbers nor dates")
    for i in range(about.num_row_groups):
        if about.row_group(i).total_byte_size > LARGEST:
            raise Unreadable(f"group {i} of its rows is over {LARGEST:,} bytes; write smaller ones")
    index = tuple(name for name in named if isinstance(name, str))
    return Table(schema.names, types, "row", _rows(source), about.num_rows, index)


def _rows(source: pq.ParquetFile) -> Iterator[tuple[int, list[Any]]]:
    last = 0
    with _readable():
        for batch in source.iter_batches(BATCH, use_threads=False):
            first, last = last + 1, last + len(batch)
            if sum(map(_characters, batch.columns)) > LONGEST * BATCH:
                raise Unreadable(f"rows {first} to {last}: have over {LONGEST:,} characters each")
            columns = [_decoded(column).to_pylist() for column in batch.columns]
            yield from enumerate(map(list, zip(*columns, strict=True)), first)


def _decoded(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _characters(column: pa.Array) -> int:
    """Of the texts of a column, all of which are kept as a dictionary, however often they stand."""
    if not pa.types.is_dictionary(column.type) or not len(column.dictionary):
        return 0
    lengths = pc.binary_length(column.dictionary).take(column.indices)
    return int(pc.sum(lengths).as_py() or 0)


Add = Callable[[list[list[Any]]], object]


@contextmanager
def adding(path: Path, ending: str, schema: pa.Schema) -> Iterator[Add]:
    """What adds rows to a new file."""
    if ending == ".parquet":
        with pq.ParquetWriter(path, schema) as file, _grouped(file, schema) as add:
            yield add
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file, lineterminator="\n")
            lines.writerow(schema.names)
            yield lines.writerows


@contextmanager
def _grouped(file: pq.ParquetWriter, schema: pa.Schema) -> Iterator[Add]:
    """Rows are held until they are enough for a group."""
    held: list[pa.Table] = []

    def add(rows: list[list[Any]]) -> None:
        columns = zip(*rows, strict=True) if rows else [()] * len(schema)
        pairs = zip(columns, schema.types, strict=True)
        held.append(pa.table([pa.array(column, kind) for column, kind in pairs], schema))
        if len(held) >= HELD:
            write()

    def write() -> None:
        file.write_table(pa.concat_tables([*held, schema.empty_table()]))
        held.clear()

    yield add
    write()
