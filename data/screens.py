"""Screens: findings that share a question, so that they are asked together."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from data.shape import TEXT, FileError, Shape, Value, misfits
from data.vocabulary import FINDINGS, Finding

MOST_DANGER: Final = 5  # screens of danger signs that anybody can be expected to go through
_SHAPE: Final[Shape] = {
    "*": {"findings": [TEXT], "danger?": Value("true or false", lambda v: isinstance(v, bool))}
}


class ScreensError(FileError):
    """The screens do not share out the findings."""


@dataclass(frozen=True)
class Screen:
    """Findings asked together; ``danger`` marks a list of danger signs to tick."""

    id: str
    findings: tuple[Finding[Any], ...]
    danger: bool = False


def load_screens(path: Path) -> dict[str, Screen]:
    """Screens by id, in order; ScreensError unless every finding is on exactly one."""
    tables = tomllib.loads(path.read_text("utf-8"))
    problems = list(misfits(tables, _SHAPE)) or list(_faults(tables))
    if problems:
        raise ScreensError(f"{path.name}: {problem}" for problem in problems)
    return {
        key: Screen(key, tuple(FINDINGS[f] for f in table["findings"]), table.get("danger", False))
        for key, table in tables.items()
    }


def _faults(tables: Mapping[str, Any]) -> Iterable[str]:
    times = Counter(f for table in tables.values() for f in table["findings"])
    for finding in sorted(times.keys() - FINDINGS.keys()):
        yield f"{finding}: no such finding"
    for finding in FINDINGS:
        if times[finding] != 1:
            yield f"{finding}: is on {times[finding]} screens"
    if sum(table.get("danger", False) for table in tables.values()) > MOST_DANGER:
        yield f"there are more than {MOST_DANGER} danger screens"


SCREENS: Final = load_screens(Path(__file__).with_name("screens.toml"))
