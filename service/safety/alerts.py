"""The alerts of a case: one for each danger that a rule found."""

from collections.abc import Sequence
from functools import lru_cache

from msgspec import Raw

from data.vocabulary import FINDINGS
from data.wording import SOURCES
from service.contract.json_text import part
from service.contract.safety import Alert
from service.safety.localised import localised
from service.safety.tables import FIRED
from service.safety.verdicts import ORDERED, TABLES, Verdict
from service.safety.wells import items


def alerts(verdict: Verdict, number: str) -> list[Raw]:
    """A case's alerts, most urgent first (contract: Alert)."""
    if not verdict.fired:
        return []
    groups = _groups(tuple(verdict.fired))
    return [_one(places, counts, verdict, number) for places, counts in groups]


@lru_cache(maxsize=4096)
def _groups(fired: Sequence[int]) -> list[tuple[Sequence[int], bool]]:
    """Rules of each danger, and whether any of them counts points."""
    groups: dict[str, list[int]] = {}
    for place in fired:
        groups.setdefault(ORDERED[place].alert, []).append(place)
    return [(tuple(rules), any(ORDERED[p].points for p in rules)) for rules in groups.values()]


def _one(places: Sequence[int], counts: bool, verdict: Verdict, number: str) -> Raw:
    points = verdict.points if counts else b""
    return _text(tuple([(place, verdict.cells[place]) for place in places]), points, number)


@lru_cache(maxsize=4096)
def _text(fired: Sequence[tuple[int, int]], points: bytes, number: str) -> Raw:
    """One alert of the rules of one danger, each with its cell, the most urgent of them first."""
    rules = [ORDERED[place] for place, _ in fired]
    met = {
        f
        for place, cell in fired
        for f in ORDERED[place].condition.because(TABLES.case(place, cell))
    }
    given = items(points, FIRED)
    action = rules[0].action
    alert: Alert = {
        "id": rules[0].alert,
        "rules": [rule.id for rule in rules],
        "urgency": action.urgency,
        "within": action.within,
        "title": action.title,
        "reason": " ".join(rule.reason(given if rule.points else ()) for rule in rules),
        "advice": localised(action.advice, number),
        "source": "; ".join(dict.fromkeys(SOURCES[rule.source].citation for rule in rules)),
        "because": sorted(met, key=lambda finding: FINDINGS[finding].index),
    }
    return part(alert)
