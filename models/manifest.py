"""What a manifest states, by type: judged once, so that who reads it later need not ask.

Any of these may be missing: a manifest made by hand has few. What makes a model a model
(:mod:`models.artifact`) is judged there.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from data.vocabulary import CAUSES, SETTINGS

Count = Annotated[int, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]
Who = Literal["floor", "model", "ceiling"]
Cause: Any = Literal[tuple(CAUSES)]
Place: Any = Literal[SETTINGS]


class Score(Struct):
    """How well one set of probabilities did."""

    log_loss: float
    top1: Share
    top3: Share
    calibration_error: float
    dvt_recall: Share | None


class Figure(Struct):
    """What a figure rests on."""

    grade: str
    sources: list[str]


class Setting(Struct):
    """How common causes are in one place."""

    rates: dict[Cause, Share]
    source: str | list[str]
    note: str


class Doubt(Struct):
    """What was measured of the doubt about probabilities, by length of interview."""

    lengths: list[tuple[int, int]]
    tails: list[float]
    fit: list[list[float]]
    threshold: list[float]
    coverage: Share
    interval: tuple[Share, Share]
    misfit: Share
    unlisted_weight: Share
    measured: list[Share]


class Stated(Struct):
    """What is read of a manifest after the model is loaded."""

    cases: Count = 0
    test_cases: Count = 0
    scores: dict[str, dict[Who, Score]] | UnsetType = UNSET
    shortfalls: list[str] | UnsetType = UNSET
    settings: dict[Place, Setting] | UnsetType = UNSET
    figures: dict[str, dict[str, Figure]] | UnsetType = UNSET
    doubt: Doubt | UnsetType = UNSET


def garbled(manifest: Mapping[str, Any]) -> str | None:
    """What in a manifest is not as it has to be, and where; None if nothing is."""
    try:
        msgspec.convert(manifest, Stated)
    except msgspec.ValidationError as error:
        return str(error)
    return None
