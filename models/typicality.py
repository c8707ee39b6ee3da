"""How typical the answers of a case are of anything that a model knows."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.arrays import Floats
from data.vocabulary import CAUSES, FINDINGS
from models.encoder import FIRST_ROW, SIZES, features, sum_to_causes
from models.model import Model

UNLISTED: Final = list(CAUSES).index("none_of_these")


def typicality(model: Model, codes: NDArray[np.uint8], unlisted_weight: float) -> Floats:
    """How typical the answers of each case are, shape (n,); lower is stranger, 0 is as expected.

    For each class: how far the log-likelihood of the answers lies from what such answers have on
    average in that class, in standard deviations. The classes are averaged as likely as they are,
    and ``unlisted_weight`` times the log-odds of "none of these" are taken off.
    """
    patterns = features(codes)
    mean, variance = spread(model)
    found = np.empty(len(codes))
    for i, pattern in enumerate(patterns):
        rows = (pattern + FIRST_ROW)[pattern > 0]
        said = model.weights[rows].sum(axis=0)
        score = said + model.intercept
        p = np.exp(score - score.max())
        p /= p.sum()
        far = (said - mean[rows].sum(axis=0)) / np.sqrt(variance[rows].sum(axis=0) + 1e-9)
        unlisted = sum_to_causes(p[None], model.starts)[0, UNLISTED]
        found[i] = p @ far - unlisted_weight * np.log(unlisted / (1 - unlisted))
    return found


def spread(model: Model) -> tuple[Floats, Floats]:
    """Mean and variance of the log-likelihood of an answer, by row of ``weights`` and class.

    Those of all answers that a finding may have in a class, given the answers of its parents.
    """
    kept: dict[str, Any] = model.__dict__  # worked out once, as a cached property would be
    if "spread" not in kept:
        mean, variance = np.zeros_like(model.weights), np.zeros_like(model.weights)
        for finding in FINDINGS.values():
            first = FIRST_ROW[finding.index] + 1
            part = slice(first, first + SIZES[finding.index] - 1)
            log = model.weights[part].reshape(len(finding.levels), -1)
            p = np.exp(log)
            expected = (p * log).sum(axis=0)
            around = (p * log**2).sum(axis=0) - expected**2
            mean[part] = np.tile(expected, len(log)).reshape(mean[part].shape)
            variance[part] = np.tile(around, len(log)).reshape(mean[part].shape)
        kept["spread"] = mean, variance
    both: tuple[Floats, Floats] = kept["spread"]
    return both


def bucket(lengths: Sequence[Sequence[int]], answered: int) -> int | None:
    """Which of the lengths, pairs of fewest and most answers, an interview has, if any."""
    for place, (fewest, most) in enumerate(lengths):
        if fewest <= answered <= most:
            return place
    return None


def tail(calibration: Mapping[str, Any], place: int, usual: float) -> float:
    """Share of simulated cases of that length that were as unusual as this, or more."""
    return float(np.interp(usual, calibration["fit"][place], calibration["tails"]))
