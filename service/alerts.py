"""The alerts of a case: one for each danger that a rule found."""

from collections.abc import Sequence
from functools import lru_cache

from data.vocabulary import FINDINGS
from data.wording import SOURCES
from service.contract import Alert
from service.json_text import joined, json_text
from service.local import localised
from service.tables import FIRED
from service.verdicts import ORDERED, Verdict
from service.wells import items


def alerts(case: bytes, verdict: Verdict, number: str) -> str:
    """JSON text of a case's alerts, most urgent first (contract: Alert)."""
    if verdict.urgency is None:
        return "[]"
    groups: dict[str, list[int]] = {}
    for place in verdict.fired:
        groups.setdefault(ORDERED[place].alert, []).append(place)
    return joined([_one(tuple(rules), case, verdict, number) for rules in groups.values()])


def _one(places: tuple[int, ...], case: bytes, verdict: Verdict, number: str) -> str:
    met = {finding for place in places for finding in ORDERED[place].condition.because(case)}
    because = sorted(met, key=lambda finding: FINDINGS[finding].index)
    points = verdict.points if any(ORDERED[place].points for place in places) else b""
    return _text(places, tuple(because), points, number)


@lru_cache(maxsize=4096)
def _text(places: Sequence[int], because: Sequence[str], points: bytes, number: str) -> str:
    """One alert of the rules of one danger, the most urgent of them first."""
    rules = [ORDERED[place] for place in places]
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
        "because": list(because),
    }
    return json_text(alert)
