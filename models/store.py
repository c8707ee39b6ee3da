"""Writing, promoting and rolling back models: each is there whole, or not at all.

Who writes holds a lock on the folder, so whatever bears the scratch name then was left behind
by a run that was killed, and is removed. What is half written or half removed bears that name.
"""

import fcntl
import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.artifact import (
    ARRAYS,
    MANIFEST,
    NAME,
    PIPELINE,
    POINTER,
    ModelMissing,
    ModelRefused,
    Pointer,
    Promoted,
    load,
    read_pointer,
    vocabulary,
)

KEPT: Final = 10  # versions; older ones go when another is saved, but never the last two served
SCRATCH: Final = ".writing-"
TIME: Final = "%Y%m%dT%H%M%SZ"  # UTC, in a version's name

Arrays = Mapping[str, NDArray[Any]]
Pages = Callable[[Mapping[str, Any]], Mapping[str, str]]


class NothingBefore(Exception):  # noqa: N818 - reads as what is so
    """There is no version to roll back to."""


def save(
    models_dir: Path,
    manifest: Mapping[str, Any],
    arrays: Arrays,
    pipeline: bytes,
    pages: Pages = lambda _: {},
) -> Path:
    """Write a version's folder and return it; ``manifest`` is what only training knows.

    ``pages`` makes what people read of it, by file name, given the manifest without them.
    OSError if it cannot be written; then nothing is left of it.
    """
    contents = {ARRAYS: _npz(arrays), PIPELINE: pipeline}
    files = {name: _describe(content) for name, content in contents.items()}
    with _alone(models_dir):
        folder = _free_folder(models_dir, files[ARRAYS]["sha256"][:8])
        stated = {"version": folder.name, **vocabulary(), "files": files, **manifest}
        for name, text in pages(stated).items():
            contents[name] = text.encode()
            files[name] = _describe(contents[name])
        contents[MANIFEST] = _one_entry_a_line(stated)
        scratch = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=models_dir))
        for name, content in contents.items():
            _write(scratch / name, content)
        scratch.chmod(0o755)  # mkdtemp makes it readable by its owner alone
        _sync_folder(scratch)
        scratch.replace(folder)
        _sync_folder(models_dir)
        _prune(models_dir, folder.name)
    return folder


def promote(folder: Path) -> None:
    """Make a version the one that is served; ModelRefused if it would not load."""
    with _alone(folder.parent):
        digest = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
        load(folder, digest)
        _point(folder.parent, Pointer(Promoted(folder.name, digest), _other_than(folder)))


def rollback(models_dir: Path) -> Pointer:
    """Serve the version that was served before; rolling back again undoes it.

    NothingBefore, or ModelRefused if that version would not load.
    """
    with _alone(models_dir):
        served = read_pointer(models_dir)
        if served.before is None:
            raise NothingBefore("No other model was served before this one.")
        load(models_dir / served.before.version, served.before.manifest_sha256)
        turned = Pointer(served.before, served.current)
        _point(models_dir, turned)
    return turned


@contextmanager
def _alone(models_dir: Path) -> Iterator[None]:
    """Wait until no other process writes here; leave no scratch, one's own or a dead one's."""
    handle = os.open(models_dir, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        _sweep(models_dir)
        try:
            yield
        finally:
            _sweep(models_dir)
    finally:
        os.close(handle)  # and the lock with it


def _sweep(models_dir: Path) -> None:
    with suppress(OSError):  # what cannot be removed now goes another time
        for path in models_dir.glob(f"{SCRATCH}*"):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()


def _prune(models_dir: Path, new: str) -> None:
    """Take the oldest versions beyond KEPT away, at once; none if the pointer is in doubt."""
    with suppress(ModelRefused, OSError):
        served = read_pointer(models_dir)
        spared = {new, *(promoted.version for promoted in served if promoted)}
        names = sorted(path.name for path in models_dir.iterdir() if NAME.fullmatch(path.name))
        spare = [name for name in names if name not in spared]
        for name in spare[: max(0, len(names) - KEPT)]:
            (models_dir / name).replace(models_dir / f"{SCRATCH}{name}")


def _other_than(folder: Path) -> Promoted | None:
    """The version that was served last, but for this one; None if there is no telling."""
    try:
        served = read_pointer(folder.parent)
    except ModelMissing:
        return None
    except ModelRefused as doubt:
        if isinstance(doubt.__cause__, OSError):
            raise  # it may be read another time, and is not to be lost
        return None
    return served.before if served.current.version == folder.name else served.current


def _point(models_dir: Path, pointer: Pointer) -> None:
    before = pointer.before and pointer.before._asdict()
    stated = {**pointer.current._asdict(), "before": before}
    scratch = models_dir / f"{SCRATCH}{POINTER}"
    _write(scratch, json.dumps(stated).encode() + b"\n")
    scratch.replace(models_dir / POINTER)
    _sync_folder(models_dir)


def _npz(arrays: Arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _describe(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _free_folder(models_dir: Path, digest: str) -> Path:
    """Named by the time, but after the newest version: names sort as versions were saved.

    A clock may be set back, or forward for a while; the newest must not be pruned as the oldest.
    """
    moments = [datetime.now(UTC)]
    for path in models_dir.iterdir():
        if NAME.fullmatch(path.name):
            with suppress(ValueError, OverflowError):  # a day that does not exist
                saved = datetime.strptime(path.name[:16], TIME).replace(tzinfo=UTC)
                moments.append(saved + timedelta(seconds=1))
    return models_dir / f"{max(moments):{TIME}}-{digest}"


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
