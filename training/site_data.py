"""A clinic's own cases taken into a model, and whether they help, on held-out folds of them."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from data.arrays import Codes, Floats, Ints
from data.statistics import STATISTICS
from data.vocabulary import CAUSES, FINDINGS
from models.encoder import FIRST_ROW, SIZES, features, shape
from models.model import Model
from training.details import Mean, mean
from training.evaluate import case_log_loss

FOLDS: Final = 5

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class SiteData:
    """Labelled cases, codes (n, 79) and cause (n,), with the SHA-256 of their file."""

    codes: Codes
    cause: Ints
    digest: str = ""


@dataclass(frozen=True)
class HeldOut:
    """Log loss, in nats, of own cases while each was held out, and share of first causes right."""

    cases: int
    weight: float
    without: float
    with_own: float
    change: Mean  # of each case's log loss; below 0 is better
    right_without: float
    right_with: float


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


def held_out(arrays: Arrays, own: SiteData, weight: float, seed: int) -> HeldOut:
    """What own cases do for those of them that were held out, fold after fold."""
    n = len(own.cause)
    without, with_own = predicted(arrays, own.codes), np.empty((n, len(CAUSES)))
    for fold in np.array_split(np.random.default_rng(seed).permutation(n), min(FOLDS, n)):
        others = np.setdiff1d(np.arange(n), fold)
        learnt = adapted(arrays, SiteData(own.codes[others], own.cause[others]), weight)
        with_own[fold] = predicted(learnt, own.codes[fold])
    before, after = (case_log_loss(p, own.cause) for p in (without, with_own))
    return HeldOut(
        n,
        weight,
        float(before.mean()),
        float(after.mean()),
        mean(after - before),
        *(float((p.argmax(axis=1) == own.cause).mean()) for p in (without, with_own)),
    )


def predicted(arrays: Arrays, codes: Codes) -> Floats:
    """Probabilities of the causes, (n, 16)."""
    return Model("", {}, {}, **arrays).predict_proba(codes)
