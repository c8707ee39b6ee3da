"""From profiles to P(level | presentation, age): the marginal tables of the world.

A finding's log-odds in a presentation are those of the background at that age, plus the effects
of severity and subtype, plus one shift a level that makes the average over presentations and
ages equal the figure of the profile.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from data.arrays import Floats
from data.knowledge import Knowledge, Profile
from data.vocabulary import FINDINGS

TIGHT = 1e-12
ROUNDS = 2000


class Presentation(NamedTuple):
    """A form that a cause takes: severity and subtype, with its share of all cases."""

    cause: str
    name: str
    probability: float


@dataclass(frozen=True)
class Marginals:
    """P(level | presentation, age) of every finding, presentations in order of causes.

    `tables[finding]` has shape (ages or 1, presentations, levels); `age` (ages, presentations).
    """

    presentations: tuple[Presentation, ...]
    age: Floats
    tables: dict[str, Floats]


def tilt(log_odds: Floats, weights: Floats, target: Floats) -> Floats:
    """Probabilities with a given average, as near as can be to given log-odds.

    `log_odds` has shape (presentations, ages, levels), `weights` (presentations, ages) sums to 1,
    `target` (levels,). The shift is one number a level.
    """
    shift = np.zeros(len(target))
    with np.errstate(divide="ignore"):
        wanted = np.log(target)
    for _ in range(ROUNDS):
        p = _softmax(log_odds + shift)
        average = np.einsum("ka,kal->l", weights, p)
        step = np.where(target > 0, wanted - np.log(np.maximum(average, 1e-300)), 0.0)
        if np.abs(step).max() < TIGHT:
            break
        shift += step
    return p


def _softmax(z: Floats) -> Floats:
    p: Floats = np.exp(z - z.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    return p


def _log(p: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.log(p)


class _Cause:
    """Tables of one cause: presentations are severity by subtype."""

    def __init__(self, knowledge: Knowledge, profile: Profile) -> None:
        self.knowledge, self.profile = knowledge, profile
        severity, subtype = profile.severity.states, profile.subtype.states
        self.states = [(s, t) for s in severity for t in subtype]
        share = np.array([severity[s] * subtype[t] for s, t in self.states])
        self.share = share / share.sum()
        self.age = self._of("age", np.zeros((1, 1)), self.share[:, None])[:, 0]
        self.sex = self._of("sex", np.zeros((1, 1)), self.share[:, None])
        self.weights = self.share[:, None] * self.age

    def _effects(self, finding: str) -> Floats:
        """Log-odds of each presentation's levels, shape (presentations, levels)."""
        levels = FINDINGS[finding].levels
        total = np.zeros((len(self.states), len(levels)))
        profile, shared = self.profile, self.knowledge.severity_effects.get(finding, {})
        for row, (severity, subtype) in enumerate(self.states):
            step = list(profile.severity.states).index(severity) - 1
            for effects, scale in (
                (profile.severity.effects.get(severity, {}).get(finding, {}), 1),
                (profile.subtype.effects.get(subtype, {}).get(finding, {}), 1),
                (shared, step if len(profile.severity.states) > 1 else 0),
            ):
                for level, beta in effects.items():
                    total[row, levels.index(level)] += scale * beta
        return total

    def _of(self, finding: str, base: Floats, weights: Floats) -> Floats:
        """Table of a finding, shape (presentations, ages, levels); `base` (ages, levels)."""
        listed = self.profile.findings.get(finding)
        log_odds = base[None] + self._effects(finding)[:, None]
        if listed is None:
            target = np.einsum("ka,al->l", weights, _softmax(base))
        else:
            target = listed.table(FINDINGS[finding])[0]
        return tilt(log_odds, weights, target)

    def table(self, finding: str) -> Floats:
        """Table of a finding, shape (presentations, ages or 1, levels)."""
        if finding == "age":
            return self.age[:, None]
        if finding == "sex":
            return self.sex
        background = self.knowledge.background[finding]
        base = _log(background.table(FINDINGS[finding]))
        if finding == "hormonal_state":
            return self._hormonal(base)
        if not background.varies_with_age:
            return self._of(finding, base[:1], self.share[:, None])
        return self._of(finding, base, self.weights)

    def _hormonal(self, women: Floats) -> Floats:
        """Women by age from the background, moved to the profile's marginal over both sexes."""
        female = self.sex[:, 0, :1]
        weights = self.weights * female / (self.weights * female).sum()
        listed = self.profile.findings.get("hormonal_state")
        if listed is None:
            p = np.broadcast_to(np.exp(women), (len(self.share), *women.shape))
        else:
            target = listed.table(FINDINGS["hormonal_state"])[0] / (self.share @ female[:, 0])
            target[0] = 1 - target[1:].sum()
            p = tilt(np.broadcast_to(women, (len(self.share), *women.shape)), weights, target)
        both: Floats = p * female[..., None]
        both[..., 0] += 1 - female
        return both


def marginals(knowledge: Knowledge) -> Marginals:
    """Marginal tables of all causes under the knowledge's base rates."""
    rates = prior(knowledge)
    causes = {c: _Cause(knowledge, profile) for c, profile in knowledge.profiles.items()}
    presentations = tuple(
        Presentation(cause, "/".join(state), float(rates[i] * share))
        for i, (cause, tables) in enumerate(causes.items())
        for state, share in zip(tables.states, tables.share, strict=True)
    )
    tables = {
        finding: np.concatenate([c.table(finding) for c in causes.values()]).swapaxes(0, 1)
        for finding in FINDINGS
    }
    return Marginals(presentations, np.concatenate([c.age for c in causes.values()]).T, tables)


def prior(knowledge: Knowledge) -> Floats:
    """Base rate of each cause; the article's causes share what none_of_these leaves."""
    rates = np.array([profile.base_rate.p for profile in knowledge.profiles.values()])
    rates[:-1] *= (1 - rates[-1]) / rates[:-1].sum()
    return rates
