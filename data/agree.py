"""Checks across the knowledge files, and of those that no type holds."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.check import Checker
from data.knowledge import Knowledge, Profile
from data.vocabulary import CAUSES, FINDINGS


def agree(check: Checker, folder: Path, read: Mapping[str, Any], knowledge: Knowledge) -> None:
    """Report modifiers, yardsticks, exceptions and profiles that name what is not there."""
    check.cited("world.toml: second_condition", read["world.toml"]["second_condition"], grade=False)
    _exceptions(check, knowledge)
    for i, modifier in enumerate(read["modifiers.toml"]["modifiers"]):
        _modifier(check, f"modifiers.toml: modifiers[{i}]", modifier)
    for i, yardstick in enumerate(read["yardsticks.toml"]["yardsticks"]):
        _yardstick(check, f"yardsticks.toml: yardsticks[{i}]", yardstick)
    _base_rates(check, knowledge.profiles)
    for name in read:
        if name.removesuffix(".toml") not in CAUSES and (folder / "profiles" / name).exists():
            check.name(name, name.removesuffix(".toml"), CAUSES, "cause")


def _modifier(check: Checker, place: str, raw: Mapping[str, Any]) -> None:
    check.cited(place, raw)
    check.name(f"{place}.cause", raw["cause"], CAUSES, "cause")
    if raw.keys() & {"finding", "levels"} and not raw.keys() >= {"finding", "levels"}:
        check.add(place, "finding and levels go together")
    elif "finding" in raw and check.name(place, raw["finding"], FINDINGS, "finding"):
        check.levels(place, raw["finding"], raw["levels"])


def _yardstick(check: Checker, place: str, raw: Mapping[str, Any]) -> None:
    check.cited(place, raw, grade=False)
    check.name(f"{place}.cause", raw["cause"], CAUSES, "cause")
    for item in raw["items"]:
        for finding, levels in item.items():
            if check.name(place, finding, FINDINGS, "finding"):
                check.levels(place, finding, levels)


def _exceptions(check: Checker, knowledge: Knowledge) -> None:
    """The subtypes that what is impossible excepts are subtypes."""
    subtypes = [f"{c}/{s}" for c, p in knowledge.profiles.items() for s in p.subtype.states]
    for tie in knowledge.ties:
        for entry in tie.impossible:
            if entry.unless:
                place = f"ties.toml: {' + '.join(tie.findings)}: unless {entry.unless}"
                check.name(place, entry.unless, subtypes, "subtype of a cause")


def _base_rates(check: Checker, profiles: Mapping[str, Profile]) -> None:
    listed = [p.base_rate.p for cause, p in profiles.items() if CAUSES[cause]]
    check.shares("profiles: base_rate over the causes of the article", listed)
