"""Come back if: the new signs that would raise today's urgency, found from the rules."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, TypedDict

import numpy as np
from numpy.typing import NDArray

from service.json_text import joined, json_text
from service.local import emergency_number, localised
from service.rule import Rule, Urgency, Within
from service.safety import RULES
from service.tables import Table
from service.verdicts import RANK, TABLES, Verdicts

MOST: Final = 5
LASTING: Final = frozenset({"risk", "onset_course"})  # groups in which nothing newly appears
_MOST_URGENT_FIRST: Final = np.argsort(RANK, kind="stable")


class ComeBackIf(TypedDict):
    """A danger that one new sign would complete, and what to do then."""

    sign: str
    finding: str
    levels: list[str]
    rule: str
    urgency: Urgency
    within: Within
    advice: str


Sign = tuple[Rule, str, tuple[str, ...]]  # a rule, and the finding and levels that complete it


def safety_net(verdicts: Verdicts) -> list[str]:
    """For each case JSON text: at most five, most urgent first and one for each alert."""
    number = emergency_number()
    signs = (_SIGN_OF_CELL[verdicts.cells] * verdicts.above)[:, _MOST_URGENT_FIRST]
    return [joined([_entry(sign, number) for sign in _first(row)]) for row in signs.tolist()]


def _first(signs: list[int]) -> list[int]:
    """The first sign of each alert, up to the most that are named; 0 is none."""
    found: dict[str, int] = {}
    for sign in filter(None, signs):
        found.setdefault(_SIGNS[sign][0].alert, sign)
        if len(found) == MOST:
            break
    return list(found.values())


@lru_cache(maxsize=4096)
def _entry(sign: int, number: str) -> str:
    rule, finding, levels = _SIGNS[sign]
    entry: ComeBackIf = {
        "sign": rule.sentence,
        "finding": finding,
        "levels": list(levels),
        "rule": rule.id,
        "urgency": rule.action.urgency,
        "within": rule.action.within,
        "advice": localised(rule.action.advice, number),
    }
    return json_text(entry)


def _completing(rule: Rule, table: Table) -> Iterator[tuple[NDArray[np.intp], Sign]]:
    """The first finding that would complete a rule, with its levels: in which cells it is so."""
    undecided = np.ones(len(table.fired), bool)
    for finding in (f for f in table.reads if f.group not in LASTING):
        fires = [table.fires_with(finding, level) for level in finding.levels]
        bits = sum(column.astype(int) << i for i, column in enumerate(fires)) * undecided
        for completing in filter(None, np.unique(bits).tolist()):
            levels = tuple(x for i, x in enumerate(finding.levels) if completing >> i & 1)
            yield np.flatnonzero(bits == completing), (rule, finding.id, levels)
        undecided &= bits == 0


def _tabulate() -> tuple[list[Sign], NDArray[np.intp]]:
    """Every sign that can complete a rule, the first one a blank; and the one of each cell."""
    signs: list[Sign] = [(RULES[0], "", ())]
    blocks = [np.zeros(len(table.fired), np.intp) for table in TABLES.tables[: len(RULES)]]
    for rule, table, block in zip(RULES, TABLES.tables, blocks, strict=False):
        for cells, sign in _completing(rule, table):
            block[cells] = len(signs)
            signs.append(sign)
    return signs, np.concatenate(blocks)


_SIGNS, _SIGN_OF_CELL = _tabulate()
