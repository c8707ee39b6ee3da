"""The patient-side Wells score: shown beside the alerts, and never a reason to lower one."""

import tomllib
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any, Final, TypedDict

from msgspec import Raw

from data.vocabulary import FINDINGS
from data.wording import SOURCES, WORDING
from service.json_text import NULL, part
from service.safety import WELLS
from service.says import says
from service.tables import COULD_FIRE, FIRED
from service.verdicts import Verdict

STRATA: Final[list[dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("wells.toml").read_text("utf-8")
)["strata"]
_SIGNS: Final = itemgetter(*(f.index for f in FINDINGS.values() if f.group == "leg_signs"))


class Wells(TypedDict):
    """Points of the two-level score without the -2, which is a clinician's to give.

    ``possible_points`` counts every item that is not known as given. As long as they could
    still lead to another stratum, none is named.
    """

    points: Annotated[int, says("Points that are given.")]
    possible_points: Annotated[int, says("Points if every item that is not known were given.")]
    given: Annotated[list[str], says("Items that are given, in plain words.")]
    unknown: Annotated[list[str], says("Items that are not known.")]
    stratum: Annotated[str | None, says("Likely or unlikely, or null while it is open.")]
    published_share: Annotated[float | None, says("Share of clots published for the stratum.")]
    source: Annotated[str, says("Citation of that share.")]
    note: Annotated[str, says("How to read the score.")]


def score(case: bytes, verdict: Verdict) -> Raw:
    """The score of a case of which a sign of the leg is known or a point given."""
    points = verdict.points
    return _text(points) if FIRED in points or any(_SIGNS(case)) else NULL


@lru_cache(maxsize=4096)
def _text(points: bytes) -> Raw:
    given, unknown = items(points, FIRED), items(points, COULD_FIRE)
    stratum = _stratum(len(given))
    settled = stratum == _stratum(len(given) + len(unknown))
    wells: Wells = {
        "points": len(given),
        "possible_points": len(given) + len(unknown),
        "given": given,
        "unknown": unknown,
        "stratum": stratum["name"] if settled else None,
        "published_share": stratum["share"] if settled else None,
        "source": SOURCES[stratum["source"]].citation,
        "note": WORDING.service("wells_note"),
    }
    return part(wells)


def _stratum(points: int) -> dict[str, Any]:
    return next(stratum for stratum in STRATA if points >= stratum["at_least"])


def items(points: bytes, value: int) -> list[str]:
    """Items of the score whose point has this value."""
    return [item for item, point in zip(WELLS, points, strict=False) if point == value]
