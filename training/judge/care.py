"""Urgency from probabilities: what a threshold catches, and whom it raises in vain."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.knowledge import Care
from data.vocabulary import CAUSES

RATIOS: Final = (0.25, 0.5, 1.0, 2.0, 4.0)  # of the cost ratio that the profile states


@dataclass(frozen=True)
class Point:
    """One threshold: share of the cause's cases that it raises, and share of all others."""

    cost_ratio: float
    threshold: float
    caught: float
    in_vain: float


def curves(
    proba: NDArray[np.float64], cause: NDArray[np.int64], care: Mapping[str, Care]
) -> dict[str, list[Point]]:
    """Trade-off around each cause's cost ratio, for causes that need more than self-care.

    A cost ratio of r (missing is r times worse than raising in vain) means a threshold of
    1 / (1 + r): from there on raising costs less than not raising.
    """
    return {
        name: [_point(proba[:, i], cause == i, care[name].cost_ratio * ratio) for ratio in RATIOS]
        for i, name in enumerate(CAUSES)
        if care[name].urgency != "self_care"
    }


def _point(p: NDArray[np.float64], own: NDArray[np.bool_], cost_ratio: float) -> Point:
    threshold = 1 / (1 + cost_ratio)
    raised = p >= threshold
    return Point(cost_ratio, threshold, _share(raised[own]), _share(raised[~own]))


def _share(hits: NDArray[np.bool_]) -> float:
    return float(hits.mean()) if hits.size else 0.0


def table(found: Mapping[str, list[Point]]) -> str:
    """The curves as text; the profile's own cost ratio stands in the middle."""
    lines = ["raised by its probability: of its cases / of all others (cost ratio)"]
    for name, points in found.items():
        cells = [f"{p.caught:4.0%} /{p.in_vain:6.1%} ({p.cost_ratio:g})" for p in points]
        lines.append(f"{name:<26}" + "  ".join(f"{cell:<21}" for cell in cells).rstrip())
    return "\n".join(lines)
