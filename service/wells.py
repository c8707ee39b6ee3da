"""The patient-side Wells score: shown beside the alerts, and never a reason to lower one."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypedDict

import numpy as np

from data.vocabulary import FINDINGS
from data.wording import SOURCES, WORDING
from service.conditions import Codes
from service.json_text import json_text
from service.safety import WELLS
from service.verdicts import Verdicts

STRATA: Final[list[dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("wells.toml").read_text("utf-8")
)["strata"]
SIGNS: Final = [f.index for f in FINDINGS.values() if f.group == "leg_signs"]


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


def scores(codes: Codes, verdicts: Verdicts) -> list[str]:
    """JSON text for each case: its score where a sign of the leg is known or a point given."""
    looked = np.asarray(codes[:, SIGNS].any(axis=1)).tolist()
    given = map(verdicts.points, verdicts.fired)
    unknown = map(verdicts.points, verdicts.could_fire)
    return [
        _score(points, could) if points or sign else "null"
        for points, could, sign in zip(given, unknown, looked, strict=True)
    ]


@lru_cache(maxsize=4096)
def _score(given: int, unknown: int) -> str:
    points = items(given)
    stratum = next(s for s in STRATA if len(points) >= s["at_least"])
    score: Wells = {
        "points": len(points),
        "possible_points": len(points) + len(items(unknown)),
        "given": points,
        "unknown": items(unknown),
        "stratum": stratum["name"],
        "published_share": stratum["share"],
        "source": SOURCES[stratum["source"]].citation,
        "note": WORDING.service("wells_note"),
    }
    return json_text(score)


def items(bits: int) -> list[str]:
    """Items of the score, given a bit for each."""
    return [item for i, item in enumerate(WELLS) if bits >> i & 1]
