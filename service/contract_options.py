"""The shape of what an answer holds only where a request asks for it."""

from typing import TypedDict

from data.vocabulary import Urgency


class Basis(TypedDict):
    """Answers that hang together, and what the figures behind them rest on."""

    findings: list[str]
    grade: str
    sources: list[str]
    assumed: bool


class Contribution(Basis):
    """What they add to the log-odds of a cause."""

    decibans: float


class CauseReasons(TypedDict):
    """A cause's log-odds in decibans: ``prior`` and all ``contributions`` sum to ``total``."""

    cause: str
    prior: Contribution
    contributions: list[Contribution]
    total: float
    assumed_share: float


class Toppled(TypedDict):
    """One answer that, had it been this one, would make another cause lead."""

    finding: str
    answer: str
    leading: str
    probability: float


class Explanation(TypedDict):
    """Why the leading causes lead; ``enough`` is an irreducible set of answers for the first."""

    method: str
    causes: list[CauseReasons]
    enough: list[str]
    toppled_by: Toppled | None
    assumed_share: float
    sources: dict[str, str]


class Prevalence(TypedDict):
    """How common the causes were taken to be; ``setting`` is null where the caller said."""

    setting: str | None
    rates: dict[str, float]
    sources: list[str]
    note: str


class Interval(TypedDict):
    """Probabilities of a cause over worlds that the evidence allows."""

    cause: str
    low: float
    high: float


class CauseSet(TypedDict):
    """Causes among which the true one is in ``coverage`` of simulated cases of this length."""

    causes: list[str]
    coverage: float
    measured_coverage: float


class Doubt(TypedDict):
    """How sure the model can be; ``set`` and ``fit`` are null below three answers.

    ``fit`` is the share of simulated cases of this length that are as unusual, or more.
    """

    intervals: list[Interval]
    worlds: int
    set: CauseSet | None
    fit: float | None
    fits: bool | None
    advice: str | None


class Turn(TypedDict):
    """An answer that, if it is wrong, may change the urgency to this one."""

    finding: str
    urgency: Urgency


class SteadyUrgency(TypedDict):
    """Whether the urgency hangs on one answer; the changes that move it furthest."""

    holds_if_any_one_answer_is_wrong: bool
    falls: Turn | None
    rises: Turn | None


class SteadyCause(TypedDict):
    """Whether the leading cause hangs on one answer, and on which it hangs most."""

    holds_if_any_one_answer_is_wrong: bool
    toppled_by: list[str]
    matters_most: str | None


class Steady(TypedDict):
    """What would become of the answer if any one of the answers given were wrong."""

    urgency: SteadyUrgency
    leading_cause: SteadyCause
