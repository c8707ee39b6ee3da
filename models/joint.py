"""Likelihoods of several findings at a time: products that are made once, when a model is read.

Sixty answers are sixty rows to gather and multiply. Taken in groups of findings, each with a row
for every combination of their answers, they are twenty-three, of a table of 9 MB.
"""

from math import prod
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.vocabulary import FINDINGS
from models.encoder import FIRST_ROW, PARENTS, features

MOST_ROWS: Final = 250  # of a group; with twice as many the table doubles, for three fewer groups
FEW: Final = 16  # cases up to which one gather of all rows is faster than one for each group
LEAST: Final = -600.0  # logarithm of the least product that fits; a float ends at -708
_CODES: Final = [len(finding.levels) + 1 for finding in FINDINGS.values()]


class LikelihoodsTooSmall(ValueError):  # noqa: N818 - reads as what happened
    """Of some cases a product of likelihoods could be too small for a float to hold."""


class Group(NamedTuple):
    """Findings that are weighed together, and what is read for it: they and their parents."""

    weighed: tuple[int, ...]  # positions in the vocabulary
    reads: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """How many codes each finding has that is read."""
        return tuple(_CODES[finding] for finding in self.reads)

    def cases(self) -> NDArray[np.uint8]:
        """A case for each combination of answers, shape (rows, 79)."""
        codes = np.zeros((prod(self.shape), len(FINDINGS)), np.uint8)
        codes[:, self.reads] = np.indices(self.shape).reshape(len(self.reads), -1).T
        return codes


def _joined(one: Group, other: Group) -> Group:
    reads = dict.fromkeys((*one.reads, *other.reads))
    return Group((*one.weighed, *other.weighed), tuple(reads))


def _grouped() -> tuple[Group, ...]:
    """Groups of at most MOST_ROWS, unless one finding has more; the widest find room first."""
    at = {name: finding.index for name, finding in FINDINGS.items()}
    families = [(name, *PARENTS.get(name, ())) for name in FINDINGS]
    alone = [Group((at[names[0]],), tuple(at[name] for name in names)) for names in families]
    groups: list[Group] = []
    for group in sorted(alone, key=lambda group: -prod(group.shape)):
        wider = {old: _joined(old, group) for old in groups}
        growth = {old: prod(new.shape) / prod(old.shape) for old, new in wider.items()}
        fitting = [old for old, new in wider.items() if prod(new.shape) <= MOST_ROWS]
        if fitting:
            best = min(fitting, key=growth.__getitem__)
            groups[groups.index(best)] = wider[best]
        else:
            groups.append(group)
    return tuple(groups)


def _steps() -> NDArray[np.float64]:
    """How many rows further on in its groups one more of a finding's code is, (79, groups)."""
    steps = np.zeros((len(FINDINGS), len(GROUPS)))
    for column, group in zip(steps.T, GROUPS, strict=True):
        for axis, finding in enumerate(group.reads):
            column[finding] = prod(group.shape[axis + 1 :])
    return steps


GROUPS: Final = _grouped()
_STEPS: Final = _steps()
_ENDS: Final = np.cumsum([prod(group.shape) for group in GROUPS])
_FIRST: Final = np.concatenate([[0], _ENDS[:-1]])


def joint_likelihoods(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Likelihoods of each row of each group, one group after another, from a model's weights.

    ``weights`` are logarithms, (ROWS, k). Each row is scaled so that its largest is 1, which no
    probability depends on. LikelihoodsTooSmall if the product of a case could be.
    """
    joint = np.empty((_ENDS[-1], weights.shape[1]))
    least = 0.0
    for group, first, end in zip(GROUPS, _FIRST, _ENDS, strict=True):
        scores = joint[first:end]
        rows = (features(group.cases()) + FIRST_ROW)[:, group.weighed]
        weights[rows].sum(axis=1, out=scores)
        scores -= scores.max(axis=1, keepdims=True)
        least += scores.min()
    if not least >= LEAST:  # NaN, of sums that overflow, is refused as well
        raise LikelihoodsTooSmall(
            f"weights are too far apart: a class could be e to the power of {least:.4g} times as "
            f"likely as another one, which must be {LEAST:.4g} or more"
        )
    return np.exp(joint, out=joint)


def joint_rows(codes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Row in each group, shape (n, groups), of cases that fit the vocabulary, (n, 79).

    ValueError for another shape.
    """
    steps = codes.astype(np.float64).dot(_STEPS)  # exact, and faster than integers
    rows: NDArray[np.int64] = steps.astype(np.int64) + _FIRST
    return rows


def product(likelihoods: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Product of a case's rows of likelihoods, shape (n, k), given those rows, (n, groups).

    Either way group is taken after group, so that a case in a batch has the product that it has
    alone, to the last bit. Of many cases, one group's rows are few enough to stay in the cache.
    """
    if len(rows) <= FEW:
        alone: NDArray[np.float64] = np.multiply.reduce(likelihoods.take(rows, axis=0), axis=1)
        return alone
    together = likelihoods.take(rows[:, 0], axis=0)
    for group in rows.T[1:]:
        together *= likelihoods.take(group, axis=0)
    return together
