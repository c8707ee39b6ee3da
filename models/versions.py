"""Which versions there are, how they scored when they were trained, and which one is served."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from data.checkout import command
from models.artifact import NAME, ModelMissing, ModelRefused, read_manifest, read_pointer

HEAD: Final = (
    f"{'version':<25}  {'trained (UTC)':<16}  {'':<6}  {'cases':>10}  "
    "excess  calibration  DVT recall  gates"
)
LEGEND: Final = """\
excess: log loss above the exact posterior's, in nats; calibration: error of the likeliest cause's
probability; DVT recall: at a probability of 5 %. All on simulated cases that were not learnt from.
"""


class NoSuchVersion(Exception):  # noqa: N818 - reads as what is so
    """A name that is no version's; the message is one line for whoever gave it."""


class Headline(NamedTuple):
    """The scores that say most; None where the manifest does not state them."""

    excess_log_loss: float | None  # nats above the exact posterior's
    calibration_error: float | None
    dvt_recall: float | None


UNKNOWN: Final = Headline(None, None, None)


@dataclass(frozen=True)
class Version:
    """What its manifest says of a version; ``problem`` is why it cannot be served."""

    name: str
    place: str  # "served", "before" (what a rollback serves) or ""
    problem: str | None = None
    cases: int | None = None  # learnt from
    scores: Headline = UNKNOWN
    passed: bool = False  # every gate, so it may be promoted

    def line(self) -> str:
        """One line under HEAD."""
        n = self.name
        left = f"{n}  {n[:4]}-{n[4:6]}-{n[6:8]} {n[9:11]}:{n[11:13]}"
        if self.problem:
            return f"{left}  {self.place:<6}  cannot be served: {self.problem}"
        cases = "-" if self.cases is None else f"{self.cases:,}"
        excess, calibration, recall = map(cell, self.scores)
        gates = "passed" if self.passed else "fell short"
        right = f"{excess:>6}  {calibration:>11}  {recall:>10}  {gates:<10}"
        return f"{left}  {self.place:<6}  {cases:>10}  {right}".rstrip()


def versions(models_dir: Path) -> list[Version]:
    """All versions, newest first; their manifests are judged, their numbers are not opened."""
    names = (path.name for path in models_dir.iterdir() if NAME.fullmatch(path.name))
    places = _places(models_dir)
    return [_version(models_dir / name, places) for name in sorted(names, reverse=True)]


def find(models_dir: Path, name: str) -> Path:
    """Folder of a version; NoSuchVersion if there is none of that name."""
    if not name:
        raise NoSuchVersion(f"VERSION= must name a version; {command('models')} lists them.")
    if not (NAME.fullmatch(name) and (models_dir / name).is_dir()):
        raise NoSuchVersion(
            f"{models_dir} has no version {name[:64]!r}; {command('models')} lists them."
        )
    return models_dir / name


def headline(manifest: Mapping[str, Any]) -> Headline:
    """The scores that say most, of a manifest that may lack them."""
    try:
        model, ceiling = (manifest["scores"]["all"][who] for who in ("model", "ceiling"))
        excess = model["log_loss"] - ceiling["log_loss"]
        return Headline(excess, model["calibration_error"], model["dvt_recall"])
    except KeyError:
        return UNKNOWN


def cell(score: float | None) -> str:
    """A score as it is printed."""
    return "-" if score is None else f"{score:.4f}"


def _places(models_dir: Path) -> dict[str, str]:
    try:
        served = read_pointer(models_dir)
    except (ModelMissing, ModelRefused):
        return {}
    before = {served.before.version: "before"} if served.before else {}
    return before | {served.current.version: "served"}


def _version(folder: Path, places: Mapping[str, str]) -> Version:
    place = places.get(folder.name, "")
    try:
        manifest = read_manifest(folder)
    except ModelRefused as problem:
        return Version(folder.name, place, str(problem))
    except Exception as problem:  # whatever a garbled file brings about
        return Version(folder.name, place, f"its manifest is garbled ({type(problem).__name__})")
    scores, passed = headline(manifest), manifest.get("shortfalls") == []
    return Version(folder.name, place, None, manifest.get("cases"), scores, passed)
