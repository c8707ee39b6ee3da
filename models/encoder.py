"""The one encoder: answers to codes, codes to rows of a weight table, classes to causes."""

from collections.abc import Sequence
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.vocabulary import CAUSES, FINDINGS, Answers

# Findings that hang together even where the presentation is known: each is weighed given the
# answers to its parents, an unknown one included.
_RISES_WITH_AGE = (
    *("sex", "diabetes", "hypertension", "vascular_disease", "kidney_disease", "active_cancer"),
    *("prior_vte", "known_arthritis", "dehydration_electrolyte", "fatigue", "breath_chest"),
    *("weight_loss", "surface_veins", "unsteady_walking", "saddle_bladder_bowel"),
)
PARENTS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(_RISES_WITH_AGE, ("age",)),
    "hormonal_state": ("sex", "age"),
    "leg_swelling": ("laterality",),
    "pitting_dent": ("leg_swelling", "laterality"),
    "calf_wider_3cm": ("leg_swelling", "laterality"),
    "numbness": ("laterality", "leg_swelling"),
    "joint_swelling": ("joint_site",),
    "morning_stiffness": ("joint_site", "joint_swelling"),
    "muscle_hardening": ("episode_pattern",),
    "urge_to_move": ("relief_moving",),
    "relief_rest": ("relief_moving",),
}
_FAMILIES = [(name, *PARENTS.get(name, ())) for name in FINDINGS]
_COLUMNS = np.array([FINDINGS[name].index for family in _FAMILIES for name in family])
_LEVELS = np.array([len(finding.levels) for finding in FINDINGS.values()])
_BASES = [[len(FINDINGS[name].levels) + 1 for name in family] for family in _FAMILIES]
_STRIDES = np.concatenate([[prod(b[i + 1 :]) for i in range(len(b))] for b in _BASES])
_STARTS = np.cumsum([0, *(len(family) for family in _FAMILIES[:-1])])
_UNKNOWN = np.array([prod(b[1:]) for b in _BASES])  # ways in which its parents are answered

SIZES: Final = 1 + _LEVELS * _UNKNOWN  # patterns of each finding
# A weight table holds, finding after finding, a row for each pattern; the first is "unknown".
FIRST_ROW: Final = np.cumsum([0, *SIZES[:-1]])
ROWS: Final = int(SIZES.sum())

# A table without parents holds a row for each level, finding after finding.
FIRST_LEVEL: Final = np.cumsum([0, *_LEVELS[:-1]])
LEVELS: Final = int(_LEVELS.sum())
_EACH_CAUSE: Final = np.arange(len(CAUSES))


def encode(cases: Sequence[Answers]) -> NDArray[np.uint8]:
    """Codes, shape (n, 79), of n cases; KeyError or ValueError if the vocabulary lacks one."""
    codes = np.zeros((len(cases), len(FINDINGS)), dtype=np.uint8)
    for row, answers in zip(codes, cases, strict=True):
        for name, level in answers.items():
            finding = FINDINGS[name]
            row[finding.index] = finding.code(level)
    return codes


def features(codes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Pattern of each finding: its answer, then its parents' in C order, shape (n, 79).

    0 where the finding is not answered. ValueError for codes that are not shape (n, 79) or are
    beyond a finding's levels.
    """
    if codes.ndim != 2 or codes.shape[1] != len(FINDINGS) or (codes > _LEVELS).any():
        raise ValueError(f"codes must have {len(FINDINGS)} columns and none beyond its levels")
    family = np.add.reduceat(codes[:, _COLUMNS] * _STRIDES, _STARTS, axis=1)
    return np.where(codes > 0, family + 1 - _UNKNOWN, 0)


def shape(name: str) -> tuple[int, ...]:
    """Levels of a finding, then one more than the levels of each parent: its patterns but 0."""
    return tuple(len(FINDINGS[f].levels) + (f != name) for f in (name, *PARENTS.get(name, ())))


def starts_of(cause: NDArray[np.int64]) -> NDArray[np.int64]:
    """Position of the first class of each cause, (16,).

    ``cause`` holds the position in CAUSES of each class, ascending, every cause at least once.
    """
    return cause.searchsorted(_EACH_CAUSE)


def sum_to_causes(proba: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Probabilities of classes, shape (n, k), summed to causes that start there, shape (n, 16)."""
    summed: NDArray[np.float64] = np.add.reduceat(proba, starts, axis=1)
    return summed
