"""What people read of a trained model: report.html, which stands alone, and card.md, in short."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from data.loader import load
from data.vocabulary import CAUSES
from data.wording import WORDING
from models.model import Model
from models.versions import cell, headline
from training.judge import gates
from training.judge.compare import SCORES, compare, count, notes
from training.judge.details import Details, Z
from training.judge.evaluate import Scores
from training.judge.held_out import HeldOut
from training.report.diagrams import diagrams, drawn
from training.report.provenance import provenances
from training.steps import Steps
from training.study.study_results import FILE, Study

PAIRS: Final = 10  # of causes that are taken for each other, shown
WEAKEST: Final = 5  # causes that rest most on assumptions, named on the card


@dataclass(frozen=True)
class Run:
    """What a run found; ``steps`` may still grow until the pages are written."""

    scores: Scores
    details: Details
    shortfalls: list[str]
    steps: Steps
    own: HeldOut | None = None  # what own cases did


class Pair(NamedTuple):
    """A true cause taken for another, and in what share of its cases."""

    true: str
    said: str
    model: float
    ceiling: float


@dataclass(frozen=True)
class Change:
    """What a new model changes against the one that is served."""

    since: str
    scores: list[tuple[str, str, str]]  # name, before, after
    notes: list[str]
    count: str
    moved: list[tuple[str, str]]  # clinicians' cases, and what moved


def pages(
    run: Run, new: Model, served: Model | None, study: Study | str | None
) -> Callable[[Mapping[str, Any]], dict[str, str]]:
    """Draw everything now; what is returned writes the pages, quickly, given a manifest.

    ``study`` is the last one, or why it cannot be shown.
    """
    shown = {
        "run": run,
        "diagrams": diagrams(run.details),
        "shares": _shares(run.details),
        "pairs": pairs(run.details)[:PAIRS],
        "change": change(served, new) if served else None,
        "provenances": provenances(load()),
        "weakest": WEAKEST,
        "study": study if isinstance(study, Study) else None,
        "no_study": study if isinstance(study, str) else f"There is no {FILE} yet.",
        "plots": drawn(study.plots) if isinstance(study, Study) else [],
        "gates": gates,
        "causes": list(CAUSES),
        "label": WORDING.label,
        "notice": WORDING.service("notice"),
        "z": Z,
    }

    def write(manifest: Mapping[str, Any]) -> dict[str, str]:
        return {
            name: _TEMPLATES.get_template(name).render(shown, manifest=manifest)
            for name in ("report.html", "card.md")
        }

    return write


def pairs(details: Details) -> list[Pair]:
    """Causes that the model takes for others, in the largest share of their cases first."""
    model, ceiling = _shares(details)["model"], _shares(details)["ceiling"]
    found = [
        Pair(true, said, model[i][j], ceiling[i][j])
        for i, true in enumerate(CAUSES)
        for j, said in enumerate(CAUSES)
        if i != j
    ]
    return sorted(found, key=lambda pair: -pair.model)


def change(served: Model, new: Model) -> Change:
    """Scores side by side, and the clinicians' cases that moved, the furthest first."""
    cases = compare(served, new)
    both = zip(SCORES, headline(served.manifest), headline(new.manifest), strict=True)
    return Change(
        served.version,
        [(name, cell(was), cell(now)) for name, was, now in both],
        notes(served, new),
        count(cases),
        [(case.name, case.changes()) for case in cases if case.moved],
    )


def _shares(details: Details) -> dict[str, list[list[float]]]:
    """The confusion matrices as shares of each true cause's cases; 0 where there are none."""
    return {
        who: (counts / counts.sum(axis=1, keepdims=True).clip(1)).tolist()
        for who, counts in details.confusion.items()
    }


def _nats(value: float) -> str:
    return f"{value:.4f}".replace("-", "\N{MINUS SIGN}")


def _percent(value: float | None, digits: int = 1) -> str:
    return "\N{EN DASH}" if value is None else f"{value:.{digits}%}".replace("%", " %")


_TEMPLATES: Final = Environment(
    loader=PackageLoader("training.report"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters |= {"nats": _nats, "percent": _percent}
