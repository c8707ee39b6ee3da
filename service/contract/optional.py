"""The shape of what an answer holds only where a request asks for it."""

from typing import Annotated, TypedDict

from data.vocabulary import Urgency
from service.contract.described import says


class Basis(TypedDict):
    """Answers that hang together, and what the figures behind them rest on."""

    findings: Annotated[list[str], says("Ids of the findings; none for the prior.")]
    grade: Annotated[str, says("Worst grade of these figures: A, B or C for judgement.")]
    sources: Annotated[list[str], says("Keys of their sources.")]
    assumed: Annotated[bool, says("Whether not all of those sources were checked.")]


class Contribution(Basis):
    """What they add to the log-odds of a cause."""

    decibans: Annotated[float, says("What they add to the log-odds of the cause.")]


class CauseReasons(TypedDict):
    """A cause's log-odds in decibans: ``prior`` and all ``contributions`` sum to ``total``."""

    cause: Annotated[str, says("Id of the cause.")]
    prior: Annotated[Contribution, says("How common it is, before any answer.")]
    contributions: Annotated[list[Contribution], says("What the answers add, in groups.")]
    total: Annotated[float, says("Log-odds of the cause, in decibans.")]
    assumed_share: Annotated[float, says("Share of all these decibans that is assumed, 0 to 1.")]


class Toppled(TypedDict):
    """One answer that, had it been this one, would make another cause lead."""

    finding: Annotated[str, says("Id of the finding.")]
    answer: Annotated[str, says("The other answer, as a level of the finding.")]
    leading: Annotated[str, says("Id of the cause that would lead.")]
    probability: Annotated[float, says("Probability that this cause would have.")]


class Explanation(TypedDict):
    """Why the leading causes lead; ``enough`` is an irreducible set of answers for the first."""

    method: Annotated[str, says("How the decibans are worked out, in words.")]
    causes: Annotated[list[CauseReasons], says("Reasons for the three likeliest.")]
    enough: Annotated[list[str], says("Ids of findings whose answers alone make the first lead.")]
    toppled_by: Annotated[Toppled | None, says("The one answer that would topple it, if any.")]
    assumed_share: Annotated[float, says("That of the likeliest cause.")]
    sources: Annotated[dict[str, str], says("Citation of each source that is named, by its key.")]


class Prevalence(TypedDict):
    """How common the causes were taken to be; ``setting`` is null where the caller said."""

    setting: Annotated[str | None, says("Id of the setting.")]
    rates: Annotated[dict[str, float], says("Share of each cause; they sum to 1.")]
    sources: Annotated[list[str], says("Keys of the sources of the shares.")]
    note: Annotated[str, says("How far the shares can be trusted.")]


class Interval(TypedDict):
    """Probabilities of a cause over worlds that the evidence allows."""

    cause: Annotated[str, says("Id of the cause.")]
    low: Annotated[float, says("Lower end: one world in ten is below.")]
    high: Annotated[float, says("Upper end: one world in ten is above.")]


class CauseSet(TypedDict):
    """Causes among which the true one is in ``coverage`` of simulated cases of this length."""

    causes: Annotated[list[str], says("Ids of the causes, the likeliest first.")]
    coverage: Annotated[float, says("Share that was aimed at.")]
    measured_coverage: Annotated[float, says("Share that was found on other cases.")]


class Doubt(TypedDict):
    """How sure the model can be; ``set`` and ``fit`` are null below three answers.

    ``fit`` is the share of simulated cases of this length that are as unusual, or more.
    """

    intervals: Annotated[list[Interval], says("One for each cause, the likeliest first.")]
    worlds: Annotated[int, says("How many worlds were looked at.")]
    set: Annotated[CauseSet | None, says("Causes to reckon with.")]
    fit: Annotated[float | None, says("How usual the answers are, from 0 to 1.")]
    fits: Annotated[bool | None, says("Whether they fit what the model knows.")]
    advice: Annotated[str | None, says("What to do if they do not, in plain words.")]


class Turn(TypedDict):
    """An answer that, if it is wrong, may change the urgency to this one."""

    finding: Annotated[str, says("Id of the finding.")]
    urgency: Annotated[Urgency, says("The urgency with another answer.")]


class SteadyUrgency(TypedDict):
    """Whether the urgency hangs on one answer; the changes that move it furthest."""

    holds_if_any_one_answer_is_wrong: Annotated[bool, says("Whether it stays the same.")]
    falls: Annotated[Turn | None, says("What lowers it furthest.")]
    rises: Annotated[Turn | None, says("What raises it furthest.")]


class SteadyCause(TypedDict):
    """Whether the leading cause hangs on one answer, and on which it hangs most."""

    holds_if_any_one_answer_is_wrong: Annotated[bool, says("Whether it goes on leading.")]
    toppled_by: Annotated[list[str], says("Ids of findings that could topple it.")]
    matters_most: Annotated[str | None, says("Id of the finding that it hangs on most.")]


class Steady(TypedDict):
    """What would become of the answer if any one of the answers given were wrong."""

    urgency: Annotated[SteadyUrgency, says("What would become of the urgency.")]
    leading_cause: Annotated[SteadyCause, says("What would become of the likeliest cause.")]
