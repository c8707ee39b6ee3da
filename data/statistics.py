"""Numbers that were chosen to learn, judge and doubt by, with sources: statistics.toml."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from data.layout import SOURCE
from data.settings import sourced
from data.shape import POSITIVE, PROBABILITY, TEXT, FileError, Shape, Value, is_number, misfits

PATH: Final = Path(__file__).with_name("statistics.toml")
_ENDS: Final = Value(
    "two shares between 0 and 1, the lower one first",
    lambda v: (
        isinstance(v, list) and len(v) == 2 and all(map(is_number, v)) and 0 < v[0] < v[1] < 1
    ),
)


class StatisticsError(FileError):
    """The file of statistics does not fit."""


@dataclass(frozen=True)
class Statistics:
    """What was chosen; the notes in the file say what each number does."""

    strength: float
    site_figures: float
    site_shares: float
    worlds: int
    interval: tuple[float, float]
    coverage: float
    misfit: float
    unlisted_weight: float
    excess_log_loss: float
    excess_calibration_error: float
    missed_dvt: float
    suspected_dvt: float
    moved: float


_VALUES: Final[dict[str, Shape]] = {
    **{field.name: PROBABILITY for field in fields(Statistics)},
    **dict.fromkeys(("strength", "site_figures", "site_shares"), POSITIVE),
    "worlds": Value("a whole number above 0", lambda v: type(v) is int and v > 0),
    "interval": _ENDS,
}


def load_statistics(path: Path = PATH) -> Statistics:
    """All of them; StatisticsError if one is missing, does not fit or has no source."""
    tables: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    shape = {name: {"value": value, "note": TEXT, **SOURCE} for name, value in _VALUES.items()}
    problems = list(misfits(tables, shape)) or [
        f"{name}.source: must name sources, or be the word assumption"
        for name, table in tables.items()
        if not sourced(table)
    ]
    if problems:
        raise StatisticsError(f"{path.name}: {problem}" for problem in problems)
    values = {name: table["value"] for name, table in tables.items()}
    return Statistics(**{**values, "interval": tuple(values["interval"])})


STATISTICS: Final = load_statistics()
