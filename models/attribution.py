"""Which answers a model's probabilities come from: what each adds, what is enough, what topples."""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.arrays import Floats, Ints
from data.vocabulary import CAUSES, FINDINGS
from models.encoder import FIRST_ROW, PARENTS, features, shape, sum_to_causes
from models.model import Model

AGE: Final = FINDINGS["age"].index


def _groups() -> tuple[tuple[int, ...], ...]:
    """Findings that hang together, as positions: a child stands with its parents, but for age."""
    group = {name: {name} for name in FINDINGS}
    for child, parents in PARENTS.items():
        for parent in (p for p in parents if p != "age"):
            merged = group[child] | group[parent]
            group.update(dict.fromkeys(merged, merged))
    found = {min(FINDINGS[f].index for f in members): members for members in group.values()}
    return tuple(tuple(sorted(FINDINGS[f].index for f in found[first])) for first in sorted(found))


GROUPS: Final = _groups()
_FAMILIES: Final = [  # parents of each finding, and in how many ways each is answered or not
    ([FINDINGS[parent].index for parent in PARENTS.get(name, ())], shape(name)[1:])
    for name in FINDINGS
]
_CHILDREN: Final = {
    finding.index: [FINDINGS[child].index for child, ps in PARENTS.items() if finding.id in ps]
    for finding in FINDINGS.values()
}


def log_odds(scores: Floats, starts: Ints) -> Floats:
    """Decibans of each cause against all others, shape (n, 16), of scores of classes, (n, k).

    ``starts`` is the position of the first class of each cause.
    """
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    summed = sum_to_causes(p, starts)
    others = summed @ (1 - np.eye(len(CAUSES)))
    decibans: Floats = 10 * np.log10(np.maximum(summed, 1e-300) / np.maximum(others, 1e-300))
    return decibans


class Attribution:
    """What each answer of one case adds to the probabilities of its causes."""

    def __init__(self, model: Model, case: NDArray[np.uint8]) -> None:
        """Take a case of codes, shape (79,)."""
        self._model, self._case = model, case
        self.answered = np.flatnonzero(case).tolist()
        self._patterns = features(case[None])[0]
        rows = (self._patterns + FIRST_ROW)[self.answered]
        self.scores: Floats = model.weights[rows].sum(axis=0) + model.intercept

    @cached_property
    def groups(self) -> list[tuple[int, ...]]:
        """Answered findings that are weighed together, as positions, in vocabulary order."""
        known = [tuple(f for f in group if self._case[f]) for group in GROUPS]
        return [group for group in known if group]

    def contributions(self) -> tuple[Floats, Floats]:
        """Decibans of each cause before any answer, (16,), and what each group adds, (groups, 16).

        Groups are added in vocabulary order and in reverse, and the two are averaged, so that
        they sum to the log-odds of the whole case.
        """
        forward, back = self._paths()
        steps = [np.diff(log_odds(path, self._model.starts), axis=0) for path in (forward, back)]
        prior = log_odds(forward[:1], self._model.starts)[0]
        return prior, (steps[0] + steps[1][::-1]) / 2

    def _paths(self) -> tuple[Floats, Floats]:
        """Scores of classes with no group, one, two ... added, in both orders, (groups + 1, k)."""
        order = [f for group in self.groups for f in group]
        forward = self._model.weights[(self._patterns + FIRST_ROW)[order]]
        back = forward.copy()
        if AGE in order:  # what comes before age is weighed without it
            at = order.index(AGE)
            by_age, hanging = self._by_age(order)
            for weighed, early in ((forward, hanging < at), (back, hanging > at)):
                weighed[hanging[early]] -= by_age[early]
                weighed[at] += by_age[early].sum(axis=0)
        sizes = [len(group) for group in self.groups]
        return self._path(forward, sizes), self._path(back[::-1], sizes[::-1])

    def _by_age(self, order: Sequence[int]) -> tuple[Floats, Ints]:
        """How much of what answers add to the scores hangs on age, (n, k), and which do."""
        ageless = self._case.copy()
        ageless[AGE] = 0
        with_age = self._patterns + FIRST_ROW
        without = features(ageless[None])[0] + FIRST_ROW
        of = np.array(order)
        hanging = np.flatnonzero((of != AGE) & (with_age[of] != without[of]))
        of = of[hanging]
        return self._model.weights[with_age[of]] - self._model.weights[without[of]], hanging

    def _path(self, weighed: Floats, sizes: Sequence[int]) -> Floats:
        path = np.vstack([self._model.intercept, weighed]).cumsum(axis=0)
        ends: Floats = path[np.cumsum([0, *sizes])]
        return ends

    @cached_property
    def changes(self) -> tuple[Ints, NDArray[np.uint8], Floats]:
        """Every other answer to each answered finding, n in all.

        Which finding it is, the case with it, (n, 79), and probabilities of causes, (n, 16).
        """
        levels = [range(1, len(f.levels) + 1) for f in FINDINGS.values()]
        case = self._case.tolist()
        pairs = [(f, code) for f in self.answered for code in levels[f] if code != case[f]]
        finding, code = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        codes = np.tile(self._case, (len(pairs), 1))
        codes[np.arange(len(pairs)), finding] = code
        if not pairs:
            return finding, codes, np.empty((0, len(CAUSES)))
        scores = self.scores + self._moves(codes)
        p = sum_to_causes(np.exp(scores - scores.max(axis=1, keepdims=True)), self._model.starts)
        return finding, codes, p / p.sum(axis=1, keepdims=True)

    def _moves(self, codes: NDArray[np.uint8]) -> Floats:
        """By how much the scores of other cases, (n, 79), differ from this one's, (n, k)."""
        patterns = features(codes)
        moved, column = np.nonzero(patterns != self._patterns)
        weights = self._model.weights
        delta = weights[patterns[moved, column] + FIRST_ROW[column]]
        delta -= weights[self._patterns[column] + FIRST_ROW[column]]
        moves: Floats = np.add.reduceat(delta, np.searchsorted(moved, np.arange(len(codes))))
        return moves

    def enough(self, order: Sequence[int]) -> list[int]:
        """An irreducible set of the answers that gives the leading cause of all of them.

        They are added in ``order``, all answered findings, until it leads; then each that can be
        spared is left out. There may be a smaller set.
        """
        part = _Part(self._model)
        leading = _leading(self.scores, self._model.starts)
        chosen: list[int] = []
        for finding in order:
            if _leading(part.scores, self._model.starts) == leading:
                break
            part.answer(finding, int(self._case[finding]))
            chosen.append(finding)
        while spare := self._spare(part, chosen, leading):
            chosen.remove(spare.pop())
        return sorted(chosen)

    def _spare(self, part: "_Part", chosen: list[int], leading: int) -> list[int]:
        """The last of the chosen answers without which the cause still leads, taken away."""
        for finding in reversed(chosen):
            part.answer(finding, 0)
            if _leading(part.scores, self._model.starts) == leading:
                return [finding]
            part.answer(finding, int(self._case[finding]))
        return []


def _leading(scores: Floats, starts: Ints) -> int:
    p = np.exp(scores - scores.max())
    return int(np.add.reduceat(p, starts).argmax())


class _Part:
    """A part of a case, answer by answer."""

    def __init__(self, model: Model) -> None:
        self._model, self._case = model, [0] * len(FINDINGS)
        self.scores = model.intercept.copy()

    def answer(self, finding: int, code: int) -> None:
        """Give a finding this code; 0 takes its answer away."""
        touched = [finding, *(child for child in _CHILDREN[finding] if self._case[child])]
        for other in touched:
            self.scores -= self._model.weights[self._row(other)]
        self._case[finding] = code
        for other in touched:
            self.scores += self._model.weights[self._row(other)]

    def _row(self, finding: int) -> int:
        code, (parents, bases) = self._case[finding], _FAMILIES[finding]
        if not code:
            return int(FIRST_ROW[finding])
        pattern = code - 1
        for parent, base in zip(parents, bases, strict=True):
            pattern = pattern * base + self._case[parent]
        return int(FIRST_ROW[finding]) + 1 + pattern
