"""From answers to an assessment: rules, then model, then what was not asked, then warnings.

An assessment is made as the JSON text that goes out, from parts that were written once; who
wants it as a value reads it back.
"""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from data.vocabulary import VERSION, Answers, Urgency
from data.wording import WORDING
from models.artifact import Model
from service.beside import beside
from service.cases import Cases, cases_of
from service.check import Safety, check, with_former
from service.contract import Assessment
from service.json_text import json_text
from service.local import emergency_number, localised
from service.opinion import ModelProblem, Opinion, opinions
from service.rule import most_urgent

Basis = Literal["rules", "model", "none"]
SLICE: Final = 256  # cases; what is worked out for a slice stays in the cache


class Said(NamedTuple):
    """An assessment, and what of it may be counted."""

    text: str  # JSON (contract: Assessment)
    urgency: Urgency
    rules: list[str]  # that fired
    likeliest: str | None  # cause


_LAST: Final = json_text({"vocabulary": VERSION, "notice": WORDING.service("notice")})[1:]


def assess(answers: Answers, model: Model | ModelProblem | None) -> Assessment:
    """Say all there is to say about one case; a model that is None is missing."""
    return assess_batch([answers], model)[0]


def assess_batch(cases: Sequence[Answers], model: Model | ModelProblem | None) -> list[Assessment]:
    """Assess every case as if it were alone; the model is evaluated once."""
    return [json.loads(said.text) for said in assess_each(cases_of(cases), model)]


def assess_each(cases: Cases, model: Model | ModelProblem | None) -> Iterator[Said]:
    """Assess every case as if it were alone."""
    spoken = opinions(cases.codes, cases.children, model)
    for start in range(0, len(spoken), SLICE):
        part = slice(start, start + SLICE)
        safe, children = check(cases.codes[part]), cases.children[part]
        if cases.former is not None:
            safe = list(map(with_former, safe, cases.former[part]))
        if cases.options is None:
            yield from map(_said, safe, spoken[part], children)
        else:
            asked = Cases(cases.codes[part], children, cases.options[part])
            pairs = beside(asked, spoken[part], model)
            yield from map(
                _said, safe, [p.opinion for p in pairs], children, [p.text for p in pairs]
            )


def _said(safety: Safety, opinion: Opinion, child: bool, more: str = "") -> Said:
    urgency, basis = _urgency(safety, opinion.urgency, child)
    raising = opinion.raising if basis == "model" else ()
    text = (
        f'{{"urgency":"{urgency}","urgency_basis":"{basis}",'
        f"{_what_to_do(raising, urgency, safety.danger_open, emergency_number())},"
        f'{safety.text},"causes":{opinion.causes},"warnings":{safety.warnings},'
        f'"model":{opinion.state}{more},{_LAST}'
    )
    return Said(text, urgency, safety.rules, opinion.likeliest)


@lru_cache(maxsize=1024)
def _what_to_do(causes: tuple[str, ...], urgency: Urgency, danger_open: bool, number: str) -> str:
    """Members urgency_causes and what_to_do; a danger that was not asked about is not for weeks."""
    words = WORDING.urgency(urgency)
    if urgency == "soon" and danger_open:
        words += f" {WORDING.service('still_open')}"
    members = {"urgency_causes": causes, "what_to_do": localised(words, number)}
    return json_text(members)[1:-1]


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
