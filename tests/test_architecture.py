"""Imports point one way, and what serving must not carry it does not."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VOCABULARY = {"data.vocabulary", "data.wording", "data.screens"}
FILES_OF_CASES = {"data.cells", "data.problems", "data.rows", "data.whole"}
MAY = {  # package -> modules and packages of ours that it may import
    "data": {"data"},
    "models": VOCABULARY | {"models"},
    "service": VOCABULARY | FILES_OF_CASES | {"models", "service"},
    "training": {"data", "models", "training", "service.assessment"},
}
FILES = [path for package in MAY for path in sorted((ROOT / package).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, "imports are absolute"
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= whole if node.module in MAY else {node.module}
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    """Knowledge, model, service, training: each imports only what stands before it."""
    package = path.relative_to(ROOT).parts[0]
    ours = {name for name in imported(path) if name.split(".")[0] in MAY}
    allowed = {n for n in ours if n in MAY[package] or n.split(".")[0] in MAY[package]}
    assert ours <= allowed


TABLES = {ROOT / "service" / "frame.py", ROOT / "service" / "batch.py"}


@pytest.mark.parametrize("package", ["service", "models"])
def test_serving_unpickles_nothing(package: str) -> None:
    """No module that serves can load a pickle, by import or by name; nor does one draw diagrams."""
    for path in sorted((ROOT / package).glob("*.py")):
        if path in TABLES:  # for people at a keyboard; that no server loads them is tested too
            continue
        assert not imported(path) & {"pickle", "joblib", "dill", "cloudpickle", "sklearn", "pandas"}
        assert not {name.split(".")[0] for name in imported(path)} & {"matplotlib"}
        calls = {
            (k.arg, getattr(k.value, "value", None))
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call)
            for k in node.keywords
        }
        assert ("allow_pickle", True) not in calls


LISTS = {ROOT / "service" / "safety.py", ROOT / "data" / "vocabulary.py"}


def test_modules_stay_small() -> None:
    """No module over 250 lines, but the two that are one long list."""
    assert len(FILES) > 30
    assert set(FILES) >= LISTS
    for path in FILES:
        assert path in LISTS or len(path.read_text("utf-8").splitlines()) <= 250, path
