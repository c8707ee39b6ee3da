"""What the rules say of one case: a function of its answers alone."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from data.vocabulary import FINDINGS, Answers
from data.wording import SOURCES, WORDING
from service.contract import Alert, Unasked
from service.local import localised
from service.rule import URGENCIES, Rule, Urgency, most_urgent
from service.safety import RULES

DANGERS: tuple[Urgency, ...] = ("emergency", "same_day")
# Assumptions that only order questions: how bad it is to miss a danger, and how often a sign
# that nobody mentioned turns out to be there.
HARM: Final = {"emergency": 10.0, "same_day": 3.0, "soon": 0.3}
SIGN: Final = 0.05


@dataclass(frozen=True)
class Safety:
    """Alerts raised, and the questions that could still raise more."""

    urgency: Urgency | None  # None when no rule fired
    alerts: list[Alert]  # most urgent first
    unasked: list[Unasked]  # by expected harm, then in vocabulary order
    danger_open: bool  # a rule for an emergency or the same day could still fire


def check(answers: Answers) -> Safety:
    """Apply every rule."""
    values = [rule.condition.value(answers) for rule in RULES]
    fired = [rule for rule, value in zip(RULES, values, strict=True) if value == "fired"]
    still_open = [rule for rule, value in zip(RULES, values, strict=True) if value == "could_fire"]
    urgency = most_urgent(rule.action.urgency for rule in fired) if fired else None
    return Safety(
        urgency,
        _alerts(fired, answers),
        _unasked([rule for rule in still_open if _above(rule, urgency)], answers),
        any(rule.action.urgency in DANGERS for rule in still_open),
    )


def _above(rule: Rule, urgency: Urgency | None) -> bool:
    return urgency is None or _rank(rule) < URGENCIES.index(urgency)


def _rank(rule: Rule) -> int:
    return URGENCIES.index(rule.action.urgency)


def _alerts(fired: Iterable[Rule], answers: Answers) -> list[Alert]:
    groups: dict[str, list[Rule]] = {}
    for rule in sorted(fired, key=_rank):
        groups.setdefault(rule.alert, []).append(rule)
    return [_alert(rules, answers) for rules in groups.values()]


def _alert(rules: Sequence[Rule], answers: Answers) -> Alert:
    """One alert of the rules of one condition, the most urgent of them first."""
    action = rules[0].action
    because = {finding for rule in rules for finding in rule.condition.because(answers)}
    return {
        "id": rules[0].alert,
        "rules": [rule.id for rule in rules],
        "urgency": action.urgency,
        "within": action.within,
        "title": action.title,
        "reason": " ".join(rule.reason(answers) for rule in rules),
        "advice": localised(action.advice),
        "source": "; ".join(dict.fromkeys(SOURCES[rule.source].citation for rule in rules)),
        "because": [finding for finding in FINDINGS if finding in because],
    }


def _unasked(still_open: Sequence[Rule], answers: Answers) -> list[Unasked]:
    """Every unanswered finding that a rule which could still fire reads."""
    readers: dict[str, list[Rule]] = {}
    harm: dict[str, float] = {}
    for rule in still_open:
        for finding in rule.condition.reads():
            if finding.id not in answers:
                readers.setdefault(finding.id, []).append(rule)
                expected = _harm(rule, finding.id, answers)
                harm[finding.id] = max(expected, harm.get(finding.id, 0.0))
    ordered = sorted(readers, key=lambda finding: (-harm[finding], FINDINGS[finding].index))
    return [_question(finding, readers[finding]) for finding in ordered]


def _harm(rule: Rule, finding: str, answers: Answers) -> float:
    """Harm avoided by asking, up to a factor: cost of the danger times the chance to find it."""
    others = rule.condition.missing(answers, given=finding)
    return HARM[rule.action.urgency] * math.pow(SIGN, others)


def _question(finding: str, rules: Sequence[Rule]) -> Unasked:
    return {
        "finding": finding,
        "question": WORDING.question(finding),
        "could_raise_to": most_urgent(rule.action.urgency for rule in rules),
        "rules": [rule.id for rule in rules],
    }
