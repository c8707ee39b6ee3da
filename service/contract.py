"""The shape of an answer, version 1: plain dicts that go out as JSON as they are."""

from typing import TypedDict

from service.contradictions import Contradiction
from service.rule import Urgency, Within
from service.safety_net import ComeBackIf
from service.wells import Wells


class Alert(TypedDict):
    """One danger that the answers point to; ``because`` names the findings that did."""

    id: str
    rules: list[str]
    urgency: Urgency
    within: Within
    title: str
    reason: str
    advice: str
    source: str
    because: list[str]


class Unasked(TypedDict):
    """A question not answered yet that could raise the urgency by these rules."""

    finding: str
    question: str
    could_raise_to: Urgency
    rules: list[str]


class CauseProbability(TypedDict):
    """One cause; ``group`` is null for ``none_of_these``."""

    cause: str
    label: str
    group: str | None
    probability: float


class ModelState(TypedDict):
    """Which model spoke, or why none did."""

    version: str | None
    status: str
    reason: str | None


class Assessment(TypedDict):
    """Everything said about one case."""

    urgency: Urgency
    urgency_basis: str
    rules_urgency: Urgency | None
    urgency_settled: bool
    alerts: list[Alert]
    unasked: list[Unasked]
    wells: Wells | None
    safety_net: list[ComeBackIf]
    causes: list[CauseProbability] | None
    warnings: list[Contradiction]
    model: ModelState
    vocabulary: str
    notice: str


class NextScreen(TypedDict):
    """Questions to ask together; without a model ``bits`` and ``changes_leading`` are null."""

    id: str
    question: str
    danger: bool
    findings: list[str]
    bits: float | None
    harm: float
    changes_leading: float | None


class OpenRule(TypedDict):
    """A rule that could still fire and raise the urgency, and the unanswered findings it reads."""

    rule: str
    urgency: Urgency
    findings: list[str]


class Stop(TypedDict):
    """Why to go on or to stop; the chances are null while a danger is open or without a model."""

    dangers_ruled_out: bool
    urgency_rises: float | None
    urgency_limit: float
    leading_changes: float | None
    leading_limit: float


class Next(TypedDict):
    """What to ask next, the most telling first, and whether to ask on at all."""

    done: bool
    stop: Stop
    screens: list[NextScreen]
    screens_left_estimate: int
    open: list[OpenRule]
    model: ModelState
    vocabulary: str
    notice: str
