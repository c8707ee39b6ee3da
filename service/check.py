"""The safety part of an assessment: a function of the answers alone."""

import json
from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from data.vocabulary import URGENCIES, Urgency
from service.alerts import alerts
from service.conditions import Codes
from service.contradictions import cautions, renamed
from service.json_text import json_text
from service.questions import unasked
from service.safety_net import safety_net, signs
from service.tables import FIRED
from service.verdicts import ORDERED, TABLES, Verdict, judge_cells
from service.wells import score

_TEXT: Final[dict[str | None, str]] = {
    None: "null",
    **{urgency: json_text(urgency) for urgency in URGENCIES},
}


class Safety(Struct, frozen=True, gc=False):
    """What the rules say of one case."""

    known: int  # findings that were answered
    urgency: Urgency | None  # None when no rule fired
    rules: list[str]  # that fired
    danger_open: bool  # a rule for an emergency or the same day could still fire
    text: str  # JSON text of the members from rules_urgency to safety_net, without braces
    warnings: str  # JSON text


def check(codes: Codes, number: str = "") -> list[Safety]:
    """Apply every rule to cases of codes, shape (n, findings).

    ``number`` is the emergency number that advice names, if any.
    """
    cells = TABLES.cells(codes)
    completing = signs(cells[:, : len(ORDERED)])
    each = zip(map(bytes, codes), judge_cells(cells), completing, strict=True)
    return [_safety(*case, number) for case in each]


def _safety(case: bytes, verdict: Verdict, completing: bytes, number: str) -> Safety:
    urgency, asked = verdict.urgency, unasked(verdict)
    text = (
        f'"rules_urgency":{_TEXT[urgency]},"urgency_settled":{"true" if asked == "[]" else "false"}'
        f',"alerts":{alerts(verdict, number)},"unasked":{asked},"wells":{score(case, verdict)}'
        f',"safety_net":{safety_net(completing[: verdict.above], number)}'
    )
    rules = [ORDERED[place].id for place in verdict.fired]
    warnings = _warnings(case, verdict.contradictions)
    known = len(case) - case.count(0)
    return Safety(known, urgency, rules, verdict.danger_open, text, warnings)


def _warnings(case: bytes, values: bytes) -> str:
    return json_text(cautions(case, values)) if FIRED in values else "[]"


def with_former(safety: Safety, former: Sequence[str]) -> Safety:
    """The same, with a warning for each former id of a finding."""
    told = [*json.loads(safety.warnings), *renamed(former)]
    return replace(safety, warnings=json_text(told))
