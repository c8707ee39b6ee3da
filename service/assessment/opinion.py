"""What the model says of a case, or why it says nothing; whatever it does, nothing is raised."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from operator import attrgetter
from typing import Final, Literal

import numpy as np
from msgspec import Raw, Struct

from data.arrays import Codes, Floats, Ints
from data.vocabulary import CAUSES, URGENCIES, Urgency
from data.wording import WORDING
from models.model import Model
from service.contract.answers import ModelState, ModelStatus
from service.contract.json_text import json_text, part
from service.safety.tables import rows_of

UNLISTED: Final = "none_of_these"


class Cause(Struct, gc=False):
    """A cause as it goes out (contract: CauseProbability)."""

    cause: Raw  # its id, and the members label and group
    probability: float


def _written(cause: str, group: str | None) -> Raw:
    """What never changes of a cause, written once."""
    members = json_text({"label": WORDING.label(cause), "group": group})[1:-1]
    return Raw(json_text(cause) + b"," + members)


_IDS: Final = list(CAUSES)
_CAUSES: Final = list(map(_written, CAUSES, CAUSES.values()))
_SELF_CARE, _SOON = URGENCIES.index("self_care"), URGENCIES.index("soon")
_UNLISTED: Final = _IDS.index(UNLISTED)
_PROBABILITY: Final = attrgetter("probability")


@dataclass(frozen=True)
class ModelProblem:
    """Why there is no model to ask; ``detail`` is for whoever runs the service."""

    status: Literal["missing", "refused"]
    detail: str


class Opinion(Struct, frozen=True, gc=False):
    """The model's part of an answer; without causes there is no urgency either."""

    state: Raw  # contract: ModelState
    causes: list[Cause] | None = None  # all, the likeliest first
    urgency: Urgency | None = None
    raising: tuple[str, ...] = ()  # causes for which it is that urgent
    likeliest: str | None = None  # cause


def opinions(
    codes: Codes, children: Sequence[bool], model: Model | ModelProblem | None
) -> list[Opinion]:
    """One opinion a case; the model is asked once, about the adults."""
    adults = codes[[not child for child in children]] if any(children) else codes
    if isinstance(model, ModelProblem) or model is None:
        status: ModelStatus = model.status if model else "missing"
        asked = [_silent(status, f"model_{status}", None)] * len(adults)
    else:
        asked = _ask(model, adults) if len(adults) else []
    if len(asked) == len(children):
        return asked
    young = _silent("not_applicable", "under_18", getattr(model, "version", None))
    rest = iter(asked)
    return [young if child else next(rest) for child in children]


def _silent(status: ModelStatus, reason: str, version: str | None) -> Opinion:
    return Opinion(_state(version, status, WORDING.service(reason)))


@lru_cache(maxsize=64)
def _state(version: str | None, status: ModelStatus, reason: str | None) -> Raw:
    state: ModelState = {"version": version, "status": status, "reason": reason}
    return part(state)


def _ask(model: Model, codes: Codes) -> list[Opinion]:
    """All at once; where that fails, each by itself, so that a case costs no other its causes."""
    try:
        rows = model.predict_proba(codes)
        if rows.shape != (len(codes), len(CAUSES)):
            raise ValueError("wrong shape")
        state, ranks = _state(model.version, "ok", None), model_ranks(rows, model).tolist()
        each = zip(rows.tolist(), rows_of(rows >= model.thresholds), ranks, strict=True)
        return [_opinion(*case, model.urgencies, state) for case in each]
    except Exception:  # a wrong model may raise anything
        if len(codes) == 1:
            return [_silent("failed", "model_failed", model.version)]
        return [opinion for i in range(len(codes)) for opinion in _ask(model, codes[i : i + 1])]


def model_ranks(rows: Floats, model: Model) -> Ints:
    """Urgency that the model gives each row of probabilities, as a position in URGENCIES, (n,).

    The most urgent care of the causes that reach their threshold, and soon if none of them leads.
    """
    reached = np.where(rows >= model.thresholds, _care_ranks(model.urgencies), _SELF_CARE)
    ranks: Ints = reached.min(axis=1)
    unlisted_leads = rows.argmax(axis=1) == _UNLISTED
    ranks[unlisted_leads] = np.minimum(ranks[unlisted_leads], _SOON)
    return ranks


@lru_cache(maxsize=64)
def _care_ranks(care: tuple[str, ...]) -> Ints:
    """The care of each cause, as positions in URGENCIES."""
    return np.array([URGENCIES.index(urgency) for urgency in care])


def _opinion(
    row: list[float], reached: bytes, rank: int, care: tuple[str, ...], state: Raw
) -> Opinion:
    """What probabilities say, given which reach the threshold of their cause's care."""
    causes = list(map(Cause, _CAUSES, row))
    causes.sort(key=_PROBABILITY, reverse=True)  # stable: ties keep the vocabulary's order
    _check(row, causes[-1].probability)
    likeliest, urgency = _IDS[row.index(causes[0].probability)], URGENCIES[rank]
    return Opinion(state, causes, urgency, _raising(reached, likeliest, care, urgency), likeliest)


def _check(row: Sequence[float], least: float) -> None:
    """ValueError if these are no probabilities, of which this is the least unless one is NaN."""
    if not (least >= 0 and abs(sum(row) - 1) <= 1e-9):  # NaN fails the sum
        raise ValueError("not probabilities")


@lru_cache(maxsize=4096)
def _raising(
    reached: bytes, likeliest: str, care: tuple[str, ...], urgency: Urgency
) -> tuple[str, ...]:
    """The causes that call for this urgency; none where nothing is raised."""
    if urgency == "self_care":
        return ()
    calls = [
        cause
        for cause, asked in compress(zip(_IDS, care, strict=True), reached)
        if asked == urgency
    ]
    if likeliest == UNLISTED and urgency == "soon":
        calls.append(likeliest)
    return tuple(dict.fromkeys(calls))
