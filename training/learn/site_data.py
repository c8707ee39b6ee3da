"""A clinic's own cases, and the model that they make of another one."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from data.arrays import Codes, Floats, Ints
from data.statistics import STATISTICS
from data.vocabulary import CAUSES, FINDINGS
from models.encoder import FIRST_ROW, SIZES, features, shape
from models.model import Model

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class SiteData:
    """Labelled cases, codes (n, 79) and cause (n,), with the SHA-256 of their file."""

    codes: Codes
    cause: Ints
    digest: str = ""


def adapted(arrays: Arrays, own: SiteData, weight: float = 1.0) -> Arrays:
    """The model that own cases make of another; its classes stay, each cause's figures move.

    Each own case is divided among the classes of its cause, as the model sees fit. What was then
    observed of each finding, against what those classes expect, gives one factor for each of its
    levels in that cause, as if ``site_figures`` / weight cases had been just as expected.
    """
    weights, cause = arrays["weights"].copy(), arrays["cause"]
    counts = np.bincount(own.cause, minlength=len(CAUSES)) * weight
    shares = STATISTICS.site_shares
    share = np.bincount(cause, np.exp(arrays["intercept"]), len(CAUSES))
    moved = (counts + shares * share) / (counts.sum() + shares) / share
    patterns = features(own.codes)
    for i in np.unique(own.cause):
        cases, classes = patterns[own.cause == i], np.flatnonzero(cause == i)
        part = {"weights": weights[:, classes], "intercept": arrays["intercept"][classes]}
        weights[:, classes] = _moved(part["weights"], _divided(part, cases), cases, weight)
    return {**arrays, "weights": weights, "intercept": arrays["intercept"] + np.log(moved)[cause]}


def _divided(part: Arrays, cases: Ints) -> Floats:
    """Share of each case in each class of its cause, (n, k)."""
    scores = np.tile(part["intercept"], (len(cases), 1))
    for first, column in zip(FIRST_ROW, cases.T, strict=True):
        scores += part["weights"][first + column]
    divided: Floats = softmax(scores, axis=1)
    return divided


def _moved(weights: Floats, divided: Floats, cases: Ints, weight: float) -> Floats:
    """The weights of one cause's classes, (ROWS, k), after its cases."""
    for name, first, size, column in zip(FINDINGS, FIRST_ROW, SIZES, cases.T, strict=True):
        known = column > 0
        if not known.any():
            continue
        levels = shape(name)[0]
        rates = np.exp(weights[first + 1 : first + size]).reshape(levels, -1, weights.shape[1])
        level, parents = np.divmod(column[known] - 1, rates.shape[1])
        expected = np.einsum("nk,lnk->l", divided[known], rates[:, parents])
        observed = np.bincount(level, minlength=levels)
        usual = STATISTICS.site_figures * expected / expected.sum()
        rates *= ((weight * observed + usual) / (weight * expected + usual))[:, None, None]
        rates /= rates.sum(axis=0)
        weights[first + 1 : first + size] = np.log(rates).reshape(size - 1, -1)
    return weights


def predicted(arrays: Arrays, codes: Codes) -> Floats:
    """Probabilities of the causes, (n, 16)."""
    return Model("", {}, {}, **arrays).predict_proba(codes)
