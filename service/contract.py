"""The shape of an answer, version 1: plain dicts that go out as JSON as they are."""

from typing import TypedDict

from data.vocabulary import Urgency
from service.contradictions import Contradiction
from service.rule import Within
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
    """Everything said about one case.

    ``urgency_causes`` are those whose probability made it as urgent as it is; none where the
    rules did, or nobody.
    """

    urgency: Urgency
    urgency_basis: str
    urgency_causes: list[str]
    what_to_do: str
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
