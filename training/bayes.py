"""The estimator: naive Bayes in which some findings have parents, over classes within causes."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from data.arrays import Floats, Ints
from data.vocabulary import CAUSES, FINDINGS
from models.encoder import FIRST_ROW, ROWS, SIZES, shape, starts_of, sum_to_causes

SLICE: Final = 4096  # cases whose scores are held at once


class AugmentedNB(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Augmented naive Bayes (Friedman, Geiger, Goldszmidt 1997) with classes within each cause.

    ``cause`` (k,) holds the position in CAUSES of each class, ascending. A rate is drawn towards
    what its cause and the class without its parents lead one to expect, as if that had been seen
    in ``strength`` more cases. An unknown answer is passed over. Without ``parents`` it is plain
    naive Bayes: each finding alone.
    """

    def __init__(self, cause: Ints, strength: float = 60.0, parents: bool = True) -> None:
        self.cause = cause
        self.strength = strength
        self.parents = parents

    def partial_fit(self, X: Ints, y: Ints) -> "AugmentedNB":  # noqa: N803 - scikit-learn's name
        """Count the patterns, shape (n, 79), of n more cases of classes y, shape (n,)."""
        cells = y[:, None] * ROWS + X + FIRST_ROW
        found = np.bincount(cells.ravel(), minlength=len(self.cause) * ROWS)
        self.counts_ = getattr(self, "counts_", 0) + found.reshape(-1, ROWS)
        self.classes_ = np.arange(len(CAUSES))
        self._arrays: dict[str, NDArray[Any]] | None = None
        return self

    def fit(self, X: Ints, y: Ints) -> "AugmentedNB":  # noqa: N803
        """Forget what was counted, and count these."""
        self.counts_ = np.zeros((len(self.cause), ROWS), np.int64)
        return self.partial_fit(X, y)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What serving needs of it: weights (ROWS, k'), intercept and cause (k',).

        k' classes were seen. ValueError if some cause was not.
        """
        check_is_fitted(self)
        if self._arrays is None:
            sizes = self.counts_[:, : SIZES[0]].sum(axis=1)
            seen = np.flatnonzero(sizes)
            cause = self.cause[seen]
            if unseen := set(range(len(CAUSES))) - set(cause.tolist()):
                names = ", ".join(list(CAUSES)[i] for i in sorted(unseen))
                raise ValueError(f"no case of {names} was drawn; draw more cases")
            weights = self._weights(self.counts_[seen].astype(np.float64), cause)
            intercept = np.log(sizes[seen] / sizes.sum())
            self._arrays = {"weights": weights, "intercept": intercept, "cause": cause}
        return self._arrays

    def adopt(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Answer by these, made of its own, until more cases are counted."""
        self._arrays = arrays

    def predict_proba(self, X: Ints) -> Floats:  # noqa: N803
        """Probability of each cause, shape (n, 16), given patterns of shape (n, 79)."""
        learnt = self.arrays()
        starts, parts = starts_of(learnt["cause"]), []
        for start in range(0, len(X), SLICE):
            scores = np.tile(learnt["intercept"], (len(X[start : start + SLICE]), 1))
            for first, column in zip(FIRST_ROW, X[start : start + SLICE].T, strict=True):
                scores += learnt["weights"][first + column]
            parts.append(sum_to_causes(softmax(scores, axis=1), starts))
        return np.concatenate(parts)

    def predict(self, X: Ints) -> Ints:  # noqa: N803
        """Position in CAUSES of the likeliest cause, shape (n,)."""
        likeliest: Ints = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return likeliest

    def _weights(self, counts: Floats, cause: Ints) -> Floats:
        weights = np.zeros((ROWS, len(cause)))  # the row of what is unknown stays 0
        for name, first, size in zip(FINDINGS, FIRST_ROW, SIZES, strict=True):
            of_finding = counts[:, first + 1 : first + size].reshape(-1, *shape(name))
            if not self.parents:
                alone = tuple(range(2, of_finding.ndim))
                of_finding = of_finding.sum(axis=alone, keepdims=True)
            rates = np.broadcast_to(
                _rates(of_finding, cause, self.strength), (len(cause), *shape(name))
            )
            weights[first + 1 : first + size] = np.log(rates).reshape(len(cause), -1).T
        return weights


def _rates(counts: Floats, cause: Ints, strength: float) -> Floats:
    """P(level | class, answers of the parents) from counts, both (k, levels, *parents).

    Expected is the class's own rate, times what the parents' answers do to it in its cause.
    """
    for axis in range(2, counts.ndim):  # where a parent is unknown, all cases count
        np.moveaxis(counts, axis, 0)[0] = counts.sum(axis=axis)
    anyone = (slice(None), slice(None), *[slice(0, 1)] * (counts.ndim - 2))
    overall = _shrunk(counts.sum(axis=0, keepdims=True), 1 / counts.shape[1], 1)
    by_cause = np.add.reduceat(counts, np.unique(cause, return_index=True)[1])
    of_cause = _shrunk(by_cause, overall, strength)[cause]
    own = _shrunk(counts[anyone], of_cause[anyone], strength)
    expected = own * of_cause / of_cause[anyone]
    return _shrunk(counts, expected / expected.sum(axis=1, keepdims=True), strength)


def _shrunk(counts: Floats, expected: Floats | float, strength: float) -> Floats:
    total = counts.sum(axis=1, keepdims=True)
    rates: Floats = (counts + strength * expected) / (total + strength)
    return rates
