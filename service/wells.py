"""The patient-side Wells score: shown beside the alerts, and never a reason to lower one."""

import tomllib
from pathlib import Path
from typing import Any, Final, TypedDict

from data.vocabulary import FINDINGS, Answers
from data.wording import SOURCES, WORDING
from service.safety import WELLS

STRATA: Final[list[dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("wells.toml").read_text("utf-8")
)["strata"]
SIGNS: Final = frozenset(f.id for f in FINDINGS.values() if f.group == "leg_signs")


class Wells(TypedDict):
    """Points of the two-level score without the -2, which is a clinician's to give.

    ``possible_points`` counts every item that is not known as given.
    """

    points: int
    possible_points: int
    given: list[str]
    unknown: list[str]
    stratum: str
    published_share: float
    source: str
    note: str


def score(answers: Answers) -> Wells | None:
    """Score of a case in which a sign of the leg is known or a point is given; else None."""
    given = [item for item, point in WELLS.items() if point.certain(answers)]
    if not given and not SIGNS & answers.keys():
        return None
    could = [item for item, point in WELLS.items() if point.possible(answers)]
    stratum = next(s for s in STRATA if len(given) >= s["at_least"])
    return {
        "points": len(given),
        "possible_points": len(could),
        "given": given,
        "unknown": [item for item in could if item not in given],
        "stratum": stratum["name"],
        "published_share": stratum["share"],
        "source": SOURCES[stratum["source"]].citation,
        "note": WORDING.service("wells_note"),
    }
