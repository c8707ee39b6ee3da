"""Blocks: findings drawn together, their tables, and many blocks scored at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from data.arrays import Codes, Floats, Ints
from data.vocabulary import FINDINGS

LARGE = 64  # patterns above which a look-up beats a matrix product
TINY = 1e-300  # stands for the probability of what cannot be, so that logs stay finite


class Sampler:
    """Draws cells from many tables at once by the alias method (Walker 1977): two look-ups each.

    A table of k cells becomes k columns of equal width: a column is kept by its own cell up to
    some height, and what is above goes to one other cell, its alias.
    """

    def __init__(self, tables: Floats) -> None:
        """Take tables of probabilities, shape (tables, cells); one of zeros is never drawn from."""
        self.cells = tables.shape[1]
        total = tables.sum(axis=1, keepdims=True)
        level = np.where(total > 0, tables / np.where(total > 0, total, 1) * self.cells, 1.0)
        keep, alias = _aliases(level)
        self._until = (keep + np.arange(self.cells)).ravel()
        self._alias = alias.ravel()

    def draw(self, table: Ints, u: Floats) -> Ints:
        """Cell of each case, from its table and a uniform draw; all (n,)."""
        x = u * self.cells
        column = x.astype(np.int64)
        at = table * self.cells + column
        cell: Ints = np.where(x < self._until.take(at), column, self._alias.take(at))
        return cell


def _aliases(level: Floats) -> tuple[Floats, NDArray[np.int32]]:
    """Height that each column keeps, and its alias, from levels (tables, cells) of mean 1.

    A cell above 1 fills low columns until it is below 1 itself; then the next one goes on, and
    fills the first one's column too. Each step settles one column of every table.
    """
    tables, cells = np.arange(len(level)), level.shape[1]
    keep, alias = np.ones_like(level), np.tile(np.arange(cells, dtype=np.int32), (len(level), 1))
    order = np.argsort(level > 1, axis=1, kind="stable")
    low, lows = np.zeros_like(tables), (level <= 1).sum(axis=1)
    high = np.minimum(lows, cells - 1)
    left = level[tables, order[tables, high]]
    for _ in range(cells):
        fills = (left > 1) & (low < lows)
        ends = (left <= 1) & (high < cells - 1)
        giver, low_column = order[tables, high], order[tables, np.minimum(low, cells - 1)]
        high, low = high + ends, low + fills
        column = np.where(fills, low_column, giver)
        taker = order[tables, high]
        settled = np.flatnonzero(fills | ends)
        keep[settled, column[settled]] = np.where(fills, level[tables, column], left)[settled]
        alias[settled, column[settled]] = taker[settled]
        left = left + np.where(fills, level[tables, column] - 1, ends * (level[tables, taker] - 1))
    return keep, alias


@dataclass(frozen=True)
class Block:
    """Findings that are drawn together: their joint table of answers in each row.

    `table` has shape (ages or 1, rows, cells), cells in C order over the findings' levels.
    """

    findings: tuple[str, ...]
    table: Floats

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

    def log_patterns(self) -> Floats:
        """Log-probability of every pattern, shape (ages or 1, patterns, rows).

        An unknown answer sums over its levels.
        """
        p = self.table.reshape(*self.table.shape[:2], *self.shape)
        for axis in range(2, p.ndim):
            p = np.concatenate([p.sum(axis=axis, keepdims=True), p], axis=axis)
        flat = p.reshape(*p.shape[:2], -1).swapaxes(1, 2)
        return np.log(np.maximum(np.ascontiguousarray(flat), TINY))


class Alike:
    """Blocks of one finding with equally many levels, drawn together: few calls, however many."""

    def __init__(self, blocks: list[Block]) -> None:
        self.aged = len(blocks[0].table) > 1
        self.columns = [column for block in blocks for column in block.columns]
        tables = np.stack([block.table for block in blocks])
        sums = tables.reshape(len(blocks), -1, tables.shape[3])[:, :, :-1].cumsum(axis=2)
        self._sums = np.ascontiguousarray(sums.T)  # (levels - 1, tables, findings)

    def draw(self, table: Ints, rng: np.random.Generator) -> Codes:
        """Codes of each case, shape (findings, n), given its table in all the blocks, (n,).

        One more than the number of cumulative probabilities that do not exceed a uniform draw.
        """
        u = rng.random((len(self.columns), len(table)))
        codes: Codes = np.ones(u.shape, np.uint8)
        for sums in self._sums:
            codes += u >= sums.take(table, axis=0).T
        return codes


def alike(blocks: Iterable[Block]) -> list[Alike]:
    """The blocks of one finding, in groups."""
    groups: dict[tuple[int, int], list[Block]] = {}
    for block in blocks:
        if len(block.findings) == 1:
            groups.setdefault((len(block.table), block.table.shape[2]), []).append(block)
    return [Alike(group) for group in groups.values()]


class Stack:
    """Blocks whose log-tables are added: the small in one matrix product, the large looked up."""

    def __init__(self, blocks: list[Block]) -> None:
        tables = [(block, block.log_patterns()) for block in blocks]
        self.large = [(b, t) for b, t in tables if t.shape[1] > LARGE]
        small = [(b, t) for b, t in tables if t.shape[1] <= LARGE]
        self.small = [block for block, _ in small]
        self.offsets = np.cumsum([0] + [t.shape[1] for _, t in small[:-1]])
        self.matrix = np.concatenate([t for _, t in small], axis=1)

    def log_rows(self, codes: Codes, band: int) -> Floats:
        """Sum of log P(answers to each block | band, row), shape (n, rows)."""
        cases = np.arange(len(codes))
        answers = np.zeros((len(codes), self.matrix.shape[1]))
        for block, offset in zip(self.small, self.offsets, strict=True):
            answers[cases, offset + block.pattern(codes)] = 1.0
        total: Floats = answers @ self.matrix[band]
        for block, table in self.large:
            total += table[band][block.pattern(codes)]
        return total
