"""The hazard log is whole: nothing in it is unknown, forgotten, out of date or made up."""

import ast
import tomllib
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NO_OPS = ROOT / "tests" / "programs" / "no_ops.py"
LOG = tomllib.loads((ROOT / "tests" / "hazards.toml").read_text("utf-8"))
HAZARDS, CONTROLS = LOG["hazard"], LOG["control"]
OURS = ("data", "models", "service", "training")
SEEDS = {f"H-{number:02}" for number in range(1, 13)}  # the hazards that the log started from

each_hazard = pytest.mark.parametrize("hazard", HAZARDS, ids=lambda entry: entry["id"])
each_control = pytest.mark.parametrize("control", CONTROLS, ids=lambda entry: entry["id"])


@cache
def defined(path: Path) -> frozenset[str]:
    """Dotted names of functions, classes and variables that a module defines."""
    return frozenset(_names(ast.parse(path.read_text("utf-8")), ""))


def _names(holder: ast.AST, prefix: str) -> set[str]:
    names = set()
    for node in ast.iter_child_nodes(holder):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(prefix + node.name)
            if isinstance(node, ast.ClassDef):
                names |= _names(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {prefix + target.id for target in targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.ImportFrom):  # a name can be replaced where it is used
            names |= {prefix + (alias.asname or alias.name) for alias in node.names}
    return names


def exists(place: str) -> bool:
    """Whether ``module:name`` is there, in our own source or in a library."""
    module, _, name = place.partition(":")
    if module.partition(".")[0] not in OURS:
        return hasattr(import_module(module), name)
    path = ROOT / f"{module.replace('.', '/')}.py"
    return path.exists() and name in defined(path)


def test_ids_are_used_once_and_stand_in_order() -> None:
    """H-01, H-02 ... and C-01, C-02 ..., without a gap: what is gone keeps its entry."""
    for letter, entries in (("H", HAZARDS), ("C", CONTROLS)):
        expected = [f"{letter}-{number:02}" for number in range(1, len(entries) + 1)]
        assert [entry["id"] for entry in entries] == expected
    assert {hazard["id"] for hazard in HAZARDS} >= SEEDS


@each_hazard
def test_a_hazard_is_described_in_full(hazard: dict) -> None:
    """From cause to what is left, each in a sentence; its risk is one of three."""
    extra = set() if hazard["controls"] else {"why_none"}
    words = {"hazard", "cause", "effect", "left", *extra}
    assert hazard.keys() == words | {"id", "initial_risk", "controls", "review"}
    assert all(hazard[word].endswith(".") for word in words)
    assert hazard["initial_risk"] in {"high", "medium", "low"}


@each_hazard
def test_a_hazard_has_controls_that_exist_or_says_why_it_has_none(hazard: dict) -> None:
    """Each named once."""
    assert hazard["controls"] or hazard["why_none"]
    assert len(set(hazard["controls"])) == len(hazard["controls"])
    assert set(hazard["controls"]) <= {control["id"] for control in CONTROLS}


@each_hazard
def test_a_hazard_is_looked_at_again_in_time(hazard: dict) -> None:
    """Red when the date has passed: review the hazard, then move the date."""
    assert hazard["review"] >= datetime.now(UTC).date()


def test_every_control_is_there_for_a_hazard() -> None:
    """None is left over from a hazard that is gone."""
    needed = {control for hazard in HAZARDS for control in hazard["controls"]}
    assert needed == {control["id"] for control in CONTROLS}


@each_control
def test_a_control_lives_where_the_log_says_and_can_be_switched_off(control: dict) -> None:
    """The code, what is replaced and the replacement exist; the control is said in a sentence."""
    assert control.keys() == {"id", "does", "lives", "tests", "off"}
    assert control["does"].endswith(".")
    assert exists(control["lives"]), control["lives"]
    assert control["off"].keys() == {"replace", "by"}
    assert exists(control["off"]["replace"]), control["off"]["replace"]
    assert control["off"]["by"] in defined(NO_OPS)


@each_control
def test_a_control_is_shown_by_tests_that_exist(control: dict) -> None:
    """At least one, each a function in a file of this folder."""
    assert control["tests"]
    for test in control["tests"]:
        path, _, name = test.partition("::")
        assert name.startswith("test_")
        assert name in defined(ROOT / path), test


def test_every_no_op_replaces_a_control() -> None:
    """None is left over from a control that is gone."""
    no_ops = {name for name in defined(NO_OPS) if name[0].islower()}
    assert {control["off"]["by"] for control in CONTROLS} == no_ops - {"replace"}
