"""How sure the model can be: other worlds, a set with known coverage, and whether answers fit."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from data.arrays import Codes, Floats
from data.vocabulary import CAUSES
from data.wording import WORDING
from models.encoder import FIRST_LEVEL
from models.model import Model
from models.typicality import bucket, tail, typicality
from service.contract.optional import CauseSet, Doubt, Interval

_ORDER: Final = list(CAUSES)


def doubt(model: Model, case: Codes, now: Floats, usual: Floats) -> Doubt | None:
    """Doubt about the probabilities ``now`` (16,) of a case; None if the model carries none.

    The set and the fit were measured under the model's own prevalence, and so are of the
    probabilities under it, ``usual``.
    """
    if model.level_shifts is None or model.cause_shifts is None:
        return None
    measured: Mapping[str, Any] = model.manifest["doubt"]
    place = bucket(measured["lengths"], int(np.count_nonzero(case)))
    fit = None if place is None else _fit(model, measured, place, case)
    fits = None if fit is None else fit >= measured["misfit"]
    return {
        "intervals": _intervals(
            now, model.level_shifts, model.cause_shifts, case, measured["interval"]
        ),
        "worlds": len(model.cause_shifts),
        "set": None if place is None else _set(measured, place, usual),
        "fit": fit,
        "fits": fits,
        "advice": WORDING.service("does_not_fit") if fits is False else None,
    }


def _fit(model: Model, measured: Mapping[str, Any], place: int, case: Codes) -> float:
    usual = typicality(model, case[None], measured["unlisted_weight"])
    return tail(measured, place, float(usual[0]))


def _intervals(
    now: Floats, levels: Floats, causes: Floats, case: Codes, ends: tuple[float, float]
) -> list[Interval]:
    """The worlds between these ends, this one included, likeliest causes first."""
    answered = np.flatnonzero(case)
    rows = FIRST_LEVEL[answered] + case[answered] - 1
    scores = np.log(np.maximum(now, 1e-300)) + causes + levels[rows].sum(axis=0)
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    low, high = np.quantile(p, ends, axis=0, method="weibull")
    low, high = np.minimum(low, now), np.maximum(high, now)
    return [
        {"cause": _ORDER[c], "low": float(low[c]), "high": float(high[c])}
        for c in np.argsort(-now, kind="stable").tolist()
    ]


def _set(measured: Mapping[str, Any], place: int, usual: Floats) -> CauseSet:
    order = np.argsort(-usual, kind="stable").tolist()
    return {
        "causes": [_ORDER[c] for c in order if usual[c] >= measured["threshold"][place]],
        "coverage": measured["coverage"],
        "measured_coverage": measured["measured"][place],
    }
