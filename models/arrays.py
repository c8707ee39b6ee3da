"""The arrays of a model, read and judged: names, types, shapes, and what they must hold."""

import io
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.vocabulary import CAUSES
from models.encoder import FIRST_ROW, LEVELS, ROWS

SHIFTS: Final = {"level_shifts", "cause_shifts"}  # that a model may lack

Arrays = dict[str, NDArray[Any]]


class Misfit(Exception):  # noqa: N818
    """These are not the arrays of a model; the message says what they have or lack."""


def opened(content: bytes) -> Arrays:
    """Arrays of an archive, read-only; Misfit if they do not fit, any other error if it is none."""
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        arrays = {name: np.ascontiguousarray(archive[name]) for name in archive.files}
    if arrays.keys() - SHIFTS != {"weights", "intercept", "cause"}:
        raise Misfit("does not hold weights, intercept and cause")
    _judge(arrays["weights"], arrays["intercept"], arrays["cause"])
    _judge_shifts({name: arrays[name] for name in arrays.keys() & SHIFTS})
    for array in arrays.values():
        array.setflags(write=False)
    return arrays


def _judge(weights: NDArray[Any], intercept: NDArray[Any], cause: NDArray[Any]) -> None:
    if [a.dtype for a in (weights, intercept, cause)] != [np.float64, np.float64, np.int64]:
        raise Misfit("holds numbers of another type")
    if [weights.shape, intercept.shape] != [(ROWS, cause.size), cause.shape]:
        raise Misfit("holds arrays of another shape")
    if not (np.isfinite(weights).all() and np.isfinite(intercept).all()):
        raise Misfit("holds a number that is not finite")
    if weights[FIRST_ROW].any() or (np.diff(cause) < 0).any():
        raise Misfit("weighs unknown answers, or its causes are out of order")
    if not np.array_equal(np.unique(cause), np.arange(len(CAUSES))):
        raise Misfit("does not have classes for exactly the causes")


def _judge_shifts(shifts: Arrays) -> None:
    """None at all, or finite ones for every level, world and cause."""
    if not shifts:
        return
    if shifts.keys() != SHIFTS or any(array.dtype != np.float64 for array in shifts.values()):
        raise Misfit("holds half of the shifts, or of another type")
    levels, causes = shifts["level_shifts"], shifts["cause_shifts"]
    worlds = len(causes)
    if (levels.shape, causes.shape) != ((LEVELS, worlds, len(CAUSES)), (worlds, len(CAUSES))):
        raise Misfit("holds shifts of another shape")
    if not all(np.isfinite(array).all() for array in shifts.values()):
        raise Misfit("holds a shift that is not finite")
