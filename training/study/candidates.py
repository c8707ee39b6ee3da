"""What one could train instead: known classifiers, each as good as a fair attempt makes it."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from data.arrays import Codes, Floats
from data.vocabulary import CAUSES, FINDINGS
from data.world import Cases, World
from training.learn.pipeline import KINDS, arrays_of, causes_of_classes, classify, learn, learner
from training.learn.site_data import Arrays, predicted

OURS: Final = "augmented naive Bayes (ours)"
_LEVELS = np.array([len(finding.levels) for finding in FINDINGS.values()])
_FIRST = np.cumsum([0, *_LEVELS[:-1]]) - 1  # a code of 1 is a finding's first column


class Candidate(Protocol):
    """Something that learns from cases and gives probabilities of causes, (n, 16)."""

    streamed: bool  # learns a little at a time; otherwise from all cases at once

    def learn(self, cases: Cases) -> None:
        """Learn from these cases, in addition or anew."""

    def predict_proba(self, codes: Codes) -> Floats:
        """Probabilities of the causes."""


class Prior:
    """Says for everyone how common each cause is."""

    streamed = True

    def __init__(self) -> None:
        self.counts = np.ones(len(CAUSES))

    def learn(self, cases: Cases) -> None:
        """Count causes."""
        self.counts += np.bincount(cases.cause, minlength=len(CAUSES))

    def predict_proba(self, codes: Codes) -> Floats:
        """The same for every case."""
        return np.tile(self.counts / self.counts.sum(), (len(codes), 1))


class Counting:
    """A kind that ``make train`` can train."""

    streamed = True

    def __init__(self, world: World, kind: str) -> None:
        self.world, self.kind, self.bayes = world, kind, learner(kind)

    def learn(self, cases: Cases) -> None:
        """Count them."""
        learn(self.bayes, self.world, self.kind, cases)

    @property
    def arrays(self) -> Arrays:
        """What it has learnt so far."""
        return arrays_of(self.bayes)

    def predict_proba(self, codes: Codes) -> Floats:
        """As they would be served."""
        return predicted(self.arrays, codes)


class Stock:
    """A classifier of scikit-learn, on causes or on classes within them."""

    streamed = False

    def __init__(
        self, make: Callable[[int], Any], encode: Callable[[Codes], Any], world: World | None = None
    ) -> None:
        self.make, self.encode, self.world = make, encode, world
        self.cause = np.arange(len(CAUSES)) if world is None else causes_of_classes(world)

    def learn(self, cases: Cases) -> None:
        """Fit anew; ``make`` is told for how many cases."""
        y = cases.cause if self.world is None else classify(self.world, cases)
        self.classifier = self.make(len(y)).fit(self.encode(cases.codes), y)

    def predict_proba(self, codes: Codes) -> Floats:
        """Probabilities, summed to causes."""
        out = np.zeros((len(codes), len(CAUSES)))
        proba = self.classifier.predict_proba(self.encode(codes))
        np.add.at(out.T, self.cause[self.classifier.classes_], proba.T)
        return out


def one_hot(codes: Codes) -> Any:
    """A column for each level of each finding, none for what is unknown; sparse."""
    case, finding = np.nonzero(codes)
    columns = _FIRST[finding] + codes[case, finding]
    ones = np.ones(len(case), np.float32)
    return csr_matrix((ones, (case, columns)), (len(codes), int(_LEVELS.sum())))


def _logistic(_: int) -> Any:
    return LogisticRegression(max_iter=300)


def _boosting(_: int) -> Any:
    return HistGradientBoostingClassifier(
        max_iter=100, learning_rate=0.15, max_leaf_nodes=8, early_stopping=False, random_state=0
    )


def _network(hidden: tuple[int, ...], rate: float) -> Callable[[int], Any]:
    """Ten rounds over the cases, with Adam; without hidden units it is a logistic regression."""
    return lambda n: MLPClassifier(
        hidden,
        batch_size=min(max(n // 200, 50), 512),
        learning_rate_init=rate,
        max_iter=10,
        n_iter_no_change=10,
        random_state=0,
    )


CANDIDATES: Final[Mapping[str, Callable[[World], Candidate]]] = {
    "prior": lambda _: Prior(),
    "naive Bayes, flat": lambda world: Counting(world, "flat"),
    "naive Bayes, presentations": lambda world: Counting(world, "presentations"),
    "logistic regression, flat": lambda _: Stock(_logistic, one_hot),
    "logistic regression, presentations": lambda w: Stock(_network((), 0.01), one_hot, w),
    "gradient boosting": lambda _: Stock(_boosting, lambda codes: codes),
    "neural network": lambda _: Stock(_network((256,), 0.002), one_hot),
    OURS: lambda world: Counting(world, next(iter(KINDS))),
}
