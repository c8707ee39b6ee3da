"""How good probabilities are, between a floor (the prior) and a ceiling (the exact posterior)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.arrays import Floats, Ints
from data.statistics import STATISTICS
from data.vocabulary import CAUSES

BINS: Final = 15
DVT: Final = list(CAUSES).index("deep_vein_thrombosis")
LENGTHS: Final = {"3-8": (3, 8), "9-20": (9, 20), "21-40": (21, 40), "41+": (41, 79)}


@dataclass(frozen=True)
class Score:
    """Scores of one set of probabilities; log loss in nats, None where there was no such case."""

    cases: int
    log_loss: float
    top1: float
    top3: float
    brier: float
    calibration_error: float
    dvt_recall: float | None
    recall: Mapping[str, float | None]


Scores = dict[str, dict[str, Score]]  # "all" or length of interview -> floor, model, ceiling


def evaluate(predicted: Mapping[str, Floats], answers: Ints, cause: Ints) -> Scores:
    """Scores of each set of probabilities, over all cases and by number of answers."""
    return {
        name: {who: score(proba[part], cause[part]) for who, proba in predicted.items()}
        for name, part in parts(answers).items()
    }


def parts(answers: Ints) -> dict[str, NDArray[np.bool_]]:
    """All cases, and those of each length of interview that there is one of; shape (n,) each."""
    found = {"all": np.ones(len(answers), dtype=np.bool_)}
    for name, (fewest, most) in LENGTHS.items():
        found[name] = (fewest <= answers) & (answers <= most)
    return {name: part for name, part in found.items() if part.any()}


def score(proba: Floats, cause: Ints) -> Score:
    """All scores of probabilities, shape (n, 16), given the true causes, shape (n,)."""
    ranked = np.argsort(-proba, axis=1, kind="stable")
    top = ranked[:, 0]
    suspected = proba[:, DVT] >= STATISTICS.suspected_dvt
    return Score(
        cases=len(cause),
        log_loss=log_loss(proba, cause),
        top1=float((top == cause).mean()),
        top3=float((ranked[:, :3] == cause[:, None]).any(axis=1).mean()),
        brier=brier(proba, cause),
        calibration_error=calibration_error(proba, cause),
        dvt_recall=_share(suspected[cause == DVT]),
        recall={name: _share(top[cause == i] == i) for i, name in enumerate(CAUSES)},
    )


def log_loss(proba: Floats, cause: Ints) -> float:
    """Mean negative log-probability of the true cause, in nats."""
    return float(case_log_loss(proba, cause).mean())


def case_log_loss(proba: Floats, cause: Ints) -> Floats:
    """Negative log-probability of the true cause, in nats, of each case, shape (n,)."""
    given = proba[np.arange(len(cause)), cause]
    nats: Floats = -np.log(np.maximum(given, np.finfo(np.float64).tiny))
    return nats


def brier(proba: Floats, cause: Ints) -> float:
    """Mean squared distance from the truth, summed over the causes: 0 to 2."""
    truth = np.eye(proba.shape[1])[cause]
    return float(((proba - truth) ** 2).sum(axis=1).mean())


def calibration_error(proba: Floats, cause: Ints) -> float:
    """Expected calibration error of the likeliest cause, over bins with equally many cases."""
    confidence, correct = proba.max(axis=1), proba.argmax(axis=1) == cause
    gaps = [
        abs(float((confidence[part] - correct[part]).sum()))
        for part in np.array_split(np.argsort(confidence, kind="stable"), BINS)
    ]
    return sum(gaps) / len(cause)


def _share(hits: NDArray[np.bool_]) -> float | None:
    return float(hits.mean()) if hits.size else None
