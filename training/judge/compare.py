"""What one model says otherwise than another: their scores, and the clinicians' cases that move.

``python -m training.judge.compare A B`` prints it for two versions.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data.checkout import command
from data.clinicians import load_vignettes
from data.statistics import STATISTICS
from data.vocabulary import CAUSES, FINDINGS, Answers
from models.artifact import ModelMissing, ModelRefused, load, load_current
from models.folder import models_folder
from models.model import Model
from models.versions import NoSuchVersion, cell, find, headline
from service.assessment.assess import assess

SCORES: Final = ("excess log loss (nats)", "calibration error", "DVT recall at 5 %")
OTHER_FIGURES: Final = "Each knows other figures, and was judged on cases drawn from its own."


@dataclass(frozen=True)
class Said:
    """What a model makes of a case: its urgency and the causes, likeliest first, if any."""

    urgency: str
    causes: Mapping[str, float]


@dataclass(frozen=True)
class Case:
    """A clinician's case, as two models answer it."""

    name: str
    before: Said
    after: Said

    @property
    def shifts(self) -> list[tuple[float, str]]:
        """How far each probability moved, the largest first, and its cause."""
        was, now = self.before.causes, self.after.causes
        return sorted(((abs(now[cause] - was[cause]), cause) for cause in was), reverse=True)

    @property
    def moved(self) -> bool:
        """Whether anyone would notice: urgency, first cause, or any probability by 5 points."""
        was, now = self.before, self.after
        other = was.urgency != now.urgency or [*was.causes][:1] != [*now.causes][:1]
        return other or any(shift > STATISTICS.moved for shift, _ in self.shifts)

    def changes(self) -> str:
        """What moved, in words; at least the probability that moved most."""
        was, now = self.before, self.after
        words = [f"{was.urgency} -> {now.urgency}"] if was.urgency != now.urgency else []
        firsts = {next(iter(said.causes), None) for said in (was, now)}
        for n, (shift, cause) in enumerate(self.shifts):
            if n == 0 or shift > STATISTICS.moved or (len(firsts) > 1 and cause in firsts):
                words.append(f"{cause} {was.causes[cause]:.1%} -> {now.causes[cause]:.1%}")
        return ", ".join(words)


def compare(before: Model, after: Model) -> list[Case]:
    """Each clinician's case as both answer it: those that moved first, then by how far."""
    cases = [
        Case(name, _said(answers, before), _said(answers, after)) for name, answers in _vignettes()
    ]
    return sorted(cases, key=lambda case: (case.moved, case.shifts[:1]), reverse=True)


def full(a: Model, b: Model) -> str:
    """Scores side by side, thresholds that differ, and every case that moved."""
    lines = [f"{'':<24}{a.version:>27}{b.version:>27}"]
    for name, one, other in zip(SCORES, headline(a.manifest), headline(b.manifest), strict=True):
        lines.append(f"{name:<24}{cell(one):>27}{cell(other):>27}")
    cases = compare(a, b)
    moved = [case for case in cases if case.moved]
    lines += [*notes(a, b), count(cases)]
    for case in moved:
        lines += [f"  {case.name}", f"      {case.changes()}"]
    return "\n".join(lines)


def notes(a: Model, b: Model) -> list[str]:
    """What to know before their scores are compared: other figures, other thresholds."""
    same = a.manifest.get("knowledge") == b.manifest.get("knowledge")
    return [*([] if same else [OTHER_FIGURES]), *_thresholds(a, b)]


def served_by(models_dir: Path) -> Model | None:
    """The model that is served; None where there is none, or none that can be."""
    try:
        return load_current(models_dir)
    except (ModelMissing, ModelRefused):
        return None


def effect(served: Model | None, folder: Path, most: int) -> list[str]:
    """What a new version would change, in at most so many lines: the cases that move most."""
    if served is None:
        return []
    new = load(folder)
    pairs = zip(SCORES, headline(served.manifest), headline(new.manifest), strict=True)
    scores = ", ".join(f"{name} {cell(was)} -> {cell(now)}" for name, was, now in pairs)
    cases = compare(served, new)
    lines = [f"Against {served.version}: {scores}.", *_thresholds(served, new), count(cases)]
    shown = [case for case in cases if case.moved] or cases[:1]
    return lines + [f"  {_cut(case.name)}: {case.changes()}" for case in shown[: most - len(lines)]]


def _said(answers: Answers, model: Model) -> Said:
    said = assess(answers, model)
    causes = {entry["cause"]: entry["probability"] for entry in said["causes"] or ()}
    return Said(said["urgency"], causes)


def _vignettes() -> Iterator[tuple[str, Answers]]:
    for case in load_vignettes():
        given = case["given"].items()
        yield case["name"], {name: FINDINGS[name].read(value) for name, value in given}


def _thresholds(a: Model, b: Model) -> list[str]:
    """One line with what a cause asks for, where that differs."""
    changed = [
        f"{cause} {a.care[cause].urgency} from {a.care[cause].threshold:.1%} -> "
        f"{b.care[cause].urgency} from {b.care[cause].threshold:.1%}"
        for cause in CAUSES
        if a.care[cause] != b.care[cause]
    ]
    return [f"Thresholds: {', '.join(changed)}."] if changed else []


def count(cases: list[Case]) -> str:
    """How many cases moved, in a sentence."""
    moved = sum(case.moved for case in cases)
    return (
        f"{moved} of {len(cases)} clinicians' cases moved: another urgency or first cause, or a "
        f"probability by over 5 points{':' if moved else '.'}"
    )


def _cut(name: str) -> str:
    return name if len(name) <= 45 else f"{name[:42]}..."


def main(argv: Sequence[str], prog: str = "python -m training.judge.compare") -> int:
    """Print it; 1 if one of the versions would not load, 2 if it is not there."""
    parser = argparse.ArgumentParser(prog, description="What two versions answer differently.")
    parser.add_argument("versions", nargs="*", metavar="VERSION", help="two, by name")
    parser.add_argument("--models", type=Path, default=models_folder(os.environ), metavar="DIR")
    asked = parser.parse_args(argv)
    if len(asked.versions) != 2 or not all(asked.versions):
        sys.stderr.write(
            f"Name two versions (A= and B= for make); {command('models')} lists them.\n"
        )
        return 2
    try:
        a, b = (load(find(asked.models, name)) for name in asked.versions)
        sys.stdout.write(full(a, b) + "\n")
    except NoSuchVersion as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    except ModelRefused as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
