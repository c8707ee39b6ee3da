"""What the report shows beyond the scores: excess log loss, reliability, confusion, learning."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.arrays import Bools, Codes, Floats, Ints
from data.vocabulary import CAUSES
from models.model import Model
from training.judge.evaluate import BINS, DVT, case_log_loss, log_loss, parts
from training.learn.bayes import AugmentedNB
from training.learn.pipeline import arrays_of

FIRST: Final = 8192  # cases after which the learning curve begins
STEP: Final = 4  # times as many cases from point to point
CURVE_CASES: Final = 40_000  # test cases, at most, that the curve's points are judged on
Z: Final = 1.96  # standard errors to either side of a 95 % interval


class Mean(NamedTuple):
    """A mean over cases, and its standard error."""

    cases: int
    mean: float
    error: float


class Bin(NamedTuple):
    """Cases of similar probability: the mean said, the share that came true, its 95 % interval."""

    cases: int
    said: float
    true: float
    low: float
    high: float


class Snapshot(NamedTuple):
    """The model as it was after so many cases."""

    cases: int
    arrays: Mapping[str, NDArray[Any]]


class Learnt(NamedTuple):
    """How good the model was after so many cases, in nats."""

    cases: int
    log_loss: float
    excess: Mean


@dataclass(frozen=True)
class Details:
    """What fresh cases say of a model beside its scores; excess log loss is in nats."""

    excess: Mapping[str, Mean]  # by length of interview
    excess_of: Mapping[str, Mean]  # by true cause, where there was a case
    reliability: Mapping[str, Mapping[str, list[Bin]]]  # length -> who -> bins
    dvt: Mapping[str, list[Bin]]  # who -> bins
    confusion: Mapping[str, Ints]  # who -> (16, 16) cases by true and likeliest cause
    limit: float  # log loss of the exact posterior on the learning curve's cases
    curve: Sequence[Learnt]


class Snapshots(list[Snapshot]):
    """The model on its way, from FIRST cases on and whenever there are STEP times as many."""

    def __call__(self, cases: int, bayes: AugmentedNB) -> None:
        """Keep the model as it is after so many cases, if it is time."""
        if cases >= (STEP * self[-1].cases if self else FIRST):
            with suppress(ValueError):  # a cause that has no case yet
                self.append(Snapshot(cases, arrays_of(bayes)))


def details(
    predicted: Mapping[str, Floats], codes: Codes, cause: Ints, snapshots: Iterable[Snapshot]
) -> Details:
    """What there is to show, given what model and ceiling predicted for n cases."""
    model, ceiling = predicted["model"], predicted["ceiling"]
    excess = case_log_loss(model, cause) - case_log_loss(ceiling, cause)
    of_length = parts((codes > 0).sum(axis=1))
    both = {"model": model, "ceiling": ceiling}
    first = codes[:CURVE_CASES], cause[:CURVE_CASES], ceiling[:CURVE_CASES]
    return Details(
        excess={name: mean(excess[part]) for name, part in of_length.items()},
        excess_of={
            name: mean(excess[cause == i]) for i, name in enumerate(CAUSES) if (cause == i).any()
        },
        reliability={
            name: {who: reliability(p[part], cause[part]) for who, p in both.items()}
            for name, part in of_length.items()
        },
        dvt={who: reliability_of(p[:, DVT], cause == DVT) for who, p in both.items()},
        confusion={who: confusion(p, cause) for who, p in both.items()},
        limit=log_loss(first[2], first[1]),
        curve=[_learnt(snapshot, *first) for snapshot in snapshots],
    )


def mean(values: Floats) -> Mean:
    """Mean of at least one value, with its standard error; that of a single one is infinite."""
    n = len(values)
    error = float(values.std(ddof=1)) / n**0.5 if n > 1 else float("inf")
    return Mean(n, float(values.mean()), error)


def reliability(proba: Floats, cause: Ints) -> list[Bin]:
    """Probability of the likeliest cause against how often it was the true one.

    In bins of equally many cases, as for the calibration error.
    """
    said, right = proba.max(axis=1), proba.argmax(axis=1) == cause
    order = np.argsort(said, kind="stable")
    return [_bin(said[part], right[part]) for part in np.array_split(order, BINS) if part.size]


def reliability_of(p: Floats, own: Bools) -> list[Bin]:
    """Probability of one cause against how often it was the true one.

    In bins that should hold equally many of its cases, so that a rare cause fills each of them.
    """
    order = np.argsort(p, kind="stable")
    reached = p[order].cumsum()
    edges = np.searchsorted(reached, reached[-1] * np.arange(1, BINS) / BINS)
    return [_bin(p[part], own[part]) for part in np.split(order, edges) if part.size]


def confusion(proba: Floats, cause: Ints) -> Ints:
    """Cases by true cause (row) and likeliest cause (column), shape (16, 16)."""
    cell = cause * len(CAUSES) + proba.argmax(axis=1)
    return np.bincount(cell, minlength=len(CAUSES) ** 2).reshape(len(CAUSES), -1)


def _bin(said: Floats, right: Bools) -> Bin:
    """Wilson's interval (1927): it stays within 0 and 1 and has a width where nothing came true."""
    n, share = len(said), float(right.mean())
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * (share * (1 - share) / n + Z**2 / (4 * n**2)) ** 0.5
    return Bin(n, float(said.mean()), share, max(middle - half, 0.0), min(middle + half, 1.0))


def _learnt(snapshot: Snapshot, codes: Codes, cause: Ints, best: Floats) -> Learnt:
    proba = Model("", {}, {}, **snapshot.arrays).predict_proba(codes)
    excess = case_log_loss(proba, cause) - case_log_loss(best, cause)
    return Learnt(snapshot.cases, log_loss(proba, cause), mean(excess))
