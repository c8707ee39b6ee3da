"""A small model of the real knowledge, trained once for the tests that need a real one: slow."""

from pathlib import Path

import pytest

from data.build import load_world
from models.store import promote
from training.run import train

SLOW = {"world", "models_dir"}  # fixtures that take many seconds


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """What waits for a whole world or a trained model is not for `make quick`."""
    for item in items:
        if SLOW & {*item.fixturenames}:
            item.add_marker("slow")


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with a promoted model, learnt from 2 million cases and judged on few."""
    folder = tmp_path_factory.mktemp("models")
    promote(train(load_world(), 2_000_000, 1, 8_192, folder, promote=False).folder)
    return folder
