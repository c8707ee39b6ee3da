"""The alerts of a case: one for each danger that a rule found."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from data.vocabulary import FINDINGS
from data.wording import SOURCES
from service.conditions import Codes
from service.contract import Alert
from service.json_text import joined, json_text
from service.local import emergency_number, localised
from service.safety import RULES
from service.verdicts import NO_RULE, RANK, Verdicts
from service.wells import items

_MOST_URGENT_FIRST: Final[list[int]] = RANK.argsort(kind="stable").tolist()


def alerts(codes: Codes, verdicts: Verdicts) -> list[str]:
    """For each case the JSON text of its alerts, most urgent first (contract: Alert)."""
    number = emergency_number()
    return [
        "[]" if rank == NO_RULE else _alerts(row.tolist(), verdicts, fired, number)
        for row, fired, rank in zip(codes, verdicts.fired, verdicts.ranks, strict=True)
    ]


def _alerts(case: Sequence[int], verdicts: Verdicts, fired: int, number: str) -> str:
    given = verdicts.points(fired)
    return joined(
        [
            _text(rules, _because(rules, case), given if points else 0, number)
            for rules, points in _groups(verdicts.rules(fired))
        ]
    )


@lru_cache(maxsize=4096)
def _groups(fired: int) -> list[tuple[tuple[int, ...], bool]]:
    """The rules of each alert, the most urgent first; and whether one of them counts points."""
    groups: dict[str, list[int]] = {}
    for i in _MOST_URGENT_FIRST:
        if fired >> i & 1:
            groups.setdefault(RULES[i].alert, []).append(i)
    return [(tuple(rules), any(RULES[i].points for i in rules)) for rules in groups.values()]


def _because(rules: Iterable[int], case: Sequence[int]) -> tuple[str, ...]:
    met = {finding for i in rules for finding in RULES[i].condition.because(case)}
    return tuple(sorted(met, key=lambda finding: FINDINGS[finding].index))


@lru_cache(maxsize=4096)
def _text(places: Sequence[int], because: Sequence[str], given: int, number: str) -> str:
    """One alert of the rules of one condition, the most urgent of them first."""
    rules = [RULES[i] for i in places]
    action = rules[0].action
    alert: Alert = {
        "id": rules[0].alert,
        "rules": [rule.id for rule in rules],
        "urgency": action.urgency,
        "within": action.within,
        "title": action.title,
        "reason": " ".join(rule.reason(items(given) if rule.points else ()) for rule in rules),
        "advice": localised(action.advice, number),
        "source": "; ".join(dict.fromkeys(SOURCES[rule.source].citation for rule in rules)),
        "because": list(because),
    }
    return json_text(alert)
