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


class Sampler:
    """Draws cells from many tables at once, by bisection of their cumulative probabilities."""

    def __init__(self, tables: Float) -> None:
        """Take tables of probabilities, shape (tables, cells)."""
        count, cells = tables.shape
        self.width = 1 << (cells - 1).bit_length()
        sums = np.full((count, self.width), np.inf)
        sums[:, : cells - 1] = tables[:, :-1].cumsum(axis=1)
        self._sums = sums.ravel()

    def draw(self, table: Ints, u: Float) -> Ints:
        """Cell of each case, from its table and a uniform draw; all (n,)."""
        first: Ints = table * self.width
        at, step = first, self.width // 2
        while step:
            at = at + step * (u >= self._sums[at + step - 1])
            step //= 2
        return at - first


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
    def sampler(self) -> Sampler:
        """Draws cells from table ``age * rows + row``, or ``row`` where age does not matter."""
        return Sampler(self.table.reshape(-1, self.table.shape[2]))

    @cached_property
    def cell_codes(self) -> Codes:
        """Code of each finding in each cell, shape (findings, cells)."""
        levels = np.indices(self.shape).reshape(len(self.shape), -1)
        return (levels + 1).astype(np.uint8)

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
