"""What was not asked: the open danger questions, those that could avert most harm first."""

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np
from msgspec import Raw

from data.judgements import JUDGEMENTS
from data.vocabulary import FINDINGS, Urgency
from data.wording import WORDING
from service.contract.json_text import part
from service.contract.safety import Unasked
from service.safety.rule import Rule
from service.safety.rules import RULES
from service.safety.tables import COULD_FIRE, Table
from service.safety.verdicts import ORDERED, TABLES, Verdict, places

HARM: Final[dict[str, float]] = JUDGEMENTS["harm"]
SIGN: Final[float] = JUDGEMENTS["sign"]
NAMES: Final = list(FINDINGS)
_PLACES: Final = {rule.id: place for place, rule in enumerate(RULES)}
# A question's key sorts before another's if asking it averts more harm, or as much and it stands
# first in the vocabulary; the low byte is the finding.
Keys = tuple[int, ...]


def unasked(verdict: Verdict) -> list[Raw]:
    """A case's open questions (contract: Unasked)."""
    return [_question(*asked) for asked in sorted(_open(verdict).values())]


def averted(verdict: Verdict) -> dict[int, float]:
    """Harm that each open question could avert, up to a factor, by position of its finding."""
    return {finding: _HARMS[key >> 8] for finding, (key, *_) in _open(verdict).items()}


def _open(verdict: Verdict) -> dict[int, list[int]]:
    """Key of each open question, then the rules that it could make fire, by its finding."""
    asked: dict[int, list[int]] = {}
    for place in places(verdict.values, COULD_FIRE, verdict.above):
        for key in _KEYS[verdict.cells[place]]:
            finding = key & 0xFF
            if finding in asked:
                entry = asked[finding]
                entry[0] = min(entry[0], key)
                entry.append(place)
            else:
                asked[finding] = [key, place]
    return asked


@lru_cache(maxsize=4096)
def _question(key: int, *places: int) -> Raw:
    """One question, and the rules that it could make fire, the most urgent first."""
    name = NAMES[key & 0xFF]
    rules = [ORDERED[place] for place in places]
    question: Unasked = {
        "finding": name,
        "question": WORDING.question(name),
        "could_raise_to": rules[0].action.urgency,
        "rules": sorted([rule.id for rule in rules], key=_PLACES.__getitem__),
    }
    return part(question)


def _harm(urgency: Urgency, missing: float) -> float:
    """Harm avoided by asking, up to a factor: cost of the danger times the chance to find it."""
    return HARM[urgency] * math.pow(SIGN, missing)


def _asked(rule: Rule, table: Table) -> Iterator[tuple[int, int, float]]:
    """Each open cell of a rule, with each finding that is not known in it and the harm averted."""
    for finding in table.reads:
        cells = np.flatnonzero(table.open & (table.codes[:, finding.index] == 0))
        missing = table.condition.missing(table.codes[cells], finding)
        for cell, fewest in zip(cells.tolist(), missing.tolist(), strict=True):
            yield cell, finding.index, _harm(rule.action.urgency, fewest)


def _tabulate() -> tuple[list[Keys], list[float]]:
    """Keys of the questions that each cell of each rule leaves open, and the harms they rank."""
    asked = [list(_asked(*pair)) for pair in zip(ORDERED, TABLES.tables, strict=False)]
    harms = sorted({harm for rule in asked for *_, harm in rule}, reverse=True)
    order = {harm: place << 8 for place, harm in enumerate(harms)}
    keys: list[Keys] = []
    for rule, table in zip(asked, TABLES.tables, strict=False):
        first = len(keys)
        keys += [()] * len(table.open)
        for cell, finding, harm in rule:
            keys[first + cell] += (order[harm] | finding,)
    return keys, harms


_KEYS, _HARMS = _tabulate()
