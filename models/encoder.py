"""The one encoder: answers to codes, codes to rows of a weight table, presentations to causes."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.vocabulary import CAUSES, FINDINGS, Answers

LEVELS: Final = np.array([len(finding.levels) for finding in FINDINGS.values()])
# A weight table holds, finding after finding, a row for "unknown" and a row for each level.
FIRST_ROW: Final = np.concatenate([[0], np.cumsum(LEVELS + 1)[:-1]])
ROWS: Final = int((LEVELS + 1).sum())


def encode(cases: Sequence[Answers]) -> NDArray[np.uint8]:
    """Codes, shape (n, 79), of n cases; KeyError or ValueError if the vocabulary lacks one."""
    codes = np.zeros((len(cases), len(FINDINGS)), dtype=np.uint8)
    for row, answers in zip(codes, cases, strict=True):
        for name, level in answers.items():
            finding = FINDINGS[name]
            row[finding.index] = finding.code(level)
    return codes


def categories() -> list[NDArray[np.uint8]]:
    """What a one-hot encoder keeps of each finding: its levels' codes, but not 0 (unknown)."""
    return [np.arange(1, count + 1, dtype=np.uint8) for count in LEVELS]


def rows_of(codes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Row of the weight table that each code selects, shape (n, 79); ValueError if none is."""
    if codes.ndim != 2 or codes.shape[1] != len(FINDINGS) or (codes > LEVELS).any():
        raise ValueError(f"codes must have {len(FINDINGS)} columns and no code beyond its levels")
    rows: NDArray[np.int64] = codes + FIRST_ROW
    return rows


def sum_to_causes(proba: NDArray[np.float64], cause: NDArray[np.int64]) -> NDArray[np.float64]:
    """Probabilities of classes, shape (n, k), summed to causes, shape (n, 16).

    ``cause`` holds the position in CAUSES of each class, ascending, every cause at least once.
    """
    starts = np.searchsorted(cause, np.arange(len(CAUSES)))
    summed: NDArray[np.float64] = np.add.reduceat(proba, starts, axis=1)
    return summed
