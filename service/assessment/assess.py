"""From answers to an assessment: rules, then model, then what was not asked, then warnings.

An assessment is put together from parts that were written once, as JSON; who wants it as a plain
value reads it back.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, Final

from msgspec import Raw, Struct

from data.vocabulary import VERSION, Answers, Urgency
from data.wording import WORDING
from models.model import Model
from service.assessment.opinion import ModelProblem, Opinion, opinions
from service.assessment.optional_members import NO_MORE, beside
from service.assessment.urgency import reason, urgency_of, what_to_do
from service.contract.answers import Assessment
from service.contract.json_text import json_text
from service.reading.cases import Cases, cases_of
from service.safety.check import Safety, check, with_former

NOTICE: Final = WORDING.service("notice")
SLICE: Final = 256  # cases; what is worked out for a slice stays in the cache


class Counted(Struct, frozen=True, gc=False, kw_only=True):
    """What may be counted of an assessment: nothing that tells whose it is."""

    known: int  # findings that were answered
    urgency: Urgency
    rules: list[str]  # that fired
    likeliest: str | None  # cause


class Assessed(Struct, frozen=True, gc=False):
    """An assessment, and what of it may be counted."""

    answer: dict[str, Any]  # contract: Assessment; parts that were written once are Raw
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
    return [json.loads(json_text(one.answer)) for one in each]


def assess_each(
    cases: Cases, model: Model | ModelProblem | None, emergency_number: str = ""
) -> Iterator[Assessed]:
    """Assess every case as if it were alone."""
    for part in cases.parts(SLICE):
        yield from _assess(part, model, emergency_number)


def _assess(cases: Cases, model: Model | ModelProblem | None, number: str) -> Iterator[Assessed]:
    spoken = opinions(cases.codes, cases.children, model)
    safe = check(cases.codes, number)
    if cases.former is not None:
        safe = list(map(with_former, safe, cases.former))
    if cases.options is None:
        return map(_assessed, safe, spoken, cases.children, repeat(number))
    pairs = beside(cases, spoken, model)
    opinion, members = [p.opinion for p in pairs], [p.members for p in pairs]
    return map(_assessed, safe, opinion, cases.children, repeat(number), members)


def _assessed(
    safety: Safety,
    opinion: Opinion,
    child: bool,
    number: str,
    optional: Mapping[str, Raw] = NO_MORE,
) -> Assessed:
    urgency, basis = urgency_of(safety.urgency, opinion.urgency, safety.danger_open, child)
    causes = opinion.raising if basis == "model" else ()
    answer = {
        "urgency": urgency,
        "urgency_basis": basis,
        "urgency_causes": causes,
        "what_to_do": what_to_do(urgency, safety.danger_open, number),
        "urgency_reason": reason(urgency, basis, causes, safety.fired, child, safety.danger_open),
        "rules_urgency": safety.urgency,
        "urgency_settled": not safety.unasked,
        "alerts": safety.alerts,
        "unasked": safety.unasked,
        "wells": safety.wells,
        "safety_net": safety.safety_net,
        "causes": opinion.causes,
        "warnings": safety.warnings,
        "model": opinion.state,
        **optional,
        "vocabulary": VERSION,
        "notice": NOTICE,
    }
    counted = Counted(
        known=safety.known, urgency=urgency, rules=safety.rules, likeliest=opinion.likeliest
    )
    return Assessed(answer, counted)
