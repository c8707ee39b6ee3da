"""What every condition says of every case, in one pass: rules, Wells points, contradictions."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.conditions import Codes
from service.contradictions import CONTRADICTIONS
from service.rule import URGENCIES
from service.safety import RULES, WELLS
from service.tables import COULD_FIRE, FIRED, Tables

TABLES: Final = Tables(
    [
        *(rule.condition for rule in RULES),
        *WELLS.values(),
        *(condition for _, condition in CONTRADICTIONS),
    ]
)
NO_RULE: Final = len(URGENCIES)  # the rank of a case in which none fired
RANK: Final = np.array([URGENCIES.index(rule.action.urgency) for rule in RULES])
ABOVE: Final = [sum(1 << i for i, r in enumerate(RANK) if r < rank) for rank in range(NO_RULE + 1)]
DANGERS: Final = ABOVE[URGENCIES.index("soon")]  # bits of the emergency and same-day rules
_POINTS = len(RULES)
_CONTRADICTIONS = len(RULES) + len(WELLS)


@dataclass(frozen=True)
class Verdicts:
    """Of n cases: a bit for each condition that holds, and one for each that could."""

    cells: NDArray[np.int64]  # (n, rules) what each rule can tell of the case
    fired: list[int]
    could_fire: list[int]
    ranks: list[int]  # of the most urgent rule that fired; NO_RULE where none did
    above: NDArray[np.bool_]  # (n, rules) whether a rule is more urgent than that

    def rules(self, bits: int) -> int:
        """The bits of the rules."""
        return bits & (1 << _POINTS) - 1

    def points(self, bits: int) -> int:
        """The bits of the Wells points."""
        return bits >> _POINTS & (1 << len(WELLS)) - 1

    def contradictions(self, bits: int) -> int:
        """The bits of the contradictions."""
        return bits >> _CONTRADICTIONS


def judge(codes: Codes) -> Verdicts:
    """Verdicts on cases of codes, shape (n, findings)."""
    cells = TABLES.cells(codes)
    values = TABLES.value[cells]
    fired = _bits(values == FIRED)
    ranks = [next((r for r in range(NO_RULE) if f & ABOVE[r + 1]), NO_RULE) for f in fired]
    above = np.array(ranks)[:, None] > RANK
    return Verdicts(cells[:, : len(RULES)], fired, _bits(values == COULD_FIRE), ranks, above)


def _bits(columns: NDArray[np.bool_]) -> list[int]:
    """Each row as an integer, its first column as the lowest bit."""
    packed = np.packbits(columns, axis=1, bitorder="little")
    return [int.from_bytes(row, "little") for row in packed]
