"""What the figures rest on: how many of each cause's were seen in a source, how many assumed."""

from dataclasses import dataclass

from data.check import ASSUMPTION, GRADES
from data.knowledge import Distribution, Knowledge, Profile
from data.vocabulary import CAUSES, FINDINGS
from data.wording import SOURCES


@dataclass(frozen=True)
class Basis:
    """Figures on the findings in a cause's profile; where it is silent the background holds."""

    cause: str
    figures: int
    checked: int  # seen in each source that they name
    unchecked: int  # name a source that was not compared, or not wholly
    assumed: int  # name none
    grades: dict[str, int]  # figures of each grade
    silent: int  # findings that the profile leaves to the background

    @property
    def unproven(self) -> float:
        """Share of the figures that counts as assumption: all but those checked."""
        return 1 - self.checked / self.figures


def bases(knowledge: Knowledge) -> list[Basis]:
    """All causes, those that rest most on assumptions first."""
    found = [_basis(cause, knowledge.profiles[cause]) for cause in CAUSES]
    return sorted(found, key=lambda basis: -basis.unproven)


def _basis(cause: str, profile: Profile) -> Basis:
    entries = profile.findings.values()
    held = [_standing(entry) for entry in entries for _ in entry.figures]
    grades = [entry.grade for entry in entries for _ in entry.figures]
    return Basis(
        cause,
        len(held),
        held.count("checked"),
        held.count("unchecked"),
        held.count("assumed"),
        {grade: grades.count(grade) for grade in GRADES},
        len(FINDINGS) - len(profile.findings),
    )


def _standing(entry: Distribution) -> str:
    named = [SOURCES[key] for key in entry.sources if key != ASSUMPTION]
    if not named:
        return "assumed"
    proven = all(source.status == "checked" for source in named)
    return "checked" if proven else "unchecked"
