"""What every condition says of a case: rules, Wells points and contradictions, in one pass."""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from data.vocabulary import URGENCIES, Urgency
from service.contract.safety import TIMES
from service.safety.contradictions import CONTRADICTIONS
from service.safety.rule import Rule
from service.safety.rules import RULES, WELLS
from service.safety.tables import COULD_FIRE, FIRED, Tables, rows_of

# Most urgent first, so that the rules above an urgency are always the first few; of two as urgent
# the one that gives less time, so that an alert of both gives that time.
ORDERED: Final[tuple[Rule, ...]] = tuple(
    sorted(
        RULES,
        key=lambda rule: (URGENCIES.index(rule.action.urgency), TIMES.index(rule.action.within)),
    )
)
TABLES: Final = Tables(
    [
        *(rule.condition for rule in ORDERED),
        *WELLS.values(),
        *(condition for _, condition in CONTRADICTIONS),
    ]
)
_POINTS: Final = len(ORDERED)  # where the Wells points begin
_CONTRADICTIONS: Final = _POINTS + len(WELLS)
_ABOVE: Final = {  # how many rules are more urgent
    urgency: sum(URGENCIES.index(rule.action.urgency) < place for rule in ORDERED)
    for place, urgency in enumerate(URGENCIES)
}
DANGERS: Final = _ABOVE["soon"]  # rules for an emergency or the same day


class Verdict(Struct, frozen=True, gc=False):
    """What the conditions say of one case."""

    values: bytes  # of each condition: RULED_OUT, COULD_FIRE or FIRED
    cells: memoryview  # of each rule, in its table
    urgency: Urgency | None  # of the most urgent rule that fired
    above: int  # how many rules are more urgent than that: the first ones of ORDERED
    fired: list[int]  # the rules that fired, as positions in ORDERED

    @property
    def danger_open(self) -> bool:
        """Whether a rule for an emergency or the same day could still fire."""
        return self.values.find(COULD_FIRE, 0, DANGERS) >= 0

    @property
    def points(self) -> bytes:
        """Values of the Wells points."""
        return self.values[_POINTS:_CONTRADICTIONS]

    @property
    def contradictions(self) -> bytes:
        """Values of the contradictions."""
        return self.values[_CONTRADICTIONS:]


def judge(cells: NDArray[np.int64]) -> list[Verdict]:
    """A verdict on each case of which these are the cells, shape (n, conditions)."""
    numbers, width = cells.ravel().data, cells.shape[1]
    rows = enumerate(rows_of(TABLES.value.take(cells)))
    return [_verdict(row, numbers[i * width : i * width + _POINTS]) for i, row in rows]


def _verdict(values: bytes, cells: memoryview) -> Verdict:
    fired = places(values, FIRED, _POINTS)
    if not fired:
        return Verdict(values, cells, None, _POINTS, fired)
    urgency = ORDERED[fired[0]].action.urgency
    return Verdict(values, cells, urgency, _ABOVE[urgency], fired)


def places(values: bytes, value: int, end: int) -> list[int]:
    """Where this value stands among the first ones up to ``end``."""
    found: list[int] = []
    place = values.find(value, 0, end)
    while place >= 0:
        found.append(place)
        place = values.find(value, place + 1, end)
    return found
