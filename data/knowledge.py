"""What the knowledge files say, as frozen types. The loader makes them; the world reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from data.arrays import Floats
from data.vocabulary import FINDINGS, Finding

AGES = FINDINGS["age"].levels
Levels = Mapping[str, tuple[str, ...]]  # finding -> some of its levels


class Figure(NamedTuple):
    """A probability with the range that it may reasonably have."""

    p: float
    low: float
    high: float


@dataclass(frozen=True)
class Distribution:
    """Probabilities of a finding's levels: one figure a level, or one number an age band."""

    figures: Mapping[str, Figure | tuple[float, ...]]
    grade: str
    sources: tuple[str, ...]

    def table(self, finding: Finding[str]) -> Floats:
        """Probabilities, shape (ages, levels); the level that is not listed gets the rest."""
        table = np.zeros((len(AGES), len(finding.levels)))
        for level, figure in self.figures.items():
            column = finding.levels.index(level)
            table[:, column] = figure.p if isinstance(figure, Figure) else figure
        missing = [i for i, level in enumerate(finding.levels) if level not in self.figures]
        if missing:
            table[:, missing[0]] = 1 - table.sum(axis=1)
        table /= table.sum(axis=1, keepdims=True)
        return table

    @property
    def varies_with_age(self) -> bool:
        """Whether any level has a number for each age band."""
        return any(not isinstance(figure, Figure) for figure in self.figures.values())


Effects = Mapping[str, Mapping[str, float]]  # finding -> level -> log-odds


def scaled(effects: Effects, by: float) -> Effects:
    """The same effects, each times a number."""
    return {f: {level: beta * by for level, beta in e.items()} for f, e in effects.items()}


@dataclass(frozen=True)
class Latent:
    """States that a cause can be in, with their shares and what each does to the findings."""

    states: Mapping[str, float]
    effects: Mapping[str, Effects]  # state -> effects
    log_odds_range: float = 0.0  # each effect may be this much larger or smaller


@dataclass(frozen=True)
class Care:
    """How fast a cause needs care, and how much worse it is to miss than to raise in vain."""

    urgency: str
    cost_ratio: float


@dataclass(frozen=True)
class Profile:
    """One cause: base rate, care, presentations, and the findings that differ."""

    base_rate: Figure
    care: Care
    severity: Latent
    subtype: Latent
    findings: Mapping[str, Distribution]
    base_grade: str = "C"
    base_sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Odds:
    """How much likelier a combination of levels is than independence would make it."""

    when: Levels
    ratio: float
    causes: tuple[str, ...]


@dataclass(frozen=True)
class Impossible:
    """Levels that cannot be true together, but for one cause's subtype."""

    levels: Levels
    unless: str = ""


@dataclass(frozen=True)
class Tie:
    """Findings with one joint table."""

    findings: tuple[str, ...]
    impossible: tuple[Impossible, ...]
    odds: tuple[Odds, ...]


@dataclass(frozen=True)
class Link:
    """A trigger that may add a second condition to a case."""

    trigger: str
    second: str
    probability: Mapping[str, Figure]
    ages: tuple[str, ...]
    causes: tuple[str, ...]


@dataclass(frozen=True)
class Errors:
    """Rates at which answers differ from the truth."""

    missed_yes: float
    false_yes: float
    one_step: float
    anywhere: float
    category: float
    exact: tuple[str, ...]


@dataclass(frozen=True)
class Interviews:
    """How many questions people answer, and which more often."""

    fewest: int
    willing: tuple[float, float]
    complete: float
    weights: Mapping[str, float]  # finding -> weight; 1 where absent


@dataclass(frozen=True)
class Knowledge:
    """All that is known, checked."""

    background: Mapping[str, Distribution]
    age_odds_range: float
    profiles: Mapping[str, Profile]
    severity_effects: Effects
    ties: tuple[Tie, ...]
    links: tuple[Link, ...]
    share: float
    strength: float
    errors: Errors
    interviews: Interviews
    digest: str
