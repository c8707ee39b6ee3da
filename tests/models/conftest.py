"""A small random model, saved and promoted as training would do it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.vocabulary import CAUSES, FINDINGS
from models.artifact import ModelRefused, load_current
from models.encoder import FIRST_ROW, ROWS
from models.model import Model
from models.store import promote, save


@pytest.fixture
def codes() -> np.ndarray:
    """200 cases of every length: the first answers nothing, the last everything."""
    rng = np.random.default_rng(5)
    levels = np.array([len(f.levels) for f in FINDINGS.values()])
    full = 1 + (rng.random((200, len(levels))) * levels).astype(np.uint8)
    full[rng.random(full.shape) >= np.linspace(0, 1, 200)[:, None]] = 0
    full[-1] = 1
    return full


@pytest.fixture
def learnt() -> dict[str, np.ndarray]:
    """Weights of 40 classes."""
    rng = np.random.default_rng(6)
    weights = rng.normal(-3, 1, (ROWS, 40))
    weights[FIRST_ROW] = 0
    cause = np.sort(np.concatenate([np.arange(16), rng.integers(0, 16, 24)]))
    return {"weights": weights, "intercept": rng.normal(-3, 1, 40), "cause": cause}


@pytest.fixture
def manifest(codes: np.ndarray, learnt: dict[str, np.ndarray]) -> dict[str, Any]:
    """What training adds to a manifest."""
    proba = Model("", {}, {}, **learnt).predict_proba(codes)
    return {
        "care": {cause: {"urgency": "soon", "threshold": 0.25} for cause in CAUSES},
        "golden": {"codes": codes.tolist(), "probabilities": proba.tolist()},
    }


def pages(stated: Mapping[str, Any]) -> dict[str, str]:
    """What people read; it names the version and what is in it."""
    return {"card.md": f"{stated['version']}: {', '.join(stated['files'])}\n"}


@pytest.fixture
def write(
    tmp_path: Path, manifest: dict[str, Any], learnt: dict[str, np.ndarray]
) -> Callable[..., Path]:
    """Saves and promotes; what is given replaces what would be written."""

    def saved(**changes: Any) -> Path:
        merged = {**manifest, **changes.get("manifest", {})}
        arrays = {**learnt, **changes.get("arrays", {})}
        return save(tmp_path, merged, arrays, b"a pipeline, for people", pages)

    return saved


@pytest.fixture
def folder(write: Callable[..., Path]) -> Path:
    """Folder of a promoted version."""
    saved = write()
    promote(saved)
    return saved


@pytest.fixture
def point() -> Callable[[Path], None]:
    """Makes a version current without asking whether it would load, digests re-made."""

    def pointed(folder: Path) -> None:
        content = folder / "manifest.json"
        digest = hashlib.sha256(content.read_bytes()).hexdigest()
        target = {"version": folder.name, "manifest_sha256": digest}
        (folder.parent / "current").write_text(json.dumps(target))

    return pointed


@pytest.fixture
def refused() -> Callable[[Path], str]:
    """Reason for which the current model is refused: one sentence with the way out."""

    def reason(models_dir: Path) -> str:
        with pytest.raises(ModelRefused) as caught:
            load_current(models_dir)
        assert "`make train`" in str(caught.value)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return reason
