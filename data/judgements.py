"""Judgements that are no rate of a finding or cause, each with a source or "assumption"."""

import tomllib
from pathlib import Path
from typing import Any, Final

from data.wording import SOURCES, CatalogueError

PATH: Final = Path(__file__).with_name("judgements.toml")


def load_judgements(path: Path) -> dict[str, Any]:
    """Value of each judgement; CatalogueError lists every entry without a source or a note."""
    entries = tomllib.loads(path.read_text("utf-8"))
    faults = [fault for key, entry in entries.items() for fault in _faults(key, entry)]
    if faults:
        raise CatalogueError(f"{path.name}: {fault}" for fault in faults)
    return {key: entry["value"] for key, entry in entries.items()}


def _faults(key: str, entry: dict[str, Any]) -> list[str]:
    lacking = [
        f"{key}.{name}: is missing" for name in ("value", "source", "note") if name not in entry
    ]
    if entry.get("source", "assumption") not in {"assumption", *SOURCES}:
        lacking.append(f"{key}.source: no such source")
    return lacking


JUDGEMENTS: Final = load_judgements(PATH)
