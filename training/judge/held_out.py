"""Whether a clinic's own cases help: what they do for those of them that were held out."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from data.vocabulary import CAUSES
from training.judge.details import Mean, mean
from training.judge.evaluate import case_log_loss
from training.learn.site_data import Arrays, SiteData, adapted, predicted

FOLDS: Final = 5


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
