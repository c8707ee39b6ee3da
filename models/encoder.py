"""The one encoder: answers to codes, codes to rows of a weight table, classes to causes."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.vocabulary import CAUSES, FINDINGS, Answers

# Findings so bound to each other that naive Bayes would count the same thing twice: they are
# weighed together, by the pattern of their answers, unknown ones included.
TIES: Final = (
    ("joint_site", "joint_swelling", "morning_stiffness"),
    ("leg_swelling", "pitting_dent", "calf_wider_3cm"),
    ("episode_pattern", "muscle_hardening"),
    ("urge_to_move", "relief_moving", "relief_rest"),
    ("sex", "hormonal_state"),
)
_TIED = {name for tie in TIES for name in tie}
_FEATURES = [*TIES, *((name,) for name in FINDINGS if name not in _TIED)]
_COLUMNS = np.array([FINDINGS[name].index for feature in _FEATURES for name in feature])
_BASES = [[len(FINDINGS[name].levels) + 1 for name in feature] for feature in _FEATURES]
_STRIDES = np.concatenate([np.cumprod([1, *bases[:-1]]) for bases in _BASES])
_STARTS = np.cumsum([0, *(len(feature) for feature in _FEATURES[:-1])])
_LEVELS = np.array([len(finding.levels) for finding in FINDINGS.values()])

SIZES: Final = np.array([np.prod(bases) for bases in _BASES])  # patterns of each feature
# A weight table holds, feature after feature, a row for each pattern; the first is "unknown".
FIRST_ROW: Final = np.cumsum([0, *SIZES[:-1]])
ROWS: Final = int(SIZES.sum())


def encode(cases: Sequence[Answers]) -> NDArray[np.uint8]:
    """Codes, shape (n, 79), of n cases; KeyError or ValueError if the vocabulary lacks one."""
    codes = np.zeros((len(cases), len(FINDINGS)), dtype=np.uint8)
    for row, answers in zip(codes, cases, strict=True):
        for name, level in answers.items():
            finding = FINDINGS[name]
            row[finding.index] = finding.code(level)
    return codes


def features(codes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Pattern of the answers to each tie, then to each other finding, shape (n, features).

    0 where nothing is answered. ValueError for codes that are not shape (n, 79) or are beyond a
    finding's levels.
    """
    if codes.ndim != 2 or codes.shape[1] != len(FINDINGS) or (codes > _LEVELS).any():
        raise ValueError(f"codes must have {len(FINDINGS)} columns and none beyond its levels")
    patterns: NDArray[np.int64] = np.add.reduceat(codes[:, _COLUMNS] * _STRIDES, _STARTS, axis=1)
    return patterns


def categories() -> list[NDArray[np.int64]]:
    """What a one-hot encoder keeps of each feature: every pattern but 0 (nothing answered)."""
    return [np.arange(1, size) for size in SIZES]


def sum_to_causes(proba: NDArray[np.float64], cause: NDArray[np.int64]) -> NDArray[np.float64]:
    """Probabilities of classes, shape (n, k), summed to causes, shape (n, 16).

    ``cause`` holds the position in CAUSES of each class, ascending, every cause at least once.
    """
    starts = np.searchsorted(cause, np.arange(len(CAUSES)))
    summed: NDArray[np.float64] = np.add.reduceat(proba, starts, axis=1)
    return summed
