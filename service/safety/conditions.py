"""The four words of a safety rule: is one of, all of, any of, at least n of.

A condition has no negation, so one more answer can only make it hold. It is read with two
logics that share one fold: *certain* takes what is unknown as not met, *possible* takes it as
met. Both read one case (a mapping) or a batch (a matrix of codes) with the same code.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from math import inf
from operator import and_, or_
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from data.arrays import Bools, Codes
from data.vocabulary import Answers, Finding, L

Value = Literal["fired", "could_fire", "ruled_out"]
Truth = Any  # bool for one case, Bools for a batch: & and | serve both


class Condition(ABC):
    """Something that holds of a case, does not hold, or cannot be told yet."""

    @abstractmethod
    def _fold(self, leaf: Callable[["IsOneOf"], Truth]) -> Truth: ...

    @abstractmethod
    def leaves(self) -> Iterator["IsOneOf"]:
        """Every *is one of* in it, in order."""

    @overload
    def certain(self, case: Answers) -> bool: ...
    @overload
    def certain(self, case: Codes) -> Bools: ...
    def certain(self, case: Answers | Codes) -> Truth:
        """Whether it holds whatever the unknown answers turn out to be."""
        return self._fold(lambda leaf: leaf.met(case, unknown=False))

    @overload
    def possible(self, case: Answers) -> bool: ...
    @overload
    def possible(self, case: Codes) -> Bools: ...
    def possible(self, case: Answers | Codes) -> Truth:
        """Whether it holds or could still hold."""
        return self._fold(lambda leaf: leaf.met(case, unknown=True))

    @abstractmethod
    def missing(self, codes: Codes, given: Finding[Any]) -> NDArray[np.float64]:
        """Fewest unknown answers that would make it hold, with ``given`` taken as met; inf if none.

        Shape (n,). A finding that two parts read is counted twice.
        """

    def value(self, answers: Answers) -> Value:
        """Kleene's three values: true, unknown, false."""
        if self.certain(answers):
            return "fired"
        return "could_fire" if self.possible(answers) else "ruled_out"

    def reads(self) -> tuple[Finding[Any], ...]:
        """Every finding it reads, once, in vocabulary order."""
        return self._reads

    @cached_property
    def _reads(self) -> tuple[Finding[Any], ...]:
        return tuple(sorted({leaf.finding for leaf in self.leaves()}, key=lambda f: f.index))

    def because(self, case: Sequence[int]) -> tuple[str, ...]:
        """Ids of the answered findings of a row of codes that meet one of its leaf conditions."""
        return tuple(f.id for f in self.reads() if case[f.index] in self._met[f.index])

    @cached_property
    def _met(self) -> dict[int, set[int]]:
        met: dict[int, set[int]] = {}
        for leaf in self.leaves():
            met.setdefault(leaf.finding.index, set()).update(map(leaf.finding.code, leaf.levels))
        return met


@dataclass(frozen=True)
class IsOneOf(Condition):
    """A finding's answer is one of some levels."""

    finding: Finding[Any]
    levels: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.finding.id} is {' or '.join(self.levels)}"

    def _fold(self, leaf: Callable[["IsOneOf"], Truth]) -> Truth:
        return leaf(self)

    def leaves(self) -> Iterator["IsOneOf"]:
        """Itself."""
        yield self

    def missing(self, codes: Codes, given: Finding[Any]) -> NDArray[np.float64]:
        """0 if met or given, 1 if unknown, inf if it is not met."""
        if self.finding is given:
            return np.zeros(len(codes))
        unknown = np.where(codes[:, self.finding.index] == 0, 1, inf)
        return np.where(self.met(codes, unknown=False), 0, unknown)

    def met(self, case: Answers | Codes, unknown: bool) -> Truth:
        """Whether the answer is among the levels; ``unknown`` where there is none."""
        if isinstance(case, np.ndarray):
            table = np.zeros(len(self.finding.levels) + 1, bool)
            table[[self.finding.code(level) for level in self.levels]] = True
            table[0] = unknown
            return table[case[:, self.finding.index]]
        level = case.get(self.finding.id)
        return unknown if level is None else level in self.levels


@dataclass(frozen=True)
class AtLeast(Condition):
    """At least ``n`` of some conditions hold: 1 is *any of*, their number is *all of*."""

    n: int
    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return f"{self.words()} ({'; '.join(map(str, self.parts))})"

    def missing(self, codes: Codes, given: Finding[Any]) -> NDArray[np.float64]:
        """Sum over the ``n`` parts that need least."""
        needs = np.sort([part.missing(codes, given) for part in self.parts], axis=0)
        least: NDArray[np.float64] = needs[: self.n].sum(axis=0)
        return least

    def words(self) -> str:
        """Its own words, without its parts."""
        few = {1: "any of", len(self.parts): "all of"}
        return few.get(self.n, f"at least {self.n} of")

    def _fold(self, leaf: Callable[["IsOneOf"], Truth]) -> Truth:
        parts = [part._fold(leaf) for part in self.parts]
        if self.n == 1:
            return reduce(or_, parts)
        return reduce(and_, parts) if self.n == len(parts) else sum(parts) >= self.n

    def leaves(self) -> Iterator["IsOneOf"]:
        """Those of all its parts."""
        for part in self.parts:
            yield from part.leaves()


def is_one_of(finding: Finding[L], *levels: L) -> Condition:
    """The finding's answer is one of ``levels``."""
    return IsOneOf(finding, levels)


def all_of(*conditions: Condition) -> Condition:
    """Every condition holds."""
    return AtLeast(len(conditions), conditions)


def any_of(*conditions: Condition) -> Condition:
    """One condition or more holds."""
    return AtLeast(1, conditions)


def at_least(n: int, *conditions: Condition) -> Condition:
    """``n`` conditions or more hold."""
    return AtLeast(n, conditions)
