"""What a model expects of the answers that a case does not have yet."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.arrays import Floats, Ints
from data.vocabulary import CAUSES, FINDINGS, Finding
from models.encoder import FIRST_ROW, PARENTS, SIZES, features, shape
from models.model import Model

Group = Sequence[Finding[Any]]
_CHILDREN: Final = {
    parent: [FINDINGS[child] for child, parents in PARENTS.items() if parent in parents]
    for parent in FINDINGS
}
_PARENTS_FIRST: Final = [
    FINDINGS[name]
    for name in TopologicalSorter({f: PARENTS.get(f, ()) for f in FINDINGS}).static_order()
]


class ExpectedInformation:
    """What further answers of a case can be expected to be, and to say about its cause."""

    def __init__(self, model: Model, case: NDArray[np.uint8]) -> None:
        """Take a case of codes, shape (79,)."""
        self._model, self._case = model, case
        patterns = features(case[None])[0]
        rows = (patterns + FIRST_ROW)[patterns > 0]
        scores = model.weights[rows].sum(axis=0) + model.intercept
        likelihood = np.exp(scores - scores.max())
        self.classes: Floats = likelihood / likelihood.sum()  # (k,)

    def causes(self) -> Floats:
        """P(cause | case), shape (16,)."""
        return np.add.reduceat(self.classes, self._starts)

    def answers(self, group: Group) -> Floats:
        """P(answers to the findings of a group, cause | case), shape (levels, ..., 16).

        ``group`` holds findings that the case has no answer to. A finding that hangs on another
        of them is weighed with it, and so is an answer of the case that hangs on one of them.
        """
        axes = {finding.id: axis for axis, finding in enumerate(group)}
        grid = self.classes.reshape(*[1] * len(axes), -1)
        for factor in self._factors(group, axes):
            grid = grid * factor
        joint: Floats = np.add.reduceat(grid, self._starts, axis=-1)
        joint /= joint.sum()
        return joint

    def play(self, n: int) -> NDArray[np.uint8]:
        """Draw n ways in which all that is unknown may yet be answered, shape (n, 79).

        Always the same ways for the same case. An answer that the case has is not weighed again
        when what it hangs on is drawn.
        """
        u = np.random.default_rng(0).random((len(FINDINGS) + 1, n))
        drawn = np.searchsorted(self.classes.cumsum()[:-1], u[-1], "right")
        codes = np.tile(self._case, (n, 1))
        for finding in _PARENTS_FIRST:
            if not self._case[finding.index]:
                cumulated = self._drawn(finding, codes, drawn).cumsum(axis=0)
                above = u[finding.index] * cumulated[-1] >= cumulated[:-1]
                codes[:, finding.index] = 1 + above.sum(axis=0)
        return codes

    def _drawn(self, finding: Finding[Any], codes: NDArray[np.uint8], drawn: Ints) -> Floats:
        """P(level | class, parents' answers) of each case, shape (levels, n)."""
        first, size = FIRST_ROW[finding.index] + 1, SIZES[finding.index] - 1
        table = self._model.likelihood[first : first + size].reshape(*shape(finding.id), -1)
        rates = np.moveaxis(table, 0, -1)  # every other axis is looked up
        parents = [codes[:, FINDINGS[p].index] for p in PARENTS.get(finding.id, ())]
        found: Floats = rates[(*parents, drawn)].T
        return found

    @cached_property
    def _starts(self) -> Ints:
        return np.searchsorted(self._model.cause, np.arange(len(CAUSES)))

    def _factors(self, group: Group, axes: dict[str, int]) -> Iterator[Floats]:
        for finding in group:
            yield self._factor(finding, axes)
        hanging = {child.id: child for finding in group for child in _CHILDREN[finding.id]}
        for child in hanging.values():
            if self._case[child.index]:
                yield self._factor(child, axes) / self._factor(child, {})

    def _factor(self, finding: Finding[Any], axes: dict[str, int]) -> Floats:
        """P(answer | class, parents' answers), an axis for each of ``axes`` and one of classes."""
        family = [finding, *(FINDINGS[parent] for parent in PARENTS.get(finding.id, ()))]
        first, size = FIRST_ROW[finding.index] + 1, SIZES[finding.index] - 1
        table = self._model.likelihood[first : first + size].reshape(*shape(finding.id), -1)
        own = [int(self._case[finding.index]) - 1]  # a finding has no row for "unknown"
        known = own + [int(self._case[parent.index]) for parent in family[1:]]
        free = [axes.get(member.id) for member in family]
        index: tuple[int | slice, ...] = tuple(
            code if axis is None else slice(place > 0, None)
            for place, (code, axis) in enumerate(zip(known, free, strict=True))
        )
        kept = [axis for axis in free if axis is not None]
        moved = table[index].transpose(*np.argsort(kept), -1)
        full = [1] * len(axes) + [moved.shape[-1]]
        for axis, length in zip(sorted(kept), moved.shape[:-1], strict=True):
            full[axis] = length
        return moved.reshape(full)


def bits(joint: Floats) -> float:
    """Information that answers give on the cause, from their joint table with it (last axis)."""
    flat = joint.reshape(-1, joint.shape[-1])
    apart = _entropy(flat.sum(axis=0)) + _entropy(flat.sum(axis=1))
    return max(0.0, apart - _entropy(flat))


def _entropy(p: Floats) -> float:
    return float(-np.sum(p * np.log2(np.maximum(p, 1e-300))))
