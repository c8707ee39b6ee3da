"""What was not asked: the open danger questions, those that could avert most harm first."""

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.vocabulary import FINDINGS
from data.wording import WORDING
from service.contract import Unasked
from service.json_text import joined, json_text
from service.rule import Rule, Urgency, most_urgent
from service.safety import RULES
from service.tables import Table
from service.verdicts import ABOVE, TABLES, Verdicts

# Assumptions that only order questions: how bad it is to miss a danger, and how often a sign
# that nobody mentioned turns out to be there.
HARM: Final = {"emergency": 10.0, "same_day": 3.0, "soon": 0.3}
SIGN: Final = 0.05
NAMES: Final = list(FINDINGS)
READERS: Final = [
    sum(1 << i for i, rule in enumerate(RULES) if finding in rule.condition.reads())
    for finding in FINDINGS.values()
]
# A question's key sorts before another's if asking it averts more harm, or as much and it stands
# first in the vocabulary; the low byte is the finding.
NEVER: Final = 0xFFFF


def unasked(verdicts: Verdicts) -> list[str]:
    """For each case the JSON text of its open questions (contract: Unasked)."""
    return [
        joined(_questions(keys, could_fire & ABOVE[rank]))
        for keys, could_fire, rank in zip(
            _keys(verdicts), verdicts.could_fire, verdicts.ranks, strict=True
        )
    ]


def _questions(keys: list[int], rules: int) -> list[str]:
    texts = []
    for key in keys:
        if key == NEVER:
            break
        finding = key & 0xFF
        texts.append(_question(finding, rules & READERS[finding]))
    return texts


@lru_cache(maxsize=8192)
def _question(finding: int, bits: int) -> str:
    """One question, and the rules (a bit each) that it could make fire."""
    rules = [rule for i, rule in enumerate(RULES) if bits >> i & 1]
    question: Unasked = {
        "finding": NAMES[finding],
        "question": WORDING.question(NAMES[finding]),
        "could_raise_to": most_urgent(rule.action.urgency for rule in rules),
        "rules": [rule.id for rule in rules],
    }
    return json_text(question)


def _keys(verdicts: Verdicts) -> list[list[int]]:
    """Keys of each case's questions in order, those of nothing to ask last."""
    keys = _KEYS[_KEYS_OF_CELL[verdicts.cells] * verdicts.above].min(axis=1)
    keys.sort(axis=1)
    listed: list[list[int]] = keys.tolist()
    return listed


def _harm(urgency: Urgency, missing: float) -> float:
    """Harm avoided by asking, up to a factor: cost of the danger times the chance to find it."""
    return HARM[urgency] * math.pow(SIGN, missing)


def _asked(rule: Rule, table: Table) -> Iterator[tuple[int, NDArray[np.int64], list[float]]]:
    """For each finding that a rule reads: the open cells without it, and the harm in each."""
    for finding in table.reads:
        cells = np.flatnonzero(table.open & (table.codes[:, finding.index] == 0))
        missing = table.condition.missing(table.codes[cells], finding)
        yield finding.index, cells, [_harm(rule.action.urgency, m) for m in missing.tolist()]


def _tabulate() -> tuple[NDArray[np.uint16], NDArray[np.intp]]:
    """Rows of keys with a column for each finding that is read, row 0 empty; each cell's row."""
    tables = TABLES.tables[: len(RULES)]
    asked = [list(_asked(*pair)) for pair in zip(RULES, tables, strict=True)]
    harms = {harm for rule in asked for *_, averted in rule for harm in averted}
    order = {harm: place << 8 for place, harm in enumerate(sorted(harms, reverse=True))}
    columns = {finding: i for i, finding in enumerate(np.flatnonzero(READERS).tolist())}
    rows = {bytes([0xFF] * 2 * len(columns)): 0}
    row_of_cell = []
    for rule, table in zip(asked, tables, strict=True):
        keys = np.full((len(table.open), len(columns)), NEVER, np.uint16)
        for finding, cells, averted in rule:
            keys[cells, columns[finding]] = [order[harm] | finding for harm in averted]
        row_of_cell += [rows.setdefault(row.tobytes(), len(rows)) for row in keys]
    unique = np.frombuffer(b"".join(rows), np.uint16).reshape(-1, len(columns))
    return unique, np.array(row_of_cell, np.intp)


_KEYS, _KEYS_OF_CELL = _tabulate()
