"""A small world: two presentations a cause, independent answers, no second condition."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import training.run
from data.vocabulary import CAUSES, FINDINGS
from data.world import Cases
from training.run import TrainResult, train


class SmallWorld:
    """What training needs of a world, with random tables and an exact posterior."""

    def __init__(self) -> None:
        rng = np.random.default_rng(11)
        share = rng.dirichlet(np.full(32, 5.0))
        self.presentations = tuple(
            SimpleNamespace(cause=cause, name=name, probability=p)
            for (cause, name), p in zip(
                ((c, n) for c in CAUSES for n in ("mild", "severe")), share, strict=True
            )
        )
        self.share = share
        self.prior = share.reshape(16, 2).sum(axis=1)
        self.care = {c: SimpleNamespace(urgency="soon", cost_ratio=3.0) for c in CAUSES}
        self.digest = "0" * 64
        self.knowledge = None
        self.tables = [
            rng.dirichlet(np.full(len(f.levels), 3.0), size=32) for f in FINDINGS.values()
        ]

    def sample(self, n: int, rng: np.random.Generator) -> Cases:
        presentation = rng.choice(32, size=n, p=self.share)
        codes = np.zeros((n, len(FINDINGS)), np.uint8)
        for column, table in zip(codes.T, self.tables, strict=True):
            level = (rng.random(n)[:, None] > table[presentation].cumsum(axis=1)).sum(axis=1)
            column[:] = 1 + np.minimum(level, table.shape[1] - 1)
        wanted = rng.integers(3, 80, size=n)  # answers of each case
        codes[rng.random(codes.shape).argsort(axis=1) >= wanted[:, None]] = 0
        return Cases(codes, presentation // 2, presentation, np.full(n, -1))

    def posterior(self, codes: np.ndarray) -> np.ndarray:
        scores = np.log(self.share)[None].repeat(len(codes), axis=0)
        for column, table in zip(codes.T, self.tables, strict=True):
            scores += np.vstack([np.zeros(32), np.log(table.T)])[column]
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p = p.reshape(len(codes), 16, 2).sum(axis=2)
        return p / p.sum(axis=1, keepdims=True)


def small_blocks(world: SmallWorld, n: int, seed: int, _workers: int = 1) -> Iterator[Cases]:
    """Stands in for data.cases.blocks."""
    for start in range(0, n, 8192):
        rng = np.random.default_rng([seed, start])
        yield Cases(*(column[: n - start] for column in world.sample(8192, rng)))


@pytest.fixture(scope="session")
def world() -> SmallWorld:
    """The small world."""
    return SmallWorld()


@pytest.fixture(autouse=True)
def of_the_small_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs draw from the small world."""
    monkeypatch.setattr(training.run, "blocks", small_blocks)


@pytest.fixture(scope="session")
def trained(world: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> TrainResult:
    """One good run; tests that change its folder work on a copy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training.run, "blocks", small_blocks)
        return train(world, 400_000, 1, 8_000, tmp_path_factory.mktemp("models"))


@pytest.fixture
def copy(trained: TrainResult, tmp_path: Path) -> Path:
    """Copy of the good run's version, promoted, to be changed freely."""
    import shutil

    models_dir = tmp_path / "models"
    shutil.copytree(trained.folder.parent, models_dir)
    return models_dir / trained.folder.name
