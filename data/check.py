"""Checks of single entries of the knowledge files; problems are collected, not raised."""

import math
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from data.knowledge import AGES, Distribution, Figure
from data.shape import PROBABILITY, FileError
from data.vocabulary import FINDINGS, Finding

ASSUMPTION = "assumption"
GRADES = ("A", "B", "C")
NO_FIGURE = Figure(0.5, 0.5, 0.5)  # stands in for a reported one until all are reported


class KnowledgeError(FileError):
    """The knowledge files contradict themselves."""


class Checker:
    """Collects problems, and which sources were used."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.sources: Mapping[str, Any] = {}
        self._used: set[str] = set()

    def add(self, place: str, problem: str) -> None:
        """Report a problem at a file and entry."""
        self.problems.append(f"{place}: {problem}")

    def name(self, place: str, value: object, known: Collection[str], kind: str) -> bool:
        """Whether a name is known; reports it with the nearest one where it is not."""
        if value in known:
            return True
        near = get_close_matches(str(value), known, 1)
        self.add(place, f"no such {kind}" + (f"; did you mean {near[0]}?" if near else ""))
        return False

    def levels(self, place: str, finding: str, levels: Iterable[str]) -> None:
        """Report levels that a finding does not have."""
        for level in levels:
            if finding in FINDINGS:
                self.name(f"{place}.{level}", level, FINDINGS[finding].levels, "level")

    def probability(self, place: str, value: object) -> bool:
        """Whether a value is a probability strictly between 0 and 1."""
        if PROBABILITY.fits(value):
            return True
        self.add(place, f"must be {PROBABILITY.what}")
        return False

    def figure(self, place: str, raw: object) -> Figure:
        """A figure written [p, low, high]."""
        if not isinstance(raw, list) or len(raw) != 3:
            self.add(place, "must be [p, low, high]")
            return NO_FIGURE
        if sum(self.probability(place, value) for value in raw) < 3:  # reports each, unlike all()
            return NO_FIGURE
        figure = Figure(*raw)
        if not figure.low <= figure.p <= figure.high:
            self.add(place, "low, p and high are out of order")
        return figure

    def shares(self, place: str, values: Iterable[float]) -> None:
        """Report shares that do not sum to 1 within rounding."""
        total = math.fsum(values)
        if abs(total - 1) > 0.002:
            self.add(place, f"must sum to 1, but sum to {total:.4f}")

    def cited(self, place: str, raw: Mapping[str, Any], *, grade: bool = True) -> tuple[str, ...]:
        """Sources of an entry: keys of sources.toml, or the word assumption."""
        source = raw.get("source", [])
        sources = (source,) if isinstance(source, str) else tuple(source)
        if not sources:
            self.add(place, "has neither a source nor the word assumption")
        for key in sources:
            if key == ASSUMPTION or self.name(
                f"{place}: source {key}", key, self.sources, "source"
            ):
                self._used.add(key)
        if grade:
            self.name(f"{place}: grade", raw.get("grade"), GRADES, "grade (A, B or C)")
            if set(sources) == {ASSUMPTION} and raw.get("grade") != "C":
                self.add(place, "an assumption alone is of grade C")
        return sources

    def distribution(
        self, place: str, finding: Finding[Any], raw: Mapping[str, Any]
    ) -> Distribution:
        """Figures of a finding's levels; all levels, or all but the one that gets the rest."""
        sources = self.cited(place, raw)
        given = {level: value for level, value in raw.items() if level not in {"grade", "source"}}
        self.levels(place, finding.id, given)
        figures = {
            level: self._by_age(f"{place}.{level}", value["by_age"])
            if isinstance(value, dict) and "by_age" in value
            else self.figure(f"{place}.{level}", value)
            for level, value in given.items()
        }
        left = set(finding.levels) - figures.keys()
        flat = [figure.p for figure in figures.values() if isinstance(figure, Figure)]
        if len(flat) == len(figures) and left != {"no"}:
            if left:
                self.add(place, f"levels missing: {', '.join(sorted(left))}")
            self.shares(place, flat)
        elif len(left) > 1:
            self.add(place, "only one level can be left to get the rest")
        return Distribution(figures, raw.get("grade", ""), sources)

    def _by_age(self, place: str, raw: list[float]) -> tuple[float, ...]:
        if len(raw) != len(AGES):
            self.add(place, f"by_age needs {len(AGES)} numbers")
        for value in raw:
            if value != 0:  # 0: cannot be at this age
                self.probability(place, value)
        return tuple(raw)

    def unused(self) -> None:
        """Report sources that nothing uses; `used_by` in sources.toml names other users."""
        for key, source in self.sources.items():
            if key not in self._used and "used_by" not in source:
                self.add(f"sources.toml: {key}", "listed, but no figure, rule or yardstick uses it")
