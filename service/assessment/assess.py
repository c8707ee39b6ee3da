"""From answers to an assessment: rules, then model, then what was not asked, then warnings.

An assessment is put together from parts that were written once, as JSON; who wants it as a plain
value reads it back.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Final

from msgspec import UNSET, Raw, Struct, UnsetType

from data.vocabulary import VERSION, Answers, Urgency
from data.wording import WORDING
from models.model import Model
from service.assessment.opinion import Cause, ModelProblem, Opinion, opinions
from service.assessment.optional_members import NO_MORE, beside
from service.assessment.urgency import reason, urgency_of, what_to_do
from service.contract.answers import Assessment, UrgencyBasis
from service.contract.json_text import json_text
from service.contract.safety import Caution
from service.reading.cases import Cases, cases_of
from service.safety.check import Safety, check, with_former

SLICE: Final = 256  # cases; what is worked out for a slice stays in the cache


class Counted(Struct, frozen=True, gc=False):
    """What may be counted of an assessment: nothing that tells whose it is."""

    known: int  # findings that were answered
    urgency: Urgency
    rules: list[str]  # that fired
    likeliest: str | None  # cause


class Answer(Struct, gc=False):
    """An assessment as it goes out, of parts that were written once (contract: Assessment)."""

    urgency: Urgency
    urgency_basis: UrgencyBasis
    urgency_causes: Sequence[str]
    what_to_do: str
    urgency_reason: str
    rules_urgency: Urgency | None
    urgency_settled: bool
    alerts: list[Raw]
    unasked: list[Raw]
    wells: Raw
    safety_net: Raw
    causes: list[Cause] | None
    warnings: list[Caution]
    model: Raw
    prevalence: Raw | UnsetType = UNSET
    explanation: Raw | UnsetType = UNSET
    doubt: Raw | UnsetType = UNSET
    steady: Raw | UnsetType = UNSET
    vocabulary: str = VERSION
    notice: str = WORDING.service("notice")


class Said(Struct, frozen=True, gc=False):
    """An assessment, and what of it may be counted."""

    answer: Answer
    counted: Counted


def assess(
    answers: Answers, model: Model | ModelProblem | None, emergency_number: str = ""
) -> Assessment:
    """Say all there is to say about one case; a model that is None is missing.

    ``emergency_number`` is the one that advice names, if any.
    """
    return assess_batch([answers], model, emergency_number)[0]


def assess_batch(
    cases: Sequence[Answers], model: Model | ModelProblem | None, emergency_number: str = ""
) -> list[Assessment]:
    """Assess every case as if it were alone."""
    each = assess_each(cases_of(cases), model, emergency_number)
    return [json.loads(json_text(said.answer)) for said in each]


def assess_each(
    cases: Cases, model: Model | ModelProblem | None, emergency_number: str = ""
) -> Iterator[Said]:
    """Assess every case as if it were alone."""
    for part in cases.parts(SLICE):
        yield from _assess(part, model, emergency_number)


def _assess(cases: Cases, model: Model | ModelProblem | None, number: str) -> Iterator[Said]:
    spoken = opinions(cases.codes, cases.children, model)
    safe = check(cases.codes, number)
    if cases.former is not None:
        safe = list(map(with_former, safe, cases.former))
    if cases.options is None:
        return map(_said, safe, spoken, cases.children, repeat(number))
    pairs = beside(cases, spoken, model)
    opinion, members = [p.opinion for p in pairs], [p.members for p in pairs]
    return map(_said, safe, opinion, cases.children, repeat(number), members)


def _said(
    safety: Safety, opinion: Opinion, child: bool, number: str, more: Mapping[str, Raw] = NO_MORE
) -> Said:
    urgency, basis = urgency_of(safety.urgency, opinion.urgency, safety.danger_open, child)
    causes = opinion.raising if basis == "model" else ()
    answer = Answer(
        urgency,
        basis,
        causes,
        what_to_do(urgency, safety.danger_open, number),
        reason(urgency, basis, causes, safety.fired, child, safety.danger_open),
        safety.urgency,
        not safety.unasked,
        safety.alerts,
        safety.unasked,
        safety.wells,
        safety.safety_net,
        opinion.causes,
        safety.warnings,
        opinion.state,
    )
    for name, member in more.items():
        setattr(answer, name, member)
    return Said(answer, Counted(safety.known, urgency, safety.rules, opinion.likeliest))
