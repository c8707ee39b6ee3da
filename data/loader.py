"""Reads the knowledge files and reports everything that is wrong with them at once.

Keys and kinds of value come first; what the entries say is looked at once all of those fit.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from data.agree import agree
from data.check import Checker, KnowledgeError
from data.knowledge import (
    Care,
    Distribution,
    Errors,
    Impossible,
    Interviews,
    Knowledge,
    Latent,
    Link,
    Odds,
    Profile,
    Tie,
    scaled,
)
from data.layout import FILES, PROFILE
from data.shape import misfits
from data.vocabulary import CARE, CAUSES, FINDINGS

HERE = Path(__file__).parent


def load(folder: Path = HERE) -> Knowledge:
    """Knowledge of a folder laid out like this one; KnowledgeError lists every problem."""
    check = Checker()
    read = {path.name: _toml(path, check) for path in _files(folder)}
    for cause in CAUSES:
        if f"{cause}.toml" not in read:
            check.add(f"{cause}.toml", "missing; every cause needs a profile")
    if check.problems:
        raise KnowledgeError(check.problems)
    check.sources = read["sources.toml"]
    world = read["world.toml"]
    knowledge = Knowledge(
        background=_background(check, read["background.toml"]),
        age_odds_range=read["background.toml"]["age_odds_range"],
        profiles={c: _profile(check, f"{c}.toml", read[f"{c}.toml"]) for c in CAUSES},
        severity_effects=_effects(
            check, "world.toml: severity.effects", world["severity"]["effects"]
        ),
        ties=tuple(_tie(check, raw) for raw in read["ties.toml"]["ties"]),
        links=tuple(_link(check, i, raw) for i, raw in enumerate(read["links.toml"]["links"])),
        share=world["second_condition"]["share"],
        strength=world["second_condition"]["strength"],
        errors=_errors(check, world["errors"]),
        interviews=_interviews(check, world["interviews"]),
        digest=digest(folder),
    )
    agree(check, folder, read, knowledge)
    check.unused()
    if check.problems:
        raise KnowledgeError(check.problems)
    return knowledge


def digest(folder: Path = HERE) -> str:
    """SHA-256 over the names and contents of the files that a model comes from."""
    total = hashlib.sha256()
    for path in (*_files(folder), folder / "statistics.toml"):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def _files(folder: Path) -> Iterable[Path]:
    names = ("background", "world", "ties", "links", "modifiers", "yardsticks", "sources")
    return [folder / f"{name}.toml" for name in names] + sorted(
        (folder / "profiles").glob("*.toml")
    )


def _toml(path: Path, check: Checker) -> dict[str, Any]:
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:  # not UTF-8, or not TOML
        check.add(path.name, f"cannot be read: {error}")
        return {}
    for misfit in misfits(raw, FILES.get(path.name, PROFILE)):
        check.add(path.name, misfit)
    return raw


def _background(check: Checker, raw: Mapping[str, Any]) -> dict[str, Distribution]:
    found = _findings(check, "background.toml", raw["findings"])
    for finding in FINDINGS.keys() - found.keys() - {"age", "sex"}:
        check.add(f"background.toml: findings.{finding}", "missing; every finding needs one")
    return found


def _findings(check: Checker, file: str, raw: Mapping[str, Any]) -> dict[str, Distribution]:
    found = {}
    for name, entry in raw.items():
        place = f"{file}: findings.{name}"
        if check.name(place, name, FINDINGS, "finding"):
            found[name] = check.distribution(place, FINDINGS[name], entry)
    return found


def _profile(check: Checker, file: str, raw: Mapping[str, Any]) -> Profile:
    rate, care = raw["base_rate"], raw["care"]
    sources = check.cited(f"{file}: base_rate", rate)
    check.cited(f"{file}: care", care, grade=False)
    check.name(f"{file}: care.urgency", care["urgency"], CARE, "urgency")
    findings = _findings(check, file, raw["findings"])
    for needed in {"age", "sex"} - findings.keys():
        check.add(f"{file}: findings.{needed}", "missing; every profile states it")
    return Profile(
        base_rate=check.figure(f"{file}: base_rate.rate", rate["rate"]),
        care=Care(care["urgency"], care["cost_ratio"]),
        severity=_latent(check, f"{file}: severity", raw.get("severity"), "severity"),
        subtype=_latent(check, f"{file}: subtype", raw.get("subtype"), "subtype"),
        findings=findings,
        base_grade=rate.get("grade", ""),
        base_sources=sources,
    )


def _latent(check: Checker, place: str, raw: Mapping[str, Any] | None, kind: str) -> Latent:
    if raw is None:
        return Latent({"only": 1.0}, {})
    check.cited(place, raw)
    states = dict(raw["states"])
    check.shares(f"{place}.states", states.values())
    effects, spread = raw.get("effects", {}), raw["log_odds_range"]
    if kind == "subtype":
        for state in effects:
            check.name(f"{place}.effects.{state}", state, states, "state")
        found = {s: _effects(check, f"{place}.effects.{s}", e) for s, e in effects.items()}
        return Latent(states, found, spread)
    if len(states) != 3:
        check.add(f"{place}.states", "must be three, from mild to severe")
    steps = _effects(check, f"{place}.effects", effects)
    return Latent(states, {s: scaled(steps, i - 1) for i, s in enumerate(states)}, spread)


def _effects(check: Checker, place: str, raw: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    for finding, levels in raw.items():
        if check.name(f"{place}.{finding}", finding, FINDINGS, "finding"):
            check.levels(f"{place}.{finding}", finding, levels)
    return {finding: dict(levels) for finding, levels in raw.items()}


def _scope(check: Checker, place: str, raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Causes that an entry is for: `only` these, all `except` these, or all."""
    for cause in [*raw.get("only", []), *raw.get("except", [])]:
        check.name(place, cause, CAUSES, "cause")
    return tuple(c for c in raw.get("only", CAUSES) if c not in raw.get("except", ()))


def _tie(check: Checker, raw: Mapping[str, Any]) -> Tie:
    place = f"ties.toml: {' + '.join(raw['findings'])}"
    check.cited(place, raw, grade=False)
    for finding in raw["findings"]:
        check.name(place, finding, FINDINGS, "finding")
    impossible = [dict(entry) for entry in raw.get("impossible", [])]
    exceptions = [entry.pop("unless", "") for entry in impossible]
    for levels in [*impossible, *(odds["when"] for odds in raw.get("odds", []))]:
        for finding, names in levels.items():
            check.name(place, finding, raw["findings"], "finding of this tie")
            check.levels(f"{place}: {finding}", finding, names)
    return Tie(
        findings=tuple(raw["findings"]),
        impossible=tuple(map(Impossible, impossible, exceptions)),
        odds=tuple(
            Odds(o["when"], o["ratio"], _scope(check, place, o)) for o in raw.get("odds", [])
        ),
    )


def _link(check: Checker, i: int, raw: Mapping[str, Any]) -> Link:
    place = f"links.toml: links[{i}]"
    check.cited(place, raw)
    check.name(f"{place}.second", raw["second"], CAUSES, "cause")
    if check.name(f"{place}.trigger", raw["trigger"], FINDINGS, "finding"):
        check.levels(f"{place}.probability", raw["trigger"], raw["probability"])
    check.levels(f"{place}.ages", "age", raw.get("ages", []))
    return Link(
        trigger=raw["trigger"],
        second=raw["second"],
        probability={
            level: check.figure(f"{place}.probability.{level}", figure)
            for level, figure in raw["probability"].items()
        },
        ages=tuple(raw.get("ages", FINDINGS["age"].levels)),
        causes=_scope(check, place, raw),
    )


def _errors(check: Checker, raw: Mapping[str, Any]) -> Errors:
    check.cited("world.toml: errors", raw, grade=False)
    for finding in raw["exact"]:
        check.name("world.toml: errors.exact", finding, FINDINGS, "finding")
    return Errors(
        **{k: v for k, v in raw.items() if k not in {"source", "exact"}}, exact=tuple(raw["exact"])
    )


def _interviews(check: Checker, raw: Mapping[str, Any]) -> Interviews:
    weights = {}
    check.cited("world.toml: interviews", raw, grade=False)
    for name, group in raw.items():
        if isinstance(group, dict):
            for finding in group["findings"]:
                check.name(f"world.toml: interviews.{name}", finding, FINDINGS, "finding")
                weights[finding] = group["weight"]
    return Interviews(
        raw["fewest"], (raw["willing"][0], raw["willing"][1]), raw["complete"], weights
    )
