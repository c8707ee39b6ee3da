"""Simulated people with conditions that Supine was never told of: foreign.toml as worlds."""

import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np

from data.build import build
from data.knowledge import Distribution, Figure
from data.loader import load
from data.vocabulary import CAUSES, FINDINGS

CONDITIONS = tomllib.loads(Path(__file__).with_name("foreign.toml").read_text("utf-8"))
UNLISTED = list(CAUSES).index("none_of_these")
NEARLY_ALL = Figure(0.98, 0.98, 0.98)


def foreign(condition: str, n: int, seed: int) -> np.ndarray:
    """Codes, shape (n, 79), of people with one of CONDITIONS, interviewed as all others."""
    knowledge = load()
    usual = knowledge.profiles["none_of_these"]
    kept = {finding: usual.findings[finding] for finding in ("age", "sex")}
    shown = {name: _distribution(name, given) for name, given in CONDITIONS[condition].items()}
    profile = replace(usual, findings={**kept, **shown}, base_rate=NEARLY_ALL)
    profiles = {**knowledge.profiles, "none_of_these": profile}
    drawn = build(replace(knowledge, profiles=profiles)).sample(2 * n, np.random.default_rng(seed))
    return drawn.codes[drawn.cause == UNLISTED][:n]


def _distribution(finding: str, given: dict[str, float]) -> Distribution:
    others = [level for level in FINDINGS[finding].levels if level not in given]
    rest = (1 - sum(given.values())) / max(1, len(others))
    shares = {**given, **dict.fromkeys(others, rest)}
    figures = {level: Figure(p, p, p) for level, p in shares.items()}
    return Distribution(figures, "C", ("assumption",))
