"""The words that people read, and the citations: loaded once, checked against the vocabulary."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from data.shape import TEXT, FileError, Shape, misfits
from data.vocabulary import CAUSES, FINDINGS, UNDER_AGE, URGENCIES, Finding

CONTRADICTIONS: Final = (
    "pregnant_and_male",
    "pregnant_at_60",
    "dent_without_swelling",
    "both_legs_and_one_sided",
    "one_leg_and_both",
)
REASONS: Final = ("rules", "model", "ruled_out", "under_18", "open", "no_model", "shortest")
_SCREENS: Final = Path(__file__).with_name("screens.toml")
STATUSES: Final = ("checked", "partly checked", "unchecked")


class CatalogueError(FileError):
    """A file of words or citations does not fit."""


@dataclass(frozen=True)
class Wording:
    """One language's words, by the ids of the vocabulary; an unknown id is a KeyError."""

    tables: Mapping[str, Any]

    def question(self, finding: str) -> str:
        """Question that asks for a finding."""
        return str(self.tables["findings"][finding]["question"])

    def level(self, finding: str, level: str) -> str:
        """Level of a finding as a short answer to its question."""
        levels = self.tables["findings"][finding].get("levels", self.tables["yes_no"])
        return str(levels[level])

    def unit(self, finding: str) -> str | None:
        """Unit of a finding answered by a number; None for the others."""
        unit: str | None = self.tables["findings"][finding].get("unit")
        return unit

    def screen(self, screen: str) -> str:
        """What a screen of several findings asks."""
        return str(self.tables["screens"][screen])

    def label(self, cause: str) -> str:
        """Name that clinicians use for a cause."""
        return str(self.tables["causes"][cause]["label"])

    def description(self, cause: str) -> str:
        """What a cause is, in one or two sentences."""
        return str(self.tables["causes"][cause]["description"])

    def usually(self, cause: str) -> str:
        """What is usually done about a cause."""
        return str(self.tables["causes"][cause]["usually"])

    def group(self, group: str) -> str:
        """Heading of a group of findings or of causes."""
        return str(self.tables["groups"].get(group) or self.tables["cause_groups"][group])

    def page(self, key: str, **values: object) -> str:
        """Words of the web page, with what is filled in."""
        return str(self.tables["page"][key]).format(**values)

    def sign(self, finding: str, levels: Sequence[str]) -> str:
        """A finding that newly has one of these levels."""
        words = ", or ".join(self.level(finding, level) for level in levels)
        return str(self.tables["signs"][finding]).format(words)

    def urgency(self, urgency: str) -> str:
        """What to do at an urgency, and how fast."""
        return str(self.tables["urgency"][urgency])

    def urgency_reason(self, key: str, **values: object) -> str:
        """Why a case is as urgent as it is, without the full stop."""
        return str(self.tables["urgency_reason"][key]).format(**values)

    def contradiction(self, name: str) -> str:
        """What is wrong with answers that cannot all be right."""
        return str(self.tables["contradictions"][name])

    def service(self, key: str) -> str:
        """Sentence that the service says."""
        return str(self.tables["service"][key])


@dataclass(frozen=True)
class Source:
    """One citation, and whether its figures were compared with the source itself."""

    key: str
    citation: str
    status: str
    note: str = ""
    used_by: str = ""


def load_wording(path: Path) -> Wording:
    """Words of one language; CatalogueError lists every id that is missing or not known."""
    tables = _read(path)
    _refuse(path, misfits(tables, _wording_shape()))
    return Wording(tables)


def load_sources(path: Path) -> dict[str, Source]:
    """Citations by key; CatalogueError lists every entry that is not a citation with a status."""
    entries = _read(path)
    _refuse(path, (fault for key, entry in entries.items() for fault in _faults(key, entry)))
    return {key: Source(key, **entry) for key, entry in entries.items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:  # not UTF-8, or not TOML
        raise CatalogueError([f"{path.name}: {error}"]) from error


def _refuse(path: Path, faults: Iterable[str]) -> None:
    if problems := [f"{path.name}: {fault}" for fault in faults]:
        raise CatalogueError(problems)


def _wording_shape() -> Shape:
    groups = (finding.group for finding in FINDINGS.values())
    return {
        "yes_no": _texts("no", "yes"),
        "groups": _texts(*groups),
        "cause_groups": _texts(*filter(None, CAUSES.values())),
        "findings": {key: _finding_shape(finding) for key, finding in FINDINGS.items()},
        "screens": _texts(*_read(_SCREENS)),  # the file alone: what is wrong there is told there
        "causes": {cause: _texts("label", "description", "usually") for cause in CAUSES},
        "signs": _texts(*(f"{finding}?" for finding in FINDINGS)),  # of those that rules read
        "urgency": _texts(*URGENCIES),
        "urgency_reason": _texts(*REASONS),
        "contradictions": _texts(*CONTRADICTIONS),
        "service": _texts(
            "notice",
            "still_open",
            "model_missing",
            "model_refused",
            "model_failed",
            "former_id",
            "under_18",
            "does_not_fit",
            "wells_note",
        ),
        "page": {"*": TEXT},  # which ones is said where they are used; a test compares
    }


def _finding_shape(finding: Finding[Any]) -> Shape:
    if finding.kind == "boolean":
        return _texts("question")
    extra = [UNDER_AGE] if finding.id == "age" else []
    unit = ["unit"] if finding.kind == "numeric" else []
    return {**_texts("question", *unit), "levels": _texts(*finding.levels, *extra)}


def _texts(*keys: str) -> dict[str, Shape]:
    return dict.fromkeys(keys, TEXT)


def _faults(key: str, entry: Any) -> Iterator[str]:
    extra = {"note", "used_by"} & entry.keys() if isinstance(entry, dict) else ()
    yield from misfits(entry, _texts("citation", "status", *extra), key)
    if isinstance(entry, dict) and entry.get("status", STATUSES[0]) not in STATUSES:
        yield f"{key}.status: must be one of {', '.join(STATUSES)}"


WORDING: Final = load_wording(Path(__file__).with_name("wording.toml"))
SOURCES: Final = load_sources(Path(__file__).with_name("sources.toml"))
