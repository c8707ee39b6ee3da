"""From rows of a table to rows of its answer, a slice at a time; none is paired by a label."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

import pyarrow as pa
from tqdm import tqdm

from data.cells import number, plain, written
from data.problems import Problems
from data.rows import Add, Table, Unreadable
from data.vocabulary import CAUSES, Answers
from models.model import Model
from service.assessment.opinion import ModelProblem
from service.offline.columns import ANSWER, Wrong, answered, asked, read_row

ROW, PROBLEMS = "row", "problems"  # columns that rows left out have beside their own
SLICE: Final = 1_000  # cases that are held at a time
TYPES: Final = {
    ROW: pa.int64(),
    **dict.fromkeys(ANSWER, pa.string()),
    "urgency_settled": pa.bool_(),
    **dict.fromkeys(CAUSES, pa.float64()),
}


class _Row(NamedTuple):
    place: str
    number: int  # of the row; if it was left out before, that which it had first
    values: list[Any]


class Answering:
    """The columns of an answer and of the rows left out, and how many rows became what."""

    def __init__(self, source: Table, keep: Sequence[str], model: Model | ModelProblem) -> None:
        self._source, self._model, self._asked = source, model, asked(source.heads)
        self._kept = [source.heads.index(name) for name in keep]
        self._own = sorted({*self._kept, *(i for i, *_ in self._asked)})
        kept = [(name, source.types[i]) for name, i in zip(keep, self._kept, strict=True)]
        self.schema = pa.schema([*TYPES.items(), *kept])
        left = [ROW, *(source.heads[i] for i in self._own), PROBLEMS]
        self.left_schema = pa.schema([(name, pa.string()) for name in left])
        self.urgencies: Counter[str] = Counter()
        self.left_out = 0
        self.problems = Problems()

    def run(self, answer: Add, leave_out: Add) -> None:
        """Go through all rows; a bar on the terminal. Unreadable if there is no going on."""
        rows = _numbered(self._source)
        with tqdm(total=self._source.count, unit=" cases", disable=None) as bar:
            while part := list(islice(rows, SLICE)):
                read = [read_row(self._asked, row.values) for row in part]
                pairs = list(zip(part, read, strict=True))
                answer(self._answers([(r, case) for r, case in pairs if isinstance(case, dict)]))
                leave_out([self._left(r, wrong) for r, wrong in pairs if isinstance(wrong, list)])
                bar.update(len(part))

    def _answers(self, good: Sequence[tuple[_Row, Answers]]) -> list[list[Any]]:
        said = list(answered([case for _, case in good], self._model))
        self.urgencies.update(row[0] for row in said)
        return [
            [row.number, *words, *(row.values[i] for i in self._kept)]
            for (row, _), words in zip(good, said, strict=True)
        ]

    def _left(self, row: _Row, wrong: Wrong) -> list[Any]:
        self.left_out += 1
        self.problems.add(f"{row.place}, {column}: {what}" for column, what in wrong)
        own = [written(row.values[i]) for i in self._own]
        return [str(row.number), *own, "; ".join(f"{column}: {what}" for column, what in wrong)]


def _numbered(source: Table) -> Iterator[_Row]:
    """Rows as wide as the table."""
    width = len(source.heads)
    at = source.heads.index(ROW) if ROW in source.heads else None
    for number_here, values in source.rows:
        place = f"{source.unit} {number_here}"
        if len(values) != width:
            raise Unreadable(f"{place}: has {len(values)} values for {width} columns")
        yield _Row(place, number_here if at is None else _first(place, values[at]), values)


def _first(place: str, value: Any) -> int:
    """Number that a row had in the file that it was left out of."""
    try:
        found = number(plain(value))
    except ValueError:
        found = None
    if not isinstance(found, int) or not 0 < found < 1 << 53:
        raise Unreadable(
            f"{place}, {ROW}: must be the number of a row; rename a column of your own"
        )
    return found
