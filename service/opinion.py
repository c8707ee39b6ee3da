"""What the model says of a case, or why it says nothing; whatever it does, nothing is raised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final, Literal, cast

from data.vocabulary import CAUSES, UNDER_AGE, Answers
from data.wording import WORDING
from models.artifact import Care, Model
from models.encoder import encode
from service.contract import CauseProbability, ModelState
from service.rule import Urgency, most_urgent

Status = Literal["ok", "missing", "refused", "failed", "not_applicable"]
NONE_OF_THESE: Final = list(CAUSES).index("none_of_these")


@dataclass(frozen=True)
class ModelProblem:
    """Why there is no model to ask; ``detail`` is for whoever runs the service."""

    status: Literal["missing", "refused"]
    detail: str


@dataclass(frozen=True)
class Opinion:
    """The model's part of an answer; without causes there is no urgency either."""

    state: ModelState
    causes: list[CauseProbability] | None = None
    urgency: Urgency | None = None


def opinions(cases: Sequence[Answers], model: Model | ModelProblem | None) -> list[Opinion]:
    """One opinion a case; the model is asked once, about the adults."""
    adults = [case for case in cases if not under_age(case)]
    if isinstance(model, ModelProblem) or model is None:
        status: Status = model.status if model else "missing"
        asked = [_silent(status, f"model_{status}", None)] * len(adults)
    else:
        asked = _ask(model, adults) if adults else []
    child = _silent("not_applicable", "under_18", getattr(model, "version", None))
    rest = iter(asked)
    return [child if under_age(case) else next(rest) for case in cases]


def under_age(case: Answers) -> bool:
    """Whether the case is too young for the figures that the model was trained on."""
    return case.get("age") == UNDER_AGE


def _silent(status: Status, reason: str, version: str | None) -> Opinion:
    return Opinion({"version": version, "status": status, "reason": WORDING.service(reason)})


def _ask(model: Model, cases: Sequence[Answers]) -> list[Opinion]:
    """All at once; where that fails, each by itself, so that a case costs no other its causes."""
    try:
        rows = model.predict_proba(encode(cases))
        if rows.shape != (len(cases), len(CAUSES)):
            raise ValueError("wrong shape")
        return [_opinion(model, row) for row in rows.tolist()]
    except Exception:  # a wrong model may raise anything
        if len(cases) == 1:
            return [_silent("failed", "model_failed", model.version)]
        return [opinion for case in cases for opinion in _ask(model, [case])]


def _opinion(model: Model, row: Sequence[float]) -> Opinion:
    if not (min(row) >= 0 and abs(fsum(row) - 1) <= 1e-9):  # NaN fails the sum
        raise ValueError("not probabilities")
    state: ModelState = {"version": model.version, "status": "ok", "reason": None}
    return Opinion(state, _causes(row), _urgency(row, model.care))


def _causes(row: Sequence[float]) -> list[CauseProbability]:
    """Likeliest first; the sort is stable, so ties keep the vocabulary's order."""
    return [
        {"cause": cause, "label": WORDING.label(cause), "group": group, "probability": p}
        for p, (cause, group) in sorted(zip(row, CAUSES.items(), strict=True), key=lambda x: -x[0])
    ]


def _urgency(row: Sequence[float], care: Mapping[str, Care]) -> Urgency:
    """Most urgent care of the causes that reach their threshold; self-care where none does."""
    least: Urgency = "soon" if row.index(max(row)) == NONE_OF_THESE else "self_care"
    cared = zip((care[cause] for cause in CAUSES), row, strict=True)
    reached = [entry.urgency for entry, p in cared if p >= entry.threshold]
    return most_urgent([least, *cast(list[Urgency], reached)])
