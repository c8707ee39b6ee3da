"""From answers to an assessment: rules, then model, then what was not asked, then warnings."""

from collections.abc import Sequence
from typing import Literal

from data.vocabulary import VERSION, Answers
from data.wording import WORDING
from models.artifact import Model
from service.alerts import Safety, check
from service.contract import Assessment
from service.contradictions import warnings
from service.opinion import ModelProblem, Opinion, opinions, under_age
from service.rule import Urgency, most_urgent
from service.safety_net import safety_net
from service.wells import score

Basis = Literal["rules", "model", "none"]


def assess(answers: Answers, model: Model | ModelProblem | None) -> Assessment:
    """Say all there is to say about one case; a model that is None is missing."""
    return assess_batch([answers], model)[0]


def assess_batch(cases: Sequence[Answers], model: Model | ModelProblem | None) -> list[Assessment]:
    """Assess every case as if it were alone; the model is evaluated once."""
    spoken = opinions(cases, model)
    return [_assessment(case, opinion) for case, opinion in zip(cases, spoken, strict=True)]


def _assessment(answers: Answers, opinion: Opinion) -> Assessment:
    safety = check(answers)
    urgency, basis = _urgency(safety, opinion.urgency, under_age(answers))
    return {
        "urgency": urgency,
        "urgency_basis": basis,
        "rules_urgency": safety.urgency,
        "urgency_settled": not safety.unasked,
        "alerts": safety.alerts,
        "unasked": safety.unasked,
        "wells": score(answers),
        "safety_net": safety_net(answers, safety.urgency),
        "causes": opinion.causes,
        "warnings": warnings(answers),
        "model": opinion.state,
        "vocabulary": VERSION,
        "notice": WORDING.service("notice"),
    }


def _urgency(safety: Safety, model: Urgency | None, child: bool) -> tuple[Urgency, Basis]:
    """Most urgent of what the rules and the model say, and which of them said it."""
    if model is None or (model == "self_care" and safety.danger_open):
        model = "undetermined"
    said: list[tuple[Urgency, Basis]] = [(model, "none" if model == "undetermined" else "model")]
    if child:
        said.append(("soon", "none"))
    if safety.urgency:
        said.insert(0, (safety.urgency, "rules"))
    urgency = most_urgent(urgency for urgency, _ in said)
    return next(pair for pair in said if pair[0] == urgency)
