"""What serving needs to say how uncertain a model is: other worlds, typical answers, sources.

All of it goes into the artefact, because serving knows neither the world nor the profiles.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.arrays import Floats
from data.joint import channel
from data.knowledge import Distribution, Knowledge
from data.statistics import STATISTICS
from data.tables import Marginals, marginals
from data.vocabulary import CAUSES, FINDINGS
from data.worlds import draw
from models.model import Model
from models.typicality import bucket, typicality

WORLD_SEED: Final = 7
CALIBRATED: Final = 50_000  # cases at most, half of them to set thresholds, half to measure
LENGTHS: Final = ((3, 5), (6, 8), (9, 13), (14, 20), (21, 30), (31, 40), (41, 55), (56, 79))
TAILS: Final = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)


def shifts(knowledge: Knowledge) -> dict[str, Floats]:
    """Arrays of other worlds: log-ratios to this one of rates in causes and of causes' rates.

    A cause's rate of an answer is its average over presentations and ages; what ties findings
    and second conditions do is taken to be the same in all worlds.
    """
    here, rates = _rates(knowledge)
    rngs = np.random.default_rng(WORLD_SEED).spawn(STATISTICS.worlds)
    others = [_rates(draw(knowledge, rng)) for rng in rngs]
    return {
        "level_shifts": np.stack([there - here for there, _ in others], axis=1),
        "cause_shifts": np.stack([of_causes - rates for _, of_causes in others]),
    }


def _rates(knowledge: Knowledge) -> tuple[Floats, Floats]:
    """Log P(answer | cause), shape (levels of all findings, 16), and log P(cause), (16,)."""
    tables = marginals(knowledge)
    share = np.array([p.probability for p in tables.presentations])
    member = np.array([[p.cause == c for p in tables.presentations] for c in CAUSES])
    of_cause = (member * share) / (member * share).sum(axis=1, keepdims=True)
    levels = [of_cause @ _answers(f, tables, knowledge) for f in FINDINGS]
    return np.log(np.maximum(np.hstack(levels), 1e-12)).T, np.log(member @ share)


def _answers(finding: str, tables: Marginals, knowledge: Knowledge) -> Floats:
    """P(answer | presentation), shape (presentations, levels)."""
    table = tables.tables[finding]
    if len(table) > 1:
        table = np.einsum("apl,ap->pl", table, tables.age / tables.age.sum(axis=0))[None]
    answers: Floats = table[0] @ channel(FINDINGS[finding], knowledge)
    return answers


def calibrate(
    model: Model, codes: NDArray[np.uint8], cause: NDArray[np.int64], proba: Floats
) -> dict[str, Any]:
    """How unusual simulated cases are, and from which probability on a cause is in the set.

    By length of interview. Thresholds are set on every other case and measured on the rest.
    """
    codes, cause, proba = codes[:CALIBRATED], cause[:CALIBRATED], proba[:CALIBRATED]
    usual = typicality(model, codes, STATISTICS.unlisted_weight)
    given = proba[np.arange(len(cause)), cause]
    lengths = np.array([bucket(LENGTHS, n) for n in (codes > 0).sum(axis=1).tolist()], float)
    found: dict[str, Any] = {
        "lengths": LENGTHS, "tails": TAILS, "coverage": STATISTICS.coverage,
        "interval": STATISTICS.interval, "misfit": STATISTICS.misfit,
        "unlisted_weight": STATISTICS.unlisted_weight,
        "fit": [], "threshold": [], "measured": [], "size": [],
    }  # fmt: skip
    for place in range(len(LENGTHS)):
        mine = np.flatnonzero(lengths == place)
        mine = mine if len(mine) > 1 else np.arange(len(cause))
        threshold = float(np.quantile(given[mine[::2]], 1 - STATISTICS.coverage))
        found["fit"].append(np.quantile(usual[mine], TAILS).tolist())
        found["threshold"].append(threshold)
        found["measured"].append(float((given[mine[1::2]] >= threshold).mean()))
        found["size"].append(float((proba[mine[1::2]] >= threshold).sum(axis=1).mean()))
    return found


def figures(knowledge: Knowledge) -> dict[str, Any]:
    """Grade and sources of each cause's figures, by finding; else the background holds."""
    return {
        "base_rate": {
            c: _cited(p.base_grade, p.base_sources) for c, p in knowledge.profiles.items()
        },
        "background": _entries(knowledge.background),
        **{cause: _entries(profile.findings) for cause, profile in knowledge.profiles.items()},
    }


def _entries(findings: Mapping[str, Distribution]) -> dict[str, Any]:
    return {name: _cited(entry.grade, entry.sources) for name, entry in findings.items()}


def _cited(grade: str, sources: Iterable[str]) -> dict[str, Any]:
    return {"grade": grade, "sources": list(sources)}
