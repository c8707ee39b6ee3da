"""The safety part of an assessment: a function of the answers alone."""

from dataclasses import dataclass
from typing import Final

from service.alerts import alerts
from service.conditions import Codes
from service.contradictions import warnings
from service.json_text import json_text
from service.questions import unasked
from service.rule import URGENCIES, Urgency
from service.safety_net import safety_net
from service.verdicts import DANGERS, NO_RULE, Verdicts, judge
from service.wells import scores


@dataclass(frozen=True)
class Safety:
    """What the rules say of one case."""

    urgency: Urgency | None  # None when no rule fired
    danger_open: bool  # a rule for an emergency or the same day could still fire
    text: str  # JSON text of the members from rules_urgency to safety_net, without braces
    warnings: str  # JSON text


_RULES: Final = [json_text(urgency) for urgency in URGENCIES] + ["null"]


def check(codes: Codes) -> list[Safety]:
    """Apply every rule to cases of codes, shape (n, findings)."""
    verdicts = judge(codes)
    parts = zip(
        verdicts.ranks,
        alerts(codes, verdicts),
        unasked(verdicts),
        scores(codes, verdicts),
        safety_net(verdicts),
        strict=True,
    )
    texts = [
        f'"rules_urgency":{_RULES[rank]},"urgency_settled":{"true" if asked == "[]" else "false"}'
        f',"alerts":{raised},"unasked":{asked},"wells":{wells},"safety_net":{net}'
        for rank, raised, asked, wells, net in parts
    ]
    return [
        Safety(None if rank == NO_RULE else URGENCIES[rank], could_fire & DANGERS != 0, *said)
        for rank, could_fire, *said in zip(
            verdicts.ranks, verdicts.could_fire, texts, _warnings(codes, verdicts), strict=True
        )
    ]


def _warnings(codes: Codes, verdicts: Verdicts) -> list[str]:
    found = map(verdicts.contradictions, verdicts.fired)
    return [
        json_text(warnings(row.tolist(), bits)) if bits else "[]"
        for row, bits in zip(codes, found, strict=True)
    ]
