"""Imports point one way, and what serving must not carry it does not."""

import ast
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VOCABULARY = {"data.arrays", "data.judgements", "data.vocabulary", "data.wording", "data.screens"}
PLACE = {"data.checkout"}
FILES_OF_CASES = {"data.cells", "data.problems", "data.rows", "data.whole"}
MAY = {  # package -> modules and packages of ours that it may import
    "data": {"data"},
    "models": VOCABULARY | PLACE | {"models"},
    "service": VOCABULARY | PLACE | FILES_OF_CASES | {"models", "service"},
    "training": {"data", "models", "training", "service.assessment.assess"},
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


ROOMS = {  # room of the service, or module beside them -> those that it may import
    "contract": set(),
    "settings": set(),
    "extras": set(),
    "command": {"extras"},  # it names the others, and imports the one that is asked for
    "client": set(),  # it is handed out, and stands alone
    "ask": {"client"},
    "reading": {"contract"},
    "safety": {"contract"},
    "assessment": {"contract", "reading", "safety"},
    "http": {"contract", "reading", "settings"},
    "running": {"contract", "safety", "assessment", "http"},
    "routes": {"contract", "reading", "safety", "assessment", "http", "running", "ask"},
    "pages": {"contract", "reading", "safety", "assessment", "http", "running", "routes", "ask"},
    "app": {"assessment", "http", "running", "routes", "pages", "settings"},
    "server": {"http", "running", "settings", "app"},
    "offline": {"contract", "reading", "safety", "assessment", "running", "routes", "ask"},
    "__init__": {"extras", "offline"},  # the public assess
    "__main__": {"assessment", "server", "command", "settings"},
}
SERVICE = [path for path in FILES if path.relative_to(ROOT).parts[0] == "service"]
MOST_MODULES = 13  # in a room


def room(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").parts[1]


@pytest.mark.parametrize("path", SERVICE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_rooms_of_the_service_are_entered_one_way(path: Path) -> None:
    """From shapes to rules, assessments, routes, pages, the application and the process."""
    names = {name.split(".")[1] for name in imported(path) if name.startswith("service.")}
    assert names - {room(path), "__version__"} <= ROOMS[room(path)]


def test_a_room_is_small_and_there_are_few_layers() -> None:
    """As many modules as one can hold in mind, and none in two places; ten layers at most."""
    sizes = Counter(room(path) for path in SERVICE if path.name != "__init__.py")
    assert max(sizes.values()) <= MOST_MODULES

    def layer(name: str) -> int:
        return 1 + max((layer(below) for below in ROOMS[name]), default=0)

    assert max(map(layer, ROOMS)) <= 10


TRAINING_ROOMS = {  # room of training, or module beside them -> those that it may import
    "learn": set(),
    "steps": set(),
    "judge": {"learn"},
    "study": {"learn", "judge"},
    "report": {"learn", "judge", "study", "steps"},
    "run": {"learn", "judge", "study", "report", "steps"},
    "__init__": {"learn"},  # the public open_pipeline
    "__main__": {"learn", "judge", "report", "run"},
}
TRAINING = [path for path in FILES if path.relative_to(ROOT).parts[0] == "training"]


@pytest.mark.parametrize("path", TRAINING, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_rooms_of_training_are_entered_one_way(path: Path) -> None:
    """From learning to judging, the study, what people read, and the run."""
    names = {name.split(".")[1] for name in imported(path) if name.startswith("training.")}
    constants = {name for name in names if name.isupper()}  # of the package itself
    assert names - {room(path)} - constants <= TRAINING_ROOMS[room(path)]


TABLES = {ROOT / "service" / "offline" / name for name in ("frame.py", "predict_file.py")}


@pytest.mark.parametrize("package", ["service", "models"])
def test_serving_unpickles_nothing(package: str) -> None:
    """No module that serves can load a pickle, by import or by name; nor does one draw diagrams."""
    for path in sorted((ROOT / package).rglob("*.py")):
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


LONG = {ROOT / "service/safety/rules.py", ROOT / "data/vocabulary.py", ROOT / "service/client.py"}


def test_modules_stay_small() -> None:
    """No module over 250 lines, but two that are one long list, and the client: one file."""
    assert len(FILES) > 30
    assert set(FILES) >= LONG
    for path in FILES:
        assert path in LONG or len(path.read_text("utf-8").splitlines()) <= 250, path
