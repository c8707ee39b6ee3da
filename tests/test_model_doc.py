"""docs/MODEL.md says what is so: its code runs, and the files that it names exist."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss

from data.build import load_world
from data.files import frame
from models.artifact import read_pointer
from training import open_pipeline

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "MODEL.md").read_text("utf-8")
CODE = re.compile(r"<!-- code -->\n```python\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def cases() -> pd.DataFrame:
    """Simulated cases with all that `make cases` writes."""
    world, rng = load_world(), np.random.default_rng(7)
    return frame(world.sample(1_000, rng), world, rng)


def test_the_code_runs_as_it_stands(cases: pd.DataFrame, models_dir: Path, tmp_path: Path) -> None:
    """In a folder with the models and a file of cases; it prints what each step found."""
    found = CODE.search(TEXT)
    assert found
    assert len(found[1].splitlines()) <= 30
    cases.to_csv(tmp_path / "cases.csv", index=False)
    (tmp_path / "models").symlink_to(models_dir)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", found[1]]
    ran = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "nan" not in ran.stdout.lower()
    for printed in ("deep_vein_thrombosis", "came true", "[0."):
        assert printed in ran.stdout
    effects = re.findall(r"^\w{4,} +(-?\d\S*)$", ran.stdout, re.MULTILINE)
    assert len(effects) == 5
    assert all(float(effect) > 0 for effect in effects)


def test_sorted_columns_are_what_the_scores_of_scikit_learn_take(
    cases: pd.DataFrame, models_dir: Path
) -> None:
    """As the text says: with them the log loss is that of the true causes."""
    assert "`log_loss(y, proba[sorted(proba)])`" in TEXT
    pipeline = open_pipeline(models_dir / read_pointer(models_dir).current.version)
    proba = pd.DataFrame(pipeline.predict_proba(cases.iloc[:, :-2]), columns=pipeline.classes_)
    given = [proba.at[i, cause] for i, cause in enumerate(cases["cause"])]
    assert log_loss(cases["cause"], proba[sorted(proba)]) == pytest.approx(-np.log(given).mean())


def test_files_that_it_names_exist() -> None:
    """No path leads nowhere."""
    named = set(re.findall(r"`((?:data|models|training|tests)/[\w./]+\.\w+)`", TEXT))
    named |= {f"docs/{path}" for path in re.findall(r"\]\(([\w./]+)\)", TEXT)}
    assert len(named) > 5
    assert not [path for path in named if not (ROOT / path).exists()]
