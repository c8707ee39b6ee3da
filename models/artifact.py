"""A trained model on disk: judged first, then opened, then asked to repeat its golden cases.

A version is a folder with ``manifest.json``, ``arrays.npz`` (all that serving needs) and
``model.joblib`` (the pipeline, for people; serving never opens it), and with ``report.html``
and ``card.md`` if training wrote them, which nothing here reads. The pointer file
``current`` beside the folders names the version that is served and its manifest's digest,
and those of the one that was served before, to roll back to.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from data.checkout import command
from data.vocabulary import CARE, CAUSES, FINDINGS, VERSION
from models.arrays import Misfit, opened
from models.encoder import PARENTS
from models.manifest import garbled
from models.model import Care, Model

FORMAT: Final = 3  # raised when a manifest, the arrays or the pipeline mean something else
MANIFEST: Final = "manifest.json"
ARRAYS: Final = "arrays.npz"
PIPELINE: Final = "model.joblib"
POINTER: Final = "current"
GOLDEN_CASES: Final = 100  # fewest that a manifest may hold
TOLERANCE: Final = 1e-9  # between lean arithmetic and pipeline, in probability
NAME: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}")  # of a version
_LARGEST: Final = 1 << 28  # bytes of a file that is read at all


class ModelMissing(Exception):  # noqa: N818 - a state of the service, not an error
    """No model was ever trained here."""


class ModelRefused(Exception):  # noqa: N818
    """There is a model, but something about it is in doubt; the message says what."""


class Promoted(NamedTuple):
    """A version, and the digest that its manifest had when it was promoted."""

    version: str
    manifest_sha256: str


class Pointer(NamedTuple):
    """What the pointer file says: which version is served, and which one was before it."""

    current: Promoted
    before: Promoted | None


def vocabulary() -> dict[str, Any]:
    """The part of a manifest that must equal what this code was written for."""
    return {
        "format": FORMAT,
        "vocabulary": VERSION,
        "findings": [{"id": f.id, "levels": list(f.levels)} for f in FINDINGS.values()],
        "parents": {name: list(parents) for name, parents in PARENTS.items()},
        "causes": list(CAUSES),
    }


def load_current(models_dir: Path) -> Model:
    """The promoted model; ModelMissing if none was ever trained, ModelRefused on any doubt."""
    current = read_pointer(models_dir).current
    with _refusing(models_dir / POINTER):
        if not (models_dir / current.version).is_dir():
            raise _refused(models_dir / POINTER, "names a version that is not there")
    return load(models_dir / current.version, current.manifest_sha256)


def read_pointer(models_dir: Path) -> Pointer:
    """Which version is served and which was before; ModelMissing, ModelRefused as above."""
    pointer = models_dir / POINTER
    with _refusing(pointer):
        if not (pointer.exists() or pointer.is_symlink()):
            if any(NAME.fullmatch(path.name) for path in models_dir.glob("*")):
                raise _refused(pointer, "is missing, so none of the trained models is promoted")
            raise ModelMissing(f"There is no model in {models_dir} yet; run {command('train')}.")
        stated = json.loads(read(pointer, models_dir))
        before = stated.pop("before", None)
        last = None if before is None else _promoted(before, pointer)
        return Pointer(_promoted(stated, pointer), last)


def load(folder: Path, manifest_sha256: str | None = None) -> Model:
    """The model in a version's folder; ModelRefused on any doubt."""
    with _refusing(folder):
        manifest = read_manifest(folder, manifest_sha256)
        arrays = _open_arrays(folder / ARRAYS, read_file(folder, ARRAYS, manifest))
        care = MappingProxyType(_care(manifest))
        model = Model(folder.name, MappingProxyType(manifest), care, **arrays)
        _replay(model, folder / MANIFEST)
    return model


def read_manifest(folder: Path, sha256: str | None = None) -> dict[str, Any]:
    """Manifest of a version's folder, judged; ModelRefused names what does not fit."""
    path = folder / MANIFEST
    content = read(path, folder.parent)
    if sha256 not in (None, hashlib.sha256(content).hexdigest()):
        raise _refused(path, f"does not have the digest that {POINTER} states")
    manifest: dict[str, Any] = msgspec.json.decode(content)  # what is strict can be told again
    for key, expected in vocabulary().items():
        if manifest.get(key) != expected:
            short = isinstance(expected, int | str)
            which = f" ({manifest.get(key)!r:.20}, not {expected!r})" if short else ""
            raise _refused(path, f"has {key} other than this service's{which}")
    if manifest["version"] != folder.name:
        raise _refused(path, "belongs to another version")
    if problem := garbled(manifest):
        raise _refused(path, f"is garbled: {problem}")
    return manifest


def read_file(folder: Path, name: str, manifest: Mapping[str, Any]) -> bytes:
    """Content of a file whose size and digest are as the manifest states, else ModelRefused."""
    content, stated = read(folder / name, folder.parent), manifest["files"][name]
    if len(content) != stated["bytes"]:
        raise _refused(folder / name, "does not have the size that the manifest states")
    if hashlib.sha256(content).hexdigest() != stated["sha256"]:
        raise _refused(folder / name, "does not have the digest that the manifest states")
    return content


def read(path: Path, root: Path) -> bytes:
    """Content of a plain file under root; ModelRefused for links that lead out of it."""
    real = path.resolve()
    if not real.is_relative_to(root.resolve()):
        raise _refused(path, "is a link out of the models folder")
    if not real.is_file() or real.stat().st_size > _LARGEST:
        raise _refused(path, "is missing, or no file that a model could have")
    return real.read_bytes()


def _promoted(stated: Mapping[str, str], pointer: Path) -> Promoted:
    promoted = Promoted(**stated)
    if not NAME.fullmatch(promoted.version):
        raise _refused(pointer, "names no version")
    return promoted._replace(manifest_sha256=str(promoted.manifest_sha256))  # null is no digest


def _open_arrays(path: Path, content: bytes) -> dict[str, NDArray[Any]]:
    try:
        return opened(content)
    except Misfit as misfit:
        raise _refused(path, str(misfit)) from misfit


def _care(manifest: Mapping[str, Any]) -> dict[str, Care]:
    care = {cause: Care(**entry) for cause, entry in manifest["care"].items()}
    for cause in CAUSES:
        if care[cause].urgency not in CARE or not 0 < care[cause].threshold <= 1:
            raise ValueError(f"care of {cause}")
    return care


def _replay(model: Model, path: Path) -> None:
    codes = np.array(model.manifest["golden"]["codes"], dtype=np.uint8)
    expected = np.array(model.manifest["golden"]["probabilities"], dtype=np.float64)
    if len(codes) < GOLDEN_CASES or expected.shape != (len(codes), len(CAUSES)):
        raise _refused(path, f"holds fewer than {GOLDEN_CASES} golden cases")
    if not np.abs(model.predict_proba(codes) - expected).max() <= TOLERANCE:  # NaN must fail
        raise _refused(path, "has golden cases to which the model gives other probabilities")


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Turn whatever a garbled file brings about into a refusal: the service must start."""
    try:
        yield
    except (ModelMissing, ModelRefused):
        raise
    except Exception as problem:
        raise _refused(path, f"cannot be read ({type(problem).__name__})") from problem


def _refused(path: Path, problem: str) -> ModelRefused:
    name = f"{path.parent.name}/{path.name}"
    return ModelRefused(f"{name} {problem}; run {command('train')} to make a new model.")
