"""Conditions as tables: each is worked out once for all that it can tell apart, then looked up.

A condition reads few findings, and of each it tells few levels apart. So a case is a cell of a
small grid, and what a condition says of the cell is known before anybody asks. One case and a
batch are looked up by the same few array operations.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.arrays import Codes
from data.vocabulary import FINDINGS, Finding
from service.safety.conditions import Condition

RULED_OUT, COULD_FIRE, FIRED = range(3)
MOST_CELLS: Final = 1_000_000  # of one condition; a wider one would cost memory and start-up


class TooWide(Exception):  # noqa: N818 - reads as what happened
    """A condition tells too many combinations of answers apart to be tabulated."""


class Table:
    """One condition: a case of codes for each cell of its grid, and what it says there."""

    def __init__(self, condition: Condition) -> None:
        self.condition = condition
        self.reads = condition.reads()
        self.kinds = [_kinds(condition, finding) for finding in self.reads]
        self.shape = tuple(int(kinds.max()) + 1 for kinds in self.kinds)
        if np.prod(self.shape, dtype=float) > MOST_CELLS:
            raise TooWide(f"{condition} tells more than {MOST_CELLS} combinations apart")
        self.codes = self._codes()
        self.fired = condition.certain(self.codes)
        self.open = condition.possible(self.codes) & ~self.fired

    def _codes(self) -> Codes:
        """One case for each cell, shape (cells, findings)."""
        codes = np.zeros((np.prod(self.shape, dtype=int), len(FINDINGS)), np.uint8)
        axes = np.indices(self.shape).reshape(len(self.shape), -1)
        for finding, kinds, axis in zip(self.reads, self.kinds, axes, strict=True):
            _, first = np.unique(kinds, return_index=True)
            codes[:, finding.index] = first[axis]
        return codes

    def fires_with(self, finding: Finding[Any], level: str) -> NDArray[np.bool_]:
        """Whether it fires in each cell once the finding's answer is this level."""
        axis = self.reads.index(finding)
        kind = self.kinds[axis][finding.code(level)]
        fired = self.fired.reshape(self.shape).take([kind], axis)
        return np.broadcast_to(fired, self.shape).ravel()


class Tables:
    """Several conditions, cell after cell; the cells of one follow those of the one before."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self.tables = [Table(condition) for condition in conditions]
        steps = [step for table in self.tables for step in _steps(table)]
        firsts = np.cumsum([0, *(len(table.fired) for table in self.tables)])
        reads = [len(table.reads) for table in self.tables]
        self._starts = np.cumsum([0, *reads[:-1]])
        for first, start in zip(firsts, self._starts, strict=False):
            steps[start] = steps[start] + first
        self._firsts = firsts
        self._columns = np.array([f.index for table in self.tables for f in table.reads])
        self._offsets = np.cumsum([0, *(len(step) for step in steps[:-1])])
        self._steps = np.concatenate(steps)
        values = [FIRED * table.fired + COULD_FIRE * table.open for table in self.tables]
        self.value = np.concatenate(values).astype(np.uint8)

    def cells(self, codes: Codes) -> NDArray[np.int64]:
        """Cell of each condition in :attr:`value`, shape (n, conditions)."""
        steps = self._steps[codes[:, self._columns] + self._offsets]
        cells: NDArray[np.int64] = np.add.reduceat(steps, self._starts, axis=1)
        return cells

    def case(self, condition: int, cell: int) -> bytes:
        """Codes of a case that is in this cell of this condition and answers nothing else."""
        return bytes(self.tables[condition].codes[cell - self._firsts[condition]])


def rows_of(cells: NDArray[np.uint8] | NDArray[np.bool_]) -> list[bytes]:
    """Each row of an array of bytes, shape (n, k)."""
    whole, width = cells.tobytes(), cells.shape[1]
    return [whole[start : start + width] for start in range(0, len(whole), width)]


def _kinds(condition: Condition, finding: Finding[Any]) -> NDArray[np.int64]:
    """For each code of a finding, which of those that the condition tells apart it is."""
    codes = np.zeros((len(finding.levels) + 1, len(FINDINGS)), np.uint8)
    codes[:, finding.index] = range(len(codes))
    leaves = [leaf for leaf in condition.leaves() if leaf.finding is finding]
    met = [(codes[:, finding.index] == 0), *(leaf.met(codes, unknown=False) for leaf in leaves)]
    seen: dict[tuple[bool, ...], int] = {}
    return np.array([seen.setdefault(told, len(seen)) for told in zip(*met, strict=True)])


def _steps(table: Table) -> list[NDArray[np.int64]]:
    """How far each code of each finding leads into the grid."""
    strides = [int(np.prod(table.shape[axis + 1 :])) for axis in range(len(table.shape))]
    return [kinds * stride for kinds, stride in zip(table.kinds, strides, strict=True)]
