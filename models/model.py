"""A trained model: the arithmetic from codes to probabilities, without scikit-learn."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.vocabulary import CAUSES
from models.encoder import starts_of, sum_to_causes
from models.joint import joint_likelihoods, joint_rows, product

SLICE: Final = 256  # cases whose scores stay in the cache


@dataclass(frozen=True)
class Care:
    """What a cause asks for, and from which probability on."""

    urgency: str
    threshold: float


@dataclass(frozen=True, eq=False)
class Model:
    """A trained model, ready to answer."""

    version: str
    manifest: Mapping[str, Any]
    care: Mapping[str, Care]
    weights: NDArray[np.float64]  # (ROWS, k) log-weight of each pattern in each class
    intercept: NDArray[np.float64]  # (k,) log prior of each class
    cause: NDArray[np.int64]  # (k,) position in CAUSES of each class
    # In other worlds that the evidence allows: log-ratios to this one, of each level's rate in a
    # cause, (LEVELS, worlds, 16), and of each cause's own rate, (worlds, 16).
    level_shifts: NDArray[np.float64] | None = None
    cause_shifts: NDArray[np.float64] | None = None

    @cached_property
    def likelihood(self) -> NDArray[np.float64]:
        """P(answer | class, answers of its parents), as ``weights``; 1 where it is unknown."""
        return np.exp(self.weights)

    @cached_property
    def urgencies(self) -> tuple[str, ...]:
        """What each cause asks for, (16,)."""
        return tuple(self.care[cause].urgency for cause in CAUSES)

    @cached_property
    def thresholds(self) -> NDArray[np.float64]:
        """Probability from which on it does, (16,)."""
        return np.array([self.care[cause].threshold for cause in CAUSES])

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Position of the first class of each cause, (16,)."""
        return starts_of(self.cause)

    @cached_property
    def _joint(self) -> NDArray[np.float64]:
        return joint_likelihoods(self.weights)

    @cached_property
    def _prior(self) -> NDArray[np.float64]:
        prior: NDArray[np.float64] = np.exp(self.intercept - self.intercept.max())
        return prior

    def with_intercept(self, intercept: NDArray[np.float64]) -> "Model":
        """The same with another one; what was made of its weights is not made again."""
        other = copy(self)
        object.__setattr__(other, "intercept", intercept)
        other.__dict__.pop("_prior", None)  # the one thing that is made of it
        return other

    def predict_proba(self, codes: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Probability of each cause, shape (n, 16), given codes of shape (n, 79)."""
        if len(codes) <= SLICE:
            return self._probabilities(joint_rows(codes))
        parts = [codes[start : start + SLICE] for start in range(0, len(codes), SLICE)]
        return np.concatenate([self._probabilities(joint_rows(part)) for part in parts])

    def _probabilities(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        proba = product(self._joint, rows)
        proba *= self._prior
        proba = sum_to_causes(proba, self.starts)
        proba /= np.add.reduce(proba, axis=1, keepdims=True)
        return proba
