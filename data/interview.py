"""Interviews: how many questions people answer, and which."""

import numpy as np
from numpy.typing import NDArray

from data.knowledge import Interviews
from data.vocabulary import FINDINGS


def answered(interviews: Interviews, n: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which questions each of n people answers, shape (79, n); knows nothing of the case.

    An ordinary question is answered at a rate of one until patience ends, others at the rate of
    their weight; whoever has answered too few by then goes on until `fewest` are.
    """
    weights = np.array([interviews.weights.get(f, 1.0) for f in FINDINGS])
    low, high = np.log(interviews.willing)
    patience = -np.log1p(-np.exp(rng.uniform(low, high, n)))
    patience[rng.random(n) < interviews.complete] = np.inf
    heard = np.empty((len(weights), n), np.bool_)
    for weight in sorted(set(weights.tolist())):
        alike = np.flatnonzero(weights == weight)
        heard[alike] = rng.random((len(alike), n)) < 1 - np.exp(-patience * weight)
    count = heard.view(np.uint8).sum(axis=0, dtype=np.uint8)
    few = np.flatnonzero(count < interviews.fewest)
    while len(few):
        asked = np.searchsorted(weights.cumsum(), rng.random(len(few)) * weights.sum(), "right")
        count[few] += ~heard[asked, few]
        heard[asked, few] = True
        few = few[count[few] < interviews.fewest]
    return heard
