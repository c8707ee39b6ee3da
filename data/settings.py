"""How common the causes are where people ask: settings.toml, checked."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from data.check import ASSUMPTION
from data.layout import SOURCE
from data.shape import PROBABILITY, TEXT, FileError, misfits
from data.vocabulary import CAUSES, SETTINGS
from data.wording import SOURCES

PATH: Final = Path(__file__).with_name("settings.toml")


class SettingsError(FileError):
    """The file of settings does not fit."""


def load_settings(path: Path = PATH) -> dict[str, Any]:
    """Settings by name: the rates that differ, sources and a note; SettingsError if wrong."""
    tables = tomllib.loads(path.read_text("utf-8"))
    shape = {"rates": dict.fromkeys((f"{c}?" for c in CAUSES), PROBABILITY), "note": TEXT, **SOURCE}
    problems = list(misfits(tables, dict.fromkeys(SETTINGS, shape))) or list(_faults(tables))
    if problems:
        raise SettingsError(f"{path.name}: {problem}" for problem in problems)
    return tables


def _faults(tables: Mapping[str, Any]) -> Iterator[str]:
    for name, table in tables.items():
        if sum(table["rates"].values()) >= 1:
            yield f"{name}.rates: must leave something for the other causes"
        if not sourced(table):
            yield f"{name}.source: must name sources, or be the word assumption"


def sourced(table: Mapping[str, Any]) -> bool:
    """Whether an entry names sources that there are, or is called an assumption."""
    source = table.get("source", [])
    named = [source] if isinstance(source, str) else source
    return bool(named) and not set(named) - SOURCES.keys() - {ASSUMPTION}
