"""The commands of the README, as a person types them."""

import os
import re
import signal
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[1]
needs_setup = pytest.mark.skipif(
    not (ROOT / ".venv" / "ready").exists(),
    reason="NOT TESTED: `make` has not set up .venv here; run the tests with `make test`",
)


@needs_setup
def test_make_serve_answers_with_the_model_that_is_there(models_dir: Path) -> None:
    """Without HOST, on a free port; a model that is there is not trained over."""
    before = sorted(models_dir.iterdir())
    env = {k: v for k, v in os.environ.items() if k not in {"HOST", "PORT", "MAKEFLAGS"}}
    process = subprocess.Popen(
        ["make", "serve", f"MODELS={models_dir}", "PORT=0"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout
        said = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert said
        with urlopen(f"{said[0]}/readyz", timeout=10) as response:  # noqa: S310 - our own
            assert b'"ok"' in response.read()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=20)
    assert sorted(models_dir.iterdir()) == before


@needs_setup
def test_make_serve_never_trains_over_a_model_that_is_refused(tmp_path: Path) -> None:
    """The service starts with the rules alone and says why."""
    (tmp_path / "current").write_text("{")
    process = subprocess.Popen(
        ["make", "serve", f"MODELS={tmp_path}", "PORT=0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout
        assert "the safety rules alone, model refused" in process.stdout.readline()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=20)
    assert [path.name for path in tmp_path.iterdir()] == ["current"]
