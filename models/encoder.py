"""The one encoder: answers to codes, codes to rows of a weight table, classes to causes."""

from collections.abc import Sequence
from math import prod
from typing import Any, Final

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


class Layout:
    """Where the answers to some findings stand in a weight table, each beside its parents'.

    The table holds, finding after finding, a row for each *pattern*: an answer together with the
    answers of its parents, an unknown one included. The first row of a finding is "unknown".
    """

    def __init__(self, levels: Sequence[int], parents: Sequence[Sequence[int]]) -> None:
        """Take how many levels each finding has, and the positions of its parents."""
        families = [(i, *of_finding) for i, of_finding in enumerate(parents)]
        bases = [[levels[f] + 1 for f in family] for family in families]
        self.levels = np.array(levels)
        self.parents = [list(of_finding) for of_finding in parents]
        self.shapes = [(base[0] - 1, *base[1:]) for base in bases]
        self._columns = np.array([f for family in families for f in family])
        self._strides = np.concatenate([[prod(b[i + 1 :]) for i in range(len(b))] for b in bases])
        self._starts = np.cumsum([0, *(len(family) for family in families[:-1])])
        self._unknown = np.array([prod(base[1:]) for base in bases])  # ways its parents answer
        self.sizes = 1 + self.levels * self._unknown  # patterns of each finding
        self.first_row = np.cumsum([0, *self.sizes[:-1]])
        self.rows = int(self.sizes.sum())

    def patterns(self, codes: NDArray[Any]) -> NDArray[np.int64]:
        """Pattern of each finding: its answer, then its parents' in C order, shape (n, findings).

        0 where the finding is not answered. ValueError for codes of another shape or beyond a
        finding's levels.
        """
        if codes.ndim != 2 or codes.shape[1] != len(self.levels) or (codes > self.levels).any():
            raise ValueError(
                f"codes must have {len(self.levels)} columns and none beyond its levels"
            )
        family = np.add.reduceat(codes[:, self._columns] * self._strides, self._starts, axis=1)
        return np.where(codes > 0, family + 1 - self._unknown, 0)


LAYOUT: Final = Layout(
    [len(finding.levels) for finding in FINDINGS.values()],
    [[FINDINGS[parent].index for parent in PARENTS.get(name, ())] for name in FINDINGS],
)
SIZES: Final = LAYOUT.sizes
FIRST_ROW: Final = LAYOUT.first_row
ROWS: Final = LAYOUT.rows

# A table without parents holds a row for each level, finding after finding.
FIRST_LEVEL: Final = np.cumsum([0, *LAYOUT.levels[:-1]])
LEVELS: Final = int(LAYOUT.levels.sum())
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
    """Pattern of each finding of the vocabulary, shape (n, 79), as LAYOUT has them."""
    return LAYOUT.patterns(codes)


def shape(name: str) -> tuple[int, ...]:
    """Levels of a finding, then one more than the levels of each parent: its patterns but 0."""
    return LAYOUT.shapes[FINDINGS[name].index]


def starts_of(cause: NDArray[np.int64]) -> NDArray[np.int64]:
    """Position of the first class of each cause, (16,).

    ``cause`` holds the position in CAUSES of each class, ascending, every cause at least once.
    """
    return cause.searchsorted(_EACH_CAUSE)


def sum_to_causes(proba: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Probabilities of classes, shape (n, k), summed to causes that start there, shape (n, 16)."""
    summed: NDArray[np.float64] = np.add.reduceat(proba, starts, axis=1)
    return summed
