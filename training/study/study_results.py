"""The last study's results, as every report embeds them: ``study.json`` among the models.

The file is one object (``json.dumps(asdict(study))`` writes it)::

    {"date": "2026-11-24", "digests": {"knowledge": "5c3f...", "code": "09ab..."},
     "tables": [{"title": "...", "caption": "...", "head": ["a", "b"], "rows": [["x", "1"]]}],
     "plots": [{"title": "...", "caption": "...",
                "x": "cases", "y": "excess (nats)", "log_x": true, "log_y": false,
                "lines": [{"name": "flat", "x": [1000, 10000], "y": [0.2, 0.1]}]}]}

Cells are texts, shown as they are; captions say what to look for. A distribution, such as that
over the worlds, is a plot with one line: its values in order, against the share that is lower.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FILE: Final = "study.json"


@dataclass(frozen=True)
class Table:
    """Rows of texts under a head."""

    title: str
    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Line:
    """A named line through points."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


@dataclass(frozen=True)
class Plot:
    """Lines over the same axes; ``x`` and ``y`` are their labels."""

    title: str
    caption: str
    x: str
    y: str
    log_x: bool
    log_y: bool
    lines: Sequence[Line]


@dataclass(frozen=True)
class Study:
    """What a study found, when, and with which knowledge and code."""

    date: str
    digests: Mapping[str, str]
    tables: Sequence[Table]
    plots: Sequence[Plot]


def read(models_dir: Path) -> Study | str | None:
    """The last study; None if there was none, and the reason if its file cannot be read.

    A run goes on without it: a damaged appendix must not cost a model.
    """
    path = models_dir / FILE
    try:
        return _study(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as problem:
        return f"{FILE} cannot be read ({type(problem).__name__})."


def _study(raw: dict[str, Any]) -> Study:
    tables = [Table(**table) for table in raw["tables"]]
    if any(len(row) != len(table.head) for table in tables for row in table.rows):
        raise ValueError("a row that does not fit its head")
    return Study(str(raw["date"]), dict(raw["digests"]), tables, [_plot(p) for p in raw["plots"]])


def _plot(raw: dict[str, Any]) -> Plot:
    lines = [Line(line["name"], *_points(line["x"], line["y"])) for line in raw["lines"]]
    return Plot(**{**raw, "lines": lines})


def _points(x: list[Any], y: list[Any]) -> tuple[list[float], list[float]]:
    if len(x) != len(y):
        raise ValueError("a line whose points lack a coordinate")
    return [float(v) for v in x], [float(v) for v in y]
