"""The shape of what is said whatever the case: questions, causes, rules, model and health."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from data.vocabulary import Kind, Urgency
from service.contract.answers import VocabularyVersion
from service.contract.described import says
from service.contract.safety import Within


class FindingEntry(TypedDict):
    """One question; levels with their words, or limits and unit of a number."""

    finding: Annotated[str, says("Id of the finding.")]
    group: Annotated[str, says("Id of its group.")]
    kind: Annotated[Kind, says("What its answers are; those of an ordinal one have an order.")]
    question: Annotated[str, says("The question, in plain words.")]
    levels: NotRequired[Annotated[dict[str, str], says("Answers, each with its plain words.")]]
    minimum: NotRequired[Annotated[float, says("Lowest number that is taken.")]]
    maximum: NotRequired[Annotated[float, says("Highest number that is taken.")]]
    unit: NotRequired[Annotated[str, says("Unit of the number.")]]


class Findings(TypedDict):
    """Every question, in the order of the vocabulary."""

    vocabulary: VocabularyVersion
    findings: Annotated[list[FindingEntry], says("All of them.")]
    retired: Annotated[dict[str, str], says("Former ids, which are still taken: the id now.")]


class CauseEntry(TypedDict):
    """One cause; ``group`` is null for ``none_of_these``."""

    cause: Annotated[str, says("Id of the cause.")]
    group: Annotated[str | None, says("Id of its group.")]
    label: Annotated[str, says("Its name, in plain words.")]
    description: Annotated[str, says("What it is, in plain words.")]


class Causes(TypedDict):
    """Every cause, in the order of every tie."""

    vocabulary: VocabularyVersion
    causes: Annotated[list[CauseEntry], says("All of them.")]


class RuleEntry(TypedDict):
    """One safety rule, as it is applied."""

    id: Annotated[str, says("Id of the rule, which no other rule will ever have.")]
    alert: Annotated[str, says("Id of the danger that it warns of.")]
    urgency: Annotated[Urgency, says("How urgent that danger is.")]
    within: Annotated[Within, says("Time within which to act.")]
    title: Annotated[str, says("What it may be, in plain words.")]
    reason: Annotated[str, says("When it fires, in plain words.")]
    advice: Annotated[str, says("What to do, and what not to do, in plain words.")]
    condition: Annotated[str, says("When it fires, exactly.")]
    source: Annotated[str, says("What it rests on, as a citation.")]


class Rules(TypedDict):
    """Every safety rule; the certificate is ``valid`` if it is of these very rules."""

    vocabulary: VocabularyVersion
    certificate: Annotated[dict[str, Any], says("What was proven of the rules, and of which.")]
    rules: Annotated[list[RuleEntry], says("All of them.")]


class ServedModel(TypedDict):
    """The served model with its manifest, but for the golden cases; or why there is none."""

    version: Annotated[str | None, says("Version of the model, null if there is none.")]
    status: Annotated[Literal["ok", "missing", "refused"], says("Whether there is one.")]
    reason: Annotated[str | None, says("Why there is none, for whoever runs the service.")]
    manifest: NotRequired[Annotated[dict[str, Any], says("What it was made from, and scores.")]]


class Live(TypedDict):
    """The process runs."""

    status: Annotated[Literal["ok"], says("Always this.")]


class Ready(TypedDict):
    """``ok``, or ``degraded`` and why: the rules answer, and no model or not the promoted one."""

    status: Annotated[Literal["ok", "degraded"], says("Whether the promoted model answers too.")]
    reason: Annotated[str | None, says("Why it does not, for whoever runs the service.")]
