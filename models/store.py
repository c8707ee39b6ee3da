"""Writing a trained model and promoting it: each is there whole, or not at all."""

import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.artifact import ARRAYS, MANIFEST, PIPELINE, POINTER, load, vocabulary

Arrays = Mapping[str, NDArray[Any]]


def save(models_dir: Path, manifest: Mapping[str, Any], arrays: Arrays, pipeline: bytes) -> Path:
    """Write a version's folder and return it; ``manifest`` is what only training knows."""
    contents = {ARRAYS: _npz(arrays), PIPELINE: pipeline}
    files = {name: _describe(content) for name, content in contents.items()}
    folder = _free_folder(models_dir, files[ARRAYS]["sha256"][:8])
    stated = {"version": folder.name, **vocabulary(), "files": files, **manifest}
    contents[MANIFEST] = _one_entry_a_line(stated)
    scratch = Path(tempfile.mkdtemp(prefix=".writing-", dir=models_dir))
    try:
        for name, content in contents.items():
            _write(scratch / name, content)
        scratch.chmod(0o755)  # mkdtemp makes it readable by its owner alone
        _sync_folder(scratch)
        scratch.replace(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    _sync_folder(models_dir)
    return folder


def promote(folder: Path) -> None:
    """Make a version the one that is served; ModelRefused if it would not load."""
    load(folder)
    digest = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    target = {"version": folder.name, "manifest_sha256": digest}
    scratch = folder.parent / f".{POINTER}-{os.getpid()}"
    try:
        _write(scratch, json.dumps(target).encode() + b"\n")
        scratch.replace(folder.parent / POINTER)
    finally:
        scratch.unlink(missing_ok=True)
    _sync_folder(folder.parent)


def _npz(arrays: Arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _describe(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _free_folder(models_dir: Path, digest: str) -> Path:
    moment = datetime.now(UTC)
    while (folder := models_dir / f"{moment:%Y%m%dT%H%M%SZ}-{digest}").exists():
        moment += timedelta(seconds=1)  # the same model trained twice within a second
    return folder


def _one_entry_a_line(manifest: Mapping[str, Any]) -> bytes:
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in manifest.items()]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
