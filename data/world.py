"""The world: cases drawn and scored from the same tables, and the exact posterior.

The world is a mixture. A *row* is a presentation with a way of having a second condition; given
the row and the age band, blocks of findings (one finding, or a tie) are independent. `prior`
and one table a block are all there is: sampling inverts their sums, scoring adds their logs.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from data.arrays import Codes, Floats, Ints
from data.block import TINY, Block, Sampler, Stack, alike
from data.interview import answered
from data.knowledge import AGES, Care, Interviews, Knowledge
from data.tables import Presentation
from data.vocabulary import CAUSES, FINDINGS

CHUNK = 2048  # cases scored at a time: keeps the memory of scoring near 200 MB


class Cases(NamedTuple):
    """Cases as an interview saw them, with what lies behind them.

    `codes` (n, 79) as in `vocabulary`; `cause` and `second` index CAUSES (second is -1 for
    none), `presentation` indexes the world's presentations; all (n,).
    """

    codes: Codes
    cause: Ints
    presentation: Ints
    second: Ints


class World:
    """A generator of cases and the exact posterior of their causes, over the same tables."""

    def __init__(
        self,
        presentations: tuple[Presentation, ...],
        rows: Ints,
        second: Ints,
        prior: Floats,
        blocks: tuple[Block, ...],
        interviews: Interviews,
        care: dict[str, Care],
        digest: str,
        knowledge: Knowledge | None = None,
    ) -> None:
        """Take the parts: `rows` and `second` (rows,) say what a row is, `prior` (ages, rows)."""
        self.presentations, self.rows, self.second = presentations, rows, second
        self.blocks, self.interviews, self.care = blocks, interviews, care
        self.digest, self.knowledge = digest, knowledge
        order = list(CAUSES)
        self.cause = np.array([order.index(p.cause) for p in presentations])[rows]
        self._cells = Sampler(prior.reshape(1, -1) / prior.sum())
        self._log_prior = np.log(np.maximum(prior, TINY))
        self.prior = np.bincount(self.cause, prior.sum(axis=0), len(CAUSES))
        self._fixed = Stack([block for block in blocks if len(block.table) == 1])
        self._aged = Stack([block for block in blocks if len(block.table) > 1])
        self._alike = alike(blocks)
        self._ties = [block for block in blocks if len(block.findings) > 1]

    # Drawing

    def sample(self, n: int, rng: np.random.Generator) -> Cases:
        """Draw n cases; each decision has draws of its own, in the order of the blocks."""
        row_rng, interview_rng, block_rng = rng.spawn(3)
        cell = self._cells.draw(np.zeros(n, np.int64), row_rng.random(n))
        age, row = np.divmod(cell, len(self.rows))
        codes = np.zeros((len(FINDINGS), n), np.uint8)
        codes[FINDINGS["age"].index] = age + 1
        rngs = iter(block_rng.spawn(len(self._alike) + len(self._ties)))
        for group in self._alike:
            table = cell if group.aged else row
            codes[group.columns] = group.draw(table, next(rngs))
        for tie in self._ties:
            table = cell if len(tie.table) > 1 else row
            drawn = tie.sampler.draw(table, next(rngs).random(n))
            codes[tie.columns] = tie.cell_codes.take(drawn, axis=1)
        codes *= answered(self.interviews, n, interview_rng)
        return Cases(codes.T, self.cause[row], self.rows[row], self.second[row])

    # Scoring

    def joint_log_likelihood(self, codes: Codes) -> Floats:
        """Log P(cause, answers), shape (n, 16), finite for every vector of answers."""
        out = np.empty((len(codes), len(CAUSES)))
        starts = np.searchsorted(self.cause, range(len(CAUSES)))
        for part, log_rows in self._scored(codes):
            top = log_rows.max(axis=(0, 2))[:, None]
            rows = np.exp(log_rows - top).sum(axis=0)
            out[part] = top + np.log(np.add.reduceat(rows, starts, axis=1))
        return out

    def posterior(self, codes: Codes) -> Floats:
        """P(cause | answers), shape (n, 16), rows sum to 1."""
        log_joint = self.joint_log_likelihood(codes)
        p: Floats = np.exp(log_joint - log_joint.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        return p

    def _scored(self, codes: Codes) -> Iterator[tuple[Ints, Floats]]:
        """Chunks of cases, with log P(age band, row, answers), shape (bands, chunk, rows).

        The band is the one that was answered; where age is unknown, all of them.
        """
        given = codes[:, FINDINGS["age"].index]
        for age in np.unique(given):
            of_age = np.flatnonzero(given == age)
            bands = range(len(AGES)) if age == 0 else [int(age) - 1]
            size = CHUNK // len(bands)
            for start in range(0, len(of_age), size):
                part = of_age[start : start + size]
                fixed = self._fixed.log_rows(codes[part], 0)
                yield (
                    part,
                    np.stack(
                        [
                            fixed + self._log_prior[band] + self._aged.log_rows(codes[part], band)
                            for band in bands
                        ]
                    ),
                )
