"""The safety part of an assessment: a function of the answers alone."""

from collections.abc import Sequence

from msgspec import Raw, Struct
from msgspec.structs import replace

from data.arrays import Codes
from data.vocabulary import Urgency
from service.contract.safety import Caution
from service.safety.alerts import alerts
from service.safety.contradictions import cautions, renamed
from service.safety.safety_net import safety_net, signs
from service.safety.tables import FIRED, rows_of
from service.safety.unasked import unasked
from service.safety.verdicts import ORDERED, TABLES, Verdict, judge
from service.safety.wells import score


class Safety(Struct, frozen=True, gc=False, kw_only=True):
    """What the rules say of one case."""

    known: int  # findings that were answered
    fired: list[int]  # rules that fired, most urgent first, as positions in ORDERED
    rules: list[str]  # their ids
    danger_open: bool  # a rule for an emergency or the same day could still fire
    # Members of an answer (contract: Assessment).
    urgency: Urgency | None  # None when no rule fired
    alerts: list[Raw]
    unasked: list[Raw]
    wells: Raw
    safety_net: Raw
    warnings: list[Caution]


def check(codes: Codes, number: str = "") -> list[Safety]:
    """Apply every rule to cases of codes, shape (n, findings).

    ``number`` is the emergency number that advice names, if any.
    """
    cells = TABLES.cells(codes)
    completing = signs(cells[:, : len(ORDERED)])
    each = zip(rows_of(codes), judge(cells), completing, strict=True)
    return [_safety(*case, number) for case in each]


def _safety(case: bytes, verdict: Verdict, completing: bytes, number: str) -> Safety:
    contradictions = verdict.contradictions
    return Safety(
        known=len(case) - case.count(0),
        fired=verdict.fired,
        rules=[ORDERED[place].id for place in verdict.fired],
        danger_open=verdict.danger_open,
        urgency=verdict.urgency,
        alerts=alerts(verdict, number),
        unasked=unasked(verdict),
        wells=score(case, verdict),
        safety_net=safety_net(completing[: verdict.above], number),
        warnings=cautions(case, contradictions) if FIRED in contradictions else [],
    )


def with_former(safety: Safety, former: Sequence[str]) -> Safety:
    """The same, with a warning for each former id of a finding."""
    return replace(safety, warnings=[*safety.warnings, *renamed(former)])
