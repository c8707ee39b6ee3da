"""The shape of the safety part of an answer: a function of the answers alone."""

from typing import Annotated, Final, Literal, TypedDict, get_args

from data.vocabulary import Urgency
from service.contract.described import says

Within = Literal["minutes", "today", "days", "two_weeks"]
TIMES: Final[tuple[Within, ...]] = get_args(Within)  # shortest first


class Alert(TypedDict):
    """One danger that the answers point to; ``because`` names the findings that did."""

    id: Annotated[str, says("Id of the danger, the first part of the ids of its rules.")]
    rules: Annotated[list[str], says("Ids of the rules that fired, the most urgent first.")]
    urgency: Annotated[Urgency, says("Urgency of the most urgent of these rules.")]
    within: Annotated[Within, says("Time within which to act.")]
    title: Annotated[str, says("What it may be, in plain words.")]
    reason: Annotated[str, says("Why these rules fired, in plain words.")]
    advice: Annotated[str, says("What to do, and what not to do, in plain words.")]
    source: Annotated[str, says("What the rules rest on, as citations.")]
    because: Annotated[list[str], says("Ids of the findings whose answers raised it.")]


class Unasked(TypedDict):
    """A question not answered yet that could raise the urgency by these rules."""

    finding: Annotated[str, says("Id of the finding.")]
    question: Annotated[str, says("The question, in plain words.")]
    could_raise_to: Annotated[Urgency, says("Most urgent that an answer could make it.")]
    rules: Annotated[list[str], says("Ids of the rules that read the answer.")]


class ComeBackIf(TypedDict):
    """A danger that one new sign would complete, and what to do then."""

    sign: Annotated[str, says("The new sign, in plain words.")]
    finding: Annotated[str, says("Id of the finding that it is an answer to.")]
    levels: Annotated[list[str], says("Answers that would make the rule fire.")]
    rule: Annotated[str, says("Id of that rule.")]
    urgency: Annotated[Urgency, says("How urgent it would be then.")]
    within: Annotated[Within, says("Time within which to act then.")]
    advice: Annotated[str, says("What to do then, in plain words.")]


class Wells(TypedDict):
    """Points of the two-level score without the -2, which is a clinician's to give.

    ``possible_points`` counts every item that is not known as given. As long as they could
    still lead to another stratum, none is named.
    """

    points: Annotated[int, says("Points that are given.")]
    possible_points: Annotated[int, says("Points if every item that is not known were given.")]
    given: Annotated[list[str], says("Items that are given, in plain words.")]
    unknown: Annotated[list[str], says("Items that are not known.")]
    stratum: Annotated[str | None, says("Likely or unlikely, or null while it is open.")]
    published_share: Annotated[float | None, says("Share of clots published for the stratum.")]
    source: Annotated[str, says("Citation of that share.")]
    note: Annotated[str, says("How to read the score.")]


class Caution(TypedDict):
    """Findings to look at again, and why."""

    findings: Annotated[list[str], says("Ids of the findings.")]
    detail: Annotated[str, says("What is odd about them, in plain words.")]
