"""The shape of an answer, version 1: plain dicts that go out as JSON as they are."""

from typing import Any, NotRequired, TypedDict

from data.vocabulary import Urgency
from service.contract_options import Doubt, Explanation, Prevalence, Steady
from service.contradictions import Caution
from service.request import Problem
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
    rules did, or nobody. The last members are there if they were asked for, and null if the
    model cannot answer.
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
    warnings: list[Caution]
    model: ModelState
    prevalence: NotRequired[Prevalence | None]
    explanation: NotRequired[Explanation | None]
    doubt: NotRequired[Doubt | None]
    steady: NotRequired[Steady | None]
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
    warnings: list[Caution]
    model: ModelState
    vocabulary: str
    notice: str


class Skipped(TypedDict):
    """In place of an assessment: what does not fit, where the batch skips such cases."""

    errors: list[Problem]


class FindingEntry(TypedDict):
    """One question; levels with their words, or limits and unit of a number."""

    finding: str
    group: str
    kind: str
    question: str
    levels: NotRequired[dict[str, str]]
    minimum: NotRequired[float]
    maximum: NotRequired[float]
    unit: NotRequired[str]


class Findings(TypedDict):
    """Every question, in the order of the vocabulary."""

    vocabulary: str
    findings: list[FindingEntry]
    retired: dict[str, str]  # former id: id now


class CauseEntry(TypedDict):
    """One cause; ``group`` is null for ``none_of_these``."""

    cause: str
    group: str | None
    label: str
    description: str


class Causes(TypedDict):
    """Every cause, in the order of every tie."""

    vocabulary: str
    causes: list[CauseEntry]


class RuleEntry(TypedDict):
    """One safety rule, as it is applied."""

    id: str
    alert: str
    urgency: Urgency
    within: Within
    title: str
    reason: str
    advice: str
    condition: str
    source: str


class Rules(TypedDict):
    """Every safety rule; the certificate is ``valid`` if it is of these very rules."""

    vocabulary: str
    certificate: dict[str, Any]
    rules: list[RuleEntry]


class ServedModel(TypedDict):
    """The served model with its manifest, but for the golden cases; or why there is none."""

    version: str | None
    status: str
    reason: str | None
    manifest: NotRequired[dict[str, Any]]


class Live(TypedDict):
    """The process runs."""

    status: str


class Ready(TypedDict):
    """``ok``, or ``degraded`` and why: the rules answer, and no model or not the promoted one."""

    status: str
    reason: str | None


class ProblemDocument(TypedDict):
    """An error (RFC 9457); ``errors`` lists where a request does not fit."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Problem]
