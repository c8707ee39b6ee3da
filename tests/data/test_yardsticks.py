"""Simulated people meet published bedside rules about as often as real ones did."""

import tomllib
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from data.loader import HERE
from data.vocabulary import CAUSES, FINDINGS
from data.world import World

ORDER = list(CAUSES)
YARDSTICKS = tomllib.loads((HERE / "yardsticks.toml").read_text("utf-8"))["yardsticks"]
MODIFIERS = tomllib.loads((HERE / "modifiers.toml").read_text("utf-8"))["modifiers"]


@pytest.fixture(scope="module")
def complete(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Cases in which every question was answered: codes and causes."""
    patient = copy(world)
    patient.interviews = replace(world.interviews, complete=1.0)
    cases = patient.sample(200_000, np.random.default_rng(11))
    assert (cases.codes > 0).all()
    return cases.codes, cases.cause


def meets(codes: np.ndarray, item: dict[str, list[str]]) -> np.ndarray:
    met = np.zeros(len(codes), bool)
    for name, levels in item.items():
        met |= np.isin(codes[:, FINDINGS[name].index], [FINDINGS[name].code(v) for v in levels])
    return met


@pytest.mark.parametrize("rule", YARDSTICKS, ids=lambda rule: rule["name"])
def test_published_accuracy_is_met(
    rule: dict[str, Any], complete: tuple[np.ndarray, np.ndarray]
) -> None:
    """Each rule's share among those with the cause, and among the others, is near the published."""
    codes, cause = complete
    met = sum(meets(codes, item).astype(int) for item in rule["items"]) >= rule["at_least"]
    own = cause == ORDER.index(rule["cause"])
    if "sensitivity" in rule:
        assert met[own].mean() == pytest.approx(rule["sensitivity"], abs=rule["within"])
    if "other" in rule:
        assert met[~own].mean() == pytest.approx(rule["other"], abs=rule["within"])


ASKED = [m for m in MODIFIERS if "finding" in m and m["grade"] in "AB"]


def test_published_associations_point_the_same_way(
    complete: tuple[np.ndarray, np.ndarray],
) -> None:
    """At least nine in ten published associations of 1.5 and more are met in direction."""
    codes, cause = complete
    strong = [m for m in ASKED if m["ratio"] >= 1.5]
    assert len(strong) > 40
    agree = []
    for m in strong:
        own = cause == ORDER.index(m["cause"])
        has = meets(codes, {m["finding"]: m["levels"]})
        agree.append(has[own].mean() > has[~own].mean())
    missed = [(m["cause"], m["factor"]) for m, ok in zip(strong, agree, strict=True) if not ok]
    assert np.mean(agree) >= 0.9, missed
