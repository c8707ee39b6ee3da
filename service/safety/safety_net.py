"""Come back if: the new signs that would raise today's urgency, found from the rules."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np
from msgspec import Raw
from numpy.typing import NDArray

from data.vocabulary import FINDINGS
from data.wording import WORDING
from service.contract.json_text import part
from service.contract.safety import ComeBackIf
from service.safety.localised import localised
from service.safety.rule import Rule
from service.safety.tables import Table, rows_of
from service.safety.verdicts import ORDERED, TABLES

MOST: Final = 5
_NONE: Final = b"\0"
LASTING: Final = frozenset(  # findings that do not newly appear
    {f.id for f in FINDINGS.values() if f.group == "risk"} | {"onset_speed", "episode_pattern"}
)


Sign = tuple[Rule, str, tuple[str, ...]]  # a rule, and the finding and levels that complete it


def signs(cells: NDArray[np.int64]) -> list[bytes]:
    """The sign that would complete each rule, 0 for none, for each case of cells, (n, rules)."""
    return rows_of(_SIGN_OF_CELL.take(cells))


def safety_net(completing: bytes, number: str) -> Raw:
    """The net of a case, given the signs that would complete a rule more urgent than today."""
    return _text(_chosen(completing.translate(None, _NONE)), number)


@lru_cache(maxsize=4096)
def _chosen(completing: bytes) -> bytes:
    """At most five of them, most urgent first and one for each alert."""
    found: dict[str, int] = {}
    for sign in completing:
        found.setdefault(_ALERTS[sign], sign)
    return bytes(found.values())[:MOST]


@lru_cache(maxsize=4096)
def _text(chosen: bytes, number: str) -> Raw:
    return part([_entry(sign, number) for sign in chosen])


def _entry(sign: int, number: str) -> ComeBackIf:
    rule, finding, levels = _SIGNS[sign]
    return {
        "sign": WORDING.sign(finding, levels),
        "finding": finding,
        "levels": list(levels),
        "rule": rule.id,
        "urgency": rule.action.urgency,
        "within": rule.action.within,
        "advice": localised(rule.action.advice, number),
    }


def _completing(rule: Rule, table: Table) -> Iterator[tuple[NDArray[np.intp], Sign]]:
    """The first finding that would complete a rule, with its levels: in which cells it is so."""
    undecided = np.ones(len(table.fired), bool)
    for finding in (f for f in table.reads if f.id not in LASTING):
        fires = [table.fires_with(finding, level) for level in finding.levels]
        bits = sum(column.astype(int) << i for i, column in enumerate(fires)) * undecided
        for completing in filter(None, np.unique(bits).tolist()):
            levels = tuple(x for i, x in enumerate(finding.levels) if completing >> i & 1)
            yield np.flatnonzero(bits == completing), (rule, finding.id, levels)
        undecided &= bits == 0


def _tabulate() -> tuple[list[Sign], NDArray[np.uint8]]:
    """Every sign that can complete a rule, the first one a blank; and the one of each cell."""
    signs: list[Sign] = [(ORDERED[0], "", ())]
    blocks = []
    for rule, table in zip(ORDERED, TABLES.tables, strict=False):
        block = np.zeros(len(table.fired), np.uint8)
        for cells, sign in _completing(rule, table):
            block[cells] = len(signs)
            signs.append(sign)
        blocks.append(block)
    return signs, np.concatenate(blocks).astype(np.uint8, casting="safe")


_SIGNS, _SIGN_OF_CELL = _tabulate()
_ALERTS: Final = [rule.alert for rule, *_ in _SIGNS]
