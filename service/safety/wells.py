"""The patient-side Wells score: shown beside the alerts, and never a reason to lower one."""

import tomllib
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from msgspec import Raw

from data.vocabulary import FINDINGS
from data.wording import SOURCES, WORDING
from service.contract.json_text import NULL, part
from service.contract.safety import Wells
from service.safety.rules import WELLS
from service.safety.tables import COULD_FIRE, FIRED
from service.safety.verdicts import Verdict

STRATA: Final[list[dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("wells.toml").read_text("utf-8")
)["strata"]
_SIGNS: Final = itemgetter(*(f.index for f in FINDINGS.values() if f.group == "leg_signs"))


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
