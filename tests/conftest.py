"""A small model of the real knowledge, trained once for the tests that need a real one."""

from pathlib import Path

import pytest

from data.build import load_world
from models.store import promote
from training.run import train


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with a promoted model, learnt from 2 million cases and judged on few."""
    folder = tmp_path_factory.mktemp("models")
    promote(train(load_world(), 2_000_000, 1, 8_192, folder, promote=False).folder)
    return folder
