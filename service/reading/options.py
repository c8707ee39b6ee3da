"""What a request may ask for beside the probabilities: members of a case next to ``answers``."""

from collections.abc import Iterator, Mapping
from math import fsum
from typing import Any, Final, NamedTuple

from data.vocabulary import CAUSES, SETTINGS

SWITCHES: Final = ("explain", "doubt", "steady")
NAMES: Final = (*SWITCHES, "prevalence")
ROUNDING: Final = 1e-6  # by which sixteen shares may miss 1


class Options(NamedTuple):
    """What is asked for of one case; nothing by default."""

    explain: bool = False
    doubt: bool = False
    steady: bool = False
    prevalence: str | Mapping[str, float] | None = None  # a setting, or shares of some causes


def options_of(case: Mapping[str, Any]) -> Options:
    """Options of a decoded case in which there is no fault."""
    switches = {name: bool(case.get(name)) for name in SWITCHES}
    return Options(**switches, prevalence=case.get("prevalence"))


def faults(case: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Where in a decoded case an option does not fit, and what would."""
    for name in SWITCHES:
        if not isinstance(case.get(name), bool | None):
            yield (name,), "must be true, false or null"
    given = case.get("prevalence")
    if isinstance(given, dict) and given:
        yield from _of_shares(given)
    elif given is not None and given not in SETTINGS:
        settings = ", ".join(SETTINGS)
        yield ("prevalence",), f"must be one of {settings}, or an object of causes with shares"


def _of_shares(given: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    wrong = False
    for cause, share in given.items():
        if cause not in CAUSES:
            wrong = True
            yield ("prevalence", cause), "no such cause"
        elif not _is_share(share):
            wrong = True
            yield ("prevalence", cause), "must be a number above 0 and below 1"
    if wrong:
        return
    total = fsum(given.values())
    if len(given) == len(CAUSES) and abs(total - 1) > ROUNDING:
        yield ("prevalence",), "all shares together must be 1"
    elif len(given) < len(CAUSES) and total >= 1:
        yield ("prevalence",), "must leave something for the other causes"


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1
