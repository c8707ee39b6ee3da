"""Come back if: the new signs that would raise today's urgency, found from the rules."""

from collections.abc import Iterator
from typing import Final, TypedDict

from data.vocabulary import Answers
from service.local import localised
from service.rule import URGENCIES, Rule, Urgency, Within
from service.safety import RULES

MOST: Final = 5
LASTING: Final = frozenset({"risk", "onset_course"})  # groups in which nothing newly appears


class ComeBackIf(TypedDict):
    """A danger that one new sign would complete, and what to do then."""

    sign: str
    finding: str
    levels: list[str]
    rule: str
    urgency: Urgency
    within: Within
    advice: str


def safety_net(answers: Answers, urgency: Urgency | None) -> list[ComeBackIf]:
    """At most five, most urgent first and one for each alert; ``urgency`` is the rules' own."""
    limit = len(URGENCIES) if urgency is None else URGENCIES.index(urgency)
    found: dict[str, ComeBackIf] = {}
    for rule in sorted(RULES, key=lambda rule: URGENCIES.index(rule.action.urgency)):
        if rule.alert not in found and URGENCIES.index(rule.action.urgency) < limit:
            for finding, levels in _completing(rule, answers):
                found[rule.alert] = _entry(rule, finding, levels)
                break
    return list(found.values())[:MOST]


def _completing(rule: Rule, answers: Answers) -> Iterator[tuple[str, list[str]]]:
    """Findings, with their levels, one of which alone would make the rule fire."""
    for finding in rule.condition.reads():
        if finding.group in LASTING or rule.condition.missing(answers, given=finding.id):
            continue
        levels = [
            level
            for level in finding.levels
            if rule.condition.certain({**answers, finding.id: level})
        ]
        if levels:
            yield finding.id, levels


def _entry(rule: Rule, finding: str, levels: list[str]) -> ComeBackIf:
    action = rule.action
    return {
        "sign": rule.sentence,
        "finding": finding,
        "levels": levels,
        "rule": rule.id,
        "urgency": action.urgency,
        "within": action.within,
        "advice": localised(action.advice),
    }
