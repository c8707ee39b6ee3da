"""What the figures rest on: how many of each cause's were seen in a source, how many assumed."""

from dataclasses import dataclass

from data.check import ASSUMPTION, GRADES
from data.knowledge import Distribution, Knowledge, Profile
from data.vocabulary import CAUSES, FINDINGS
from data.wording import SOURCES


@dataclass(frozen=True)
class Provenance:
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


def provenances(knowledge: Knowledge) -> list[Provenance]:
    """All causes, those that rest most on assumptions first."""
    found = [_of_cause(cause, knowledge.profiles[cause]) for cause in CAUSES]
    return sorted(found, key=lambda found: -found.unproven)


def _of_cause(cause: str, profile: Profile) -> Provenance:
    entries = profile.findings.values()
    held = [_standing(entry) for entry in entries for _ in entry.figures]
    grades = [entry.grade for entry in entries for _ in entry.figures]
    return Provenance(
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
