"""The shape of an answer, version 1: plain dicts that go out as JSON as they are."""

from typing import Annotated, Literal, NotRequired, TypedDict

from data.vocabulary import Urgency
from service.contract.described import says
from service.contract.optional import Doubt, Explanation, Prevalence, Steady
from service.contract.safety import Alert, Caution, ComeBackIf, Unasked, Wells

UrgencyBasis = Literal["rules", "model", "none"]
ModelStatus = Literal["ok", "missing", "refused", "failed", "not_applicable"]
VocabularyVersion = Annotated[str, says("Version of the findings and causes.")]
Notice = Annotated[str, says("What this is not; to be shown with every answer.")]


class CauseProbability(TypedDict):
    """One cause; ``group`` is null for ``none_of_these``."""

    cause: Annotated[str, says("Id of the cause.")]
    label: Annotated[str, says("Its name, in plain words.")]
    group: Annotated[str | None, says("Id of its group.")]
    probability: Annotated[float, says("From 0 to 1; those of all causes sum to 1.")]


class ModelState(TypedDict):
    """Which model spoke, or why none did."""

    version: Annotated[str | None, says("Version of the model, null if there is none.")]
    status: Annotated[ModelStatus, says("Whether it spoke, or what kept it from speaking.")]
    reason: Annotated[str | None, says("Why it did not, in plain words; null if it did.")]


class Assessment(TypedDict):
    """Everything said about one case.

    ``urgency_causes`` are those whose probability made it as urgent as it is; none where the
    rules did, or nobody. ``prevalence``, ``explanation``, ``doubt`` and ``steady`` are there if
    they were asked for, and null if the model cannot answer.
    """

    urgency: Annotated[Urgency, says("The most urgent of what the rules and the model say.")]
    urgency_basis: Annotated[UrgencyBasis, says("Who made it as urgent as it is.")]
    urgency_causes: Annotated[list[str], says("Ids of the causes that made it so.")]
    what_to_do: Annotated[str, says("What to do first, in plain words.")]
    urgency_reason: Annotated[str, says("Why it is this urgent, and which alert's time holds.")]
    rules_urgency: Annotated[Urgency | None, says("By the rules alone; null if none fired.")]
    urgency_settled: Annotated[bool, says("Whether no answer left could raise the rules' urgency.")]
    alerts: Annotated[list[Alert], says("Dangers, the most urgent first; none is no all-clear.")]
    unasked: Annotated[list[Unasked], says("What could still raise it, the most telling first.")]
    wells: Annotated[Wells | None, says("The Wells score; null if no sign or point is known.")]
    safety_net: Annotated[list[ComeBackIf], says("New signs with which to come back, at most 5.")]
    causes: Annotated[list[CauseProbability] | None, says("All, the likeliest first, if known.")]
    warnings: Annotated[list[Caution], says("What is odd about the answers, or their ids.")]
    model: Annotated[ModelState, says("Whether the model spoke, and which.")]
    prevalence: NotRequired[Annotated[Prevalence | None, says("The prevalence asked for.")]]
    explanation: NotRequired[Annotated[Explanation | None, says("Why, asked for by explain.")]]
    doubt: NotRequired[Annotated[Doubt | None, says("How sure that is, asked for by doubt.")]]
    steady: NotRequired[Annotated[Steady | None, says("Whether it holds, asked for by steady.")]]
    vocabulary: VocabularyVersion
    notice: Notice


class NextScreen(TypedDict):
    """Questions to ask together; without a model ``bits`` and ``changes_leading`` are null."""

    id: Annotated[str, says("Id of the screen.")]
    question: Annotated[str, says("What it asks about, in plain words.")]
    danger: Annotated[bool, says("Whether it is one of those that ask about dangers.")]
    findings: Annotated[list[str], says("Ids of its findings that have no answer yet.")]
    bits: Annotated[float | None, says("Information on the cause that is to be expected.")]
    harm: Annotated[float, says("Harm that the answers may avert, as a weight to order by.")]
    changes_leading: Annotated[float | None, says("Chance that another cause leads afterwards.")]


class OpenRule(TypedDict):
    """A rule that could still fire and raise the urgency, and the unanswered findings it reads."""

    rule: Annotated[str, says("Id of the rule.")]
    urgency: Annotated[Urgency, says("Urgency if it fires.")]
    findings: Annotated[list[str], says("Ids of the findings that it reads and nobody answered.")]


class Stop(TypedDict):
    """Why to go on or to stop; the chances are null while a danger is open or without a model."""

    dangers_ruled_out: Annotated[bool, says("Whether no rule for a danger is still open.")]
    urgency_rises: Annotated[float | None, says("Chance that the rest raises the model's urgency.")]
    urgency_limit: Annotated[float, says("Up to which that chance lets one stop.")]
    leading_changes: Annotated[float | None, says("Chance that it makes another cause lead.")]
    leading_limit: Annotated[float, says("Up to which that chance lets one stop.")]


class Next(TypedDict):
    """What to ask next, the most telling first, and whether to ask on at all."""

    done: Annotated[bool, says("Whether the interview may stop.")]
    stop: Annotated[Stop, says("What that was decided by.")]
    screens: Annotated[list[NextScreen], says("Screens with open questions, the next one first.")]
    screens_left_estimate: Annotated[int, says("How many are likely to be needed; 0 when done.")]
    open: Annotated[list[OpenRule], says("Rules that could still raise the rules' urgency.")]
    warnings: Annotated[list[Caution], says("What is odd about the answers, or their ids.")]
    model: Annotated[ModelState, says("Whether the model spoke, and which.")]
    vocabulary: VocabularyVersion
    notice: Notice
