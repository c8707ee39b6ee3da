"""The estimator: naive Bayes in which some features have parents, over presentations of classes."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
    validate_data,
)

from data.arrays import Floats, Ints
from models.encoder import Layout

SLICE: Final = 4096  # cases whose scores are held at once
LEARNT: Final = ("cause_", "intercept_", "weights_")  # worked out of the counts


class AugmentedNB(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """Augmented naive Bayes (Friedman, Geiger, Goldszmidt 1997) with presentations in each class.

    A feature is a code: 0 is unknown and passed over, 1 and above are its levels. A feature with
    parents is weighed given their codes. A class is a mixture of its presentations, which only
    fitting knows. A rate is drawn towards what its class and its presentation, without parents,
    lead one to expect, as if that had been seen in ``strength`` more cases.

    ``n_levels`` are the levels of each feature (None: those in the data of the first fit) and
    ``parents`` the positions of each feature's parents (None: no feature has any). With
    ``use_parents=False`` the table of weights has the same rows, and each feature counts alone.

    Learnt: ``classes_``, ``counts_`` (by position of the class and presentation), and for each
    presentation ``cause_`` (position of its class), ``intercept_`` and ``weights_`` (rows, k).
    """

    def __init__(
        self,
        n_levels: Sequence[int] | None = None,
        parents: Sequence[Sequence[int]] | None = None,
        strength: float = 1.0,
        use_parents: bool = True,
    ) -> None:
        self.n_levels = n_levels
        self.parents = parents
        self.strength = strength
        self.use_parents = use_parents

    def fit(self, X: Any, y: Any, presentation: Any = None) -> "AugmentedNB":
        """Learn from these cases alone; without presentations each class is one."""
        X, y = self._validated(X, y, reset=True)
        check_classification_targets(y)
        self._begin(X, np.unique(y))
        self._count(X, y, presentation)
        for name in LEARNT:  # now, so that a fitted estimator does not change when it answers
            getattr(self, name)
        return self

    def partial_fit(
        self,
        X: Any,
        y: Any,
        classes: Any = None,
        presentation: Any = None,
    ) -> "AugmentedNB":
        """Learn from these cases as well; the first call names all classes, in their order."""
        first = not hasattr(self, "counts_")
        X, y = self._validated(X, y, reset=first)
        if first:
            if classes is None:
                raise ValueError("classes must be given on the first call of partial_fit")
            self._begin(X, np.asarray(classes))
        self._count(X, y, presentation)
        return self

    def _validated(self, X: Any, y: Any, reset: bool) -> Any:
        """Codes, and labels if there are any."""
        checked = validate_data(self, X, y, reset=reset, dtype="numeric")
        codes = checked[0] if isinstance(checked, tuple) else checked
        if codes.dtype.kind not in "bui" and (codes != np.floor(codes)).any():
            raise ValueError("X must hold whole numbers: 0 is unknown, 1 and above are levels")
        if codes.dtype.kind not in "bu" and (codes < 0).any():
            raise ValueError("Negative values in data: 0 is unknown, 1 and above are levels")
        codes = codes if codes.dtype.kind in "ui" else codes.astype(np.int64)
        return (codes, checked[1]) if isinstance(checked, tuple) else codes

    def _begin(self, X: Ints, classes: Any) -> None:
        levels = np.maximum(X.max(axis=0), 1) if self.n_levels is None else self.n_levels
        self.classes_ = classes
        self.layout_ = Layout(levels, self.parents or [()] * len(levels))
        self.counts_: dict[tuple[int, Any], Ints] = {}

    def _count(self, X: Ints, y: Any, presentation: Any) -> None:
        """Count patterns, presentation by presentation; what was learnt before is out of date."""
        presentation = np.zeros(len(y), int) if presentation is None else column_or_1d(presentation)
        check_consistent_length(X, presentation)
        names, of_case = np.unique(presentation, return_inverse=True)
        pair = _positions(y, self.classes_) * len(names) + of_case
        pairs, place = np.unique(pair, return_inverse=True)
        rows, patterns = self.layout_.rows, self.layout_.patterns(X) + self.layout_.first_row
        cells = place[:, None] * rows + patterns
        found = np.bincount(cells.ravel(), minlength=len(pairs) * rows).reshape(-1, rows)
        for which, counts in zip(pairs.tolist(), found, strict=True):
            key = which // len(names), names[which % len(names)].item()
            self.counts_[key] = self.counts_.get(key, 0) + counts
        for name in LEARNT:
            self.__dict__.pop(name, None)

    @cached_property
    def cause_(self) -> Ints:
        """Position in ``classes_`` of each presentation's class, ascending, (k,)."""
        check_is_fitted(self)
        return np.array([cause for cause, _ in sorted(self.counts_)])

    @cached_property
    def intercept_(self) -> Floats:
        """Logarithm of each presentation's share of the cases, (k,)."""
        sizes = self._counted()[:, : self.layout_.sizes[0]].sum(axis=1)
        share: Floats = np.log(sizes / sizes.sum())
        return share

    @cached_property
    def weights_(self) -> Floats:
        """Logarithm of P(level | presentation, codes of the parents), (rows, k); 0 if unknown."""
        counts, cause, layout = self._counted().astype(np.float64), self.cause_, self.layout_
        weights = np.zeros((layout.rows, len(cause)))
        for shape, first, size in zip(layout.shapes, layout.first_row, layout.sizes, strict=True):
            of_feature = counts[:, first + 1 : first + size].reshape(-1, *shape)
            if not self.use_parents:
                alone = tuple(range(2, of_feature.ndim))
                of_feature = of_feature.sum(axis=alone, keepdims=True)
            rates = _rates(of_feature, cause, self.strength)
            rates = np.broadcast_to(rates, (len(cause), *shape))
            weights[first + 1 : first + size] = np.log(rates).reshape(len(cause), -1).T
        return weights

    def _counted(self) -> Ints:
        check_is_fitted(self)
        return np.stack([self.counts_[key] for key in sorted(self.counts_)])

    def predict_proba(self, X: Any) -> Floats:
        """Probability of each class, shape (n, classes), given codes of shape (n, features)."""
        check_is_fitted(self)
        patterns = self.layout_.patterns(self._validated(X, "no_validation", reset=False))
        seen, starts = np.unique(self.cause_, return_index=True)
        proba = np.zeros((len(patterns), len(self.classes_)))
        for start in range(0, len(patterns), SLICE):
            scores = self._scores(patterns[start : start + SLICE])
            of_classes = np.add.reduceat(softmax(scores, axis=1), starts, axis=1)
            proba[start : start + SLICE, seen] = of_classes
        return proba

    def _scores(self, patterns: Ints) -> Floats:
        scores = np.tile(self.intercept_, (len(patterns), 1))
        for first, column in zip(self.layout_.first_row, patterns.T, strict=True):
            scores += self.weights_[first + column]
        return scores

    def predict(self, X: Any) -> NDArray[Any]:
        """The likeliest class, shape (n,)."""
        proba = self.predict_proba(X)
        likeliest: NDArray[Any] = self.classes_[proba.argmax(axis=1)]
        return likeliest

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.categorical = True
        tags.input_tags.positive_only = True
        return tags


def _positions(y: Any, classes: NDArray[Any]) -> Ints:
    """Position of each label among the classes; ValueError for one that is not among them."""
    order = np.argsort(classes)
    at = np.searchsorted(classes, y, sorter=order)
    found: Ints = order[at.clip(max=len(classes) - 1)]
    if (classes[found] != y).any():
        raise ValueError("y has a label that is not one of the classes of the first partial_fit")
    return found


def _rates(counts: Floats, cause: Ints, strength: float) -> Floats:
    """P(level | class, answers of the parents) from counts, both (k, levels, *parents).

    Expected is the class's own rate, times what the parents' answers do to it in its cause.
    """
    for axis in range(2, counts.ndim):  # where a parent is unknown, all cases count
        np.moveaxis(counts, axis, 0)[0] = counts.sum(axis=axis)
    anyone = (slice(None), slice(None), *[slice(0, 1)] * (counts.ndim - 2))
    overall = _shrunk(counts.sum(axis=0, keepdims=True), 1 / counts.shape[1], 1)
    _, starts, seen = np.unique(cause, return_index=True, return_inverse=True)
    of_cause = _shrunk(np.add.reduceat(counts, starts), overall, strength)[seen]
    own = _shrunk(counts[anyone], of_cause[anyone], strength)
    expected = own * of_cause / of_cause[anyone]
    return _shrunk(counts, expected / expected.sum(axis=1, keepdims=True), strength)


def _shrunk(counts: Floats, expected: Floats | float, strength: float) -> Floats:
    total = counts.sum(axis=1, keepdims=True)
    rates: Floats = (counts + strength * expected) / (total + strength)
    return rates
