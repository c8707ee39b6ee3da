"""The knowledge and the world of the repository, built once."""

import pytest

from data.build import load_world
from data.knowledge import Knowledge
from data.loader import load
from data.world import World


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture(scope="session")
def world() -> World:
    return load_world()
