"""Blocks: findings drawn together, their tables, and many blocks scored at once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from data.knowledge import Float
from data.vocabulary import FINDINGS

LARGE = 64  # patterns above which a look-up beats a matrix product
TINY = 1e-300  # stands for the probability of what cannot be, so that logs stay finite
Codes = NDArray[np.uint8]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Block:
    """Findings that are drawn together: their joint table of answers in each row.

    `table` has shape (ages or 1, rows, cells), cells in C order over the findings' levels.
    """

    findings: tuple[str, ...]
    table: Float

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of levels of each finding."""
        return tuple(len(FINDINGS[f].levels) for f in self.findings)

    @property
    def columns(self) -> list[int]:
        """Columns of the findings in a matrix of codes."""
        return [FINDINGS[f].index for f in self.findings]

    @cached_property
    def _sums(self) -> Float:
        """Cumulative probabilities without the last, those of the i-th table raised by i.

        So that one search in one sorted array draws from all tables at once.
        """
        sums = self.table.reshape(-1, self.table.shape[2]).cumsum(axis=1)[:, :-1]
        raised: Float = np.minimum(sums, 1.0) + np.arange(len(sums))[:, None]
        return raised.ravel()

    def draw(self, age: Ints, row: Ints, u: Float) -> Ints:
        """Cell of each case, from uniform draws; all (n,)."""
        table = row if len(self.table) == 1 else age * self.table.shape[1] + row
        if self.table.shape[2] == 2:  # twice as fast as a search, and most blocks are yes or no
            cell: Ints = (table + u >= self._sums[table]).astype(np.int64)
        else:
            before = table * (self.table.shape[2] - 1)
            cell = np.searchsorted(self._sums, table + u, "right") - before
        return cell

    def pattern(self, codes: Codes) -> Ints:
        """Index of each case's answers to this block, unknown ones included, shape (n,)."""
        bases = tuple(size + 1 for size in self.shape)
        pattern: Ints = np.ravel_multi_index(
            tuple(codes[:, self.columns].T.astype(np.int64)), bases
        )
        return pattern

    def log_patterns(self) -> Float:
        """Log-probability of every pattern, shape (ages or 1, patterns, rows).

        An unknown answer sums over its levels.
        """
        p = self.table.reshape(*self.table.shape[:2], *self.shape)
        for axis in range(2, p.ndim):
            p = np.concatenate([p.sum(axis=axis, keepdims=True), p], axis=axis)
        flat = p.reshape(*p.shape[:2], -1).swapaxes(1, 2)
        return np.log(np.maximum(np.ascontiguousarray(flat), TINY))


class Stack:
    """Blocks whose log-tables are added: the small in one matrix product, the large looked up."""

    def __init__(self, blocks: list[Block]) -> None:
        tables = [(block, block.log_patterns()) for block in blocks]
        self.large = [(b, t) for b, t in tables if t.shape[1] > LARGE]
        small = [(b, t) for b, t in tables if t.shape[1] <= LARGE]
        self.small = [block for block, _ in small]
        self.offsets = np.cumsum([0] + [t.shape[1] for _, t in small[:-1]])
        self.matrix = np.concatenate([t for _, t in small], axis=1)

    def log_rows(self, codes: Codes, band: int) -> Float:
        """Sum of log P(answers to each block | band, row), shape (n, rows)."""
        cases = np.arange(len(codes))
        answers = np.zeros((len(codes), self.matrix.shape[1]))
        for block, offset in zip(self.small, self.offsets, strict=True):
            answers[cases, offset + block.pattern(codes)] = 1.0
        total: Float = answers @ self.matrix[band]
        for block, table in self.large:
            total += table[band][block.pattern(codes)]
        return total
