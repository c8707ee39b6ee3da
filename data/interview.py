"""Interviews: how many questions people answer, and which."""

import numpy as np
from numpy.typing import NDArray

from data.knowledge import Interviews
from data.vocabulary import FINDINGS


def answered(interviews: Interviews, n: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which questions each of n people answers, shape (n, 79); knows nothing of the case."""
    weights = np.array([interviews.weights.get(f, 1.0) for f in FINDINGS])
    low, high = np.log(interviews.willing)
    patience = -np.log1p(-np.exp(rng.uniform(low, high, n)))
    patience[rng.random(n) < interviews.complete] = np.inf
    when = rng.exponential(size=(n, len(FINDINGS))) / weights
    soonest = np.partition(when, interviews.fewest - 1, axis=1)[:, interviews.fewest - 1]
    heard: NDArray[np.bool_] = when <= np.maximum(patience, soonest)[:, None]
    return heard
