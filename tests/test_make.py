"""The commands of the README, as a person types them."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[1]
needs_setup = pytest.mark.skipif(
    not (ROOT / ".venv" / "ready").exists(),
    reason="NOT TESTED: `make` has not set up .venv here; run the tests with `make test`",
)


@contextmanager
def served(models_dir: Path) -> Iterator[str]:
    """First line that `make serve` prints, on a free port, without HOST and any other make."""
    ours = {"HOST", "PORT", "MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
    process = subprocess.Popen(
        ["make", "--no-print-directory", "serve", f"MODELS={models_dir}", "PORT=0"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in ours},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout
        yield process.stdout.readline()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=20)


@needs_setup
def test_make_serve_answers_with_the_model_that_is_there(models_dir: Path) -> None:
    """It answers where it says, and a model that is there is not trained over."""
    before = sorted(models_dir.iterdir())
    with served(models_dir) as line:
        said = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert said, line
        with urlopen(f"{said[0]}/readyz", timeout=10) as response:  # noqa: S310 - our own
            assert b'"ok"' in response.read()
    assert sorted(models_dir.iterdir()) == before


@needs_setup
def test_make_cases_replaces_a_file_only_by_force(tmp_path: Path) -> None:
    """FORCE=1 says so; the name of the file may hold blanks."""
    path = tmp_path / "some cases.csv"
    path.write_text("old")
    for force, code, rows in (("", 2, 1), ("FORCE=1", 0, 6)):
        command = ["make", "cases", f"OUT={path}", "N=5", force]
        assert (
            subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == code
        )
        assert len(path.read_text("utf-8").splitlines()) == rows


@needs_setup
def test_make_serve_never_trains_over_a_model_that_is_refused(tmp_path: Path) -> None:
    """The service starts with the rules alone and says why."""
    (tmp_path / "current").write_text("{")
    with served(tmp_path) as line:
        assert "the safety rules alone, model refused" in line
    assert [path.name for path in tmp_path.iterdir()] == ["current"]


@needs_setup
def test_a_first_make_serve_answers_at_once_while_it_trains(tmp_path: Path) -> None:
    """From the rules alone; whoever ends it ends the training too."""
    models = tmp_path / "models"
    with served(models) as line:
        assert "the safety rules alone, model missing" in line
        assert "make train" not in line
        said = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert said
        with urlopen(f"{said[0]}/readyz", timeout=10) as response:  # noqa: S310 - our own
            ready = json.load(response)
        assert ready["status"] == "degraded"
        assert "is being trained" in ready["reason"]
        end = time.monotonic() + 20
        while not training_processes(models):
            assert time.monotonic() < end
            time.sleep(0.05)
    end = time.monotonic() + 10
    while training_processes(models):
        assert time.monotonic() < end
        time.sleep(0.05)


def training_processes(models: Path) -> list[str]:
    """Command lines of what trains into this folder."""
    lines = subprocess.run(["ps", "-ewwo", "args"], capture_output=True, text=True, check=True)
    return [x for x in lines.stdout.splitlines() if f"-m training --models {models}" in x]
