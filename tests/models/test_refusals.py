"""A model is judged before it is opened: any doubt is a refusal with a reason."""

import hashlib
import io
import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.artifact import FORMAT, load_current
from models.encoder import FIRST_ROW, SIZES


def flip(path: Path, position: int) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 0x10
    path.write_bytes(content)


def edit(folder: Path, change) -> None:
    """Change the decoded manifest in place and write it back."""
    manifest = json.loads((folder / "manifest.json").read_text())
    change(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def replace_arrays(folder: Path, content: bytes) -> None:
    """Put another arrays.npz in place and state its true size and digest."""
    (folder / "arrays.npz").write_bytes(content)
    stated = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    edit(folder, lambda manifest: manifest["files"].update({"arrays.npz": stated}))


@pytest.mark.parametrize("content", [b"[]", b"null", b"{", b"\xff", b"[" * 100_000])
def test_a_manifest_that_is_none_is_refused(refused, folder, point, content):
    """Whatever reading it brings about."""
    (folder / "manifest.json").write_bytes(content)
    point(folder)
    assert "cannot be read" in refused(folder.parent)


@pytest.mark.parametrize("name", ["arrays.npz", "manifest.json", "current"])
def test_every_flipped_byte_is_refused(refused, folder, name):
    """200 places from the first byte to the last."""
    path = folder / name if name != "current" else folder.parent / name
    for position in np.linspace(0, path.stat().st_size - 1, 200).astype(int):
        flip(path, position)
        refused(folder.parent)
        flip(path, position)
    load_current(folder.parent)


@pytest.mark.parametrize("name", ["arrays.npz", "manifest.json"])
def test_a_cut_or_lengthened_file_is_refused(refused, folder, name):
    """At twenty lengths, and with one byte more."""
    whole = (folder / name).read_bytes()
    for length in np.linspace(0, len(whole) - 1, 20).astype(int):
        (folder / name).write_bytes(whole[:length])
        refused(folder.parent)
    (folder / name).write_bytes(whole + b"\n")
    refused(folder.parent)


@pytest.mark.parametrize("name", ["arrays.npz", "manifest.json"])
def test_a_missing_file_is_refused(refused, folder, name):
    """The reason names it."""
    (folder / name).unlink()
    assert name in refused(folder.parent)


def test_another_versions_manifest_is_refused(refused, folder, write, point):
    """Even with the pointer's digest re-made."""
    other = write(arrays={"intercept": np.zeros(40)})
    shutil.copy(other / "manifest.json", folder / "manifest.json")
    assert "digest" in refused(folder.parent)
    point(folder)
    assert "another version" in refused(folder.parent)


def test_another_versions_numbers_are_refused(refused, folder, write):
    """Their digest is not the one that the manifest states."""
    other = write(arrays={"intercept": np.zeros(40)})
    shutil.copy(other / "arrays.npz", folder / "arrays.npz")
    assert "digest" in refused(folder.parent)


def _swap(items):
    items[0], items[1] = items[1], items[0]


MANIFESTS = [
    (f"service's ({FORMAT - 1}, not {FORMAT})", lambda m: m.update(format=FORMAT - 1)),
    ("format", lambda m: m.update(format=FORMAT + 1)),
    ("format", lambda m: m.pop("format")),
    ("vocabulary", lambda m: m.update(vocabulary="2")),
    ("vocabulary", lambda m: m.update(vocabulary="0")),
    ("parents", lambda m: m["parents"].pop("numbness")),
    ("causes", lambda m: _swap(m["causes"])),
    ("findings", lambda m: _swap(m["findings"])),
    ("findings", lambda m: _swap(m["findings"][9]["levels"])),
    ("findings", lambda m: m["findings"].pop()),
    ("fewer than 100", lambda m: m["golden"].update(codes=m["golden"]["codes"][:99])),
    ("fewer than 100", lambda m: m.update(golden={"codes": [], "probabilities": []})),
    ("other probabilities", lambda m: m["golden"]["probabilities"][7].__setitem__(3, 0.5)),
    ("DecodeError", lambda m: m["golden"]["probabilities"][7].__setitem__(3, float("nan"))),
    ("`$.scores`", lambda m: m.update(scores=[])),
    ("`$.scores[...]`", lambda m: m.update(scores={"all": 3})),
    (
        "`$.scores[...][...].top1`",
        lambda m: m.update(scores={"all": {"model": {"log_loss": 1.5, "top1": "NaN"}}}),
    ),
    ("`$.cases`", lambda m: m.update(cases="3,000")),
    ("`$.shortfalls`", lambda m: m.update(shortfalls=None)),
    (
        "`$.settings[...].rates[...]`",
        lambda m: m.update(settings={"primary_care": {"rates": {"sciatica": -1}}}),
    ),
    ("`$.figures[...][...]`", lambda m: m.update(figures={"background": {"age": "B"}})),
    (
        "`coverage`",
        lambda m: m.update(doubt={"lengths": [], "tails": [], "fit": [], "threshold": []}),
    ),
    ("KeyError", lambda m: m["care"].pop("sciatica")),
    ("ValueError", lambda m: m["care"]["sciatica"].update(threshold=0)),
    ("ValueError", lambda m: m["care"]["sciatica"].update(urgency="now")),
    ("TypeError", lambda m: m["care"]["sciatica"].update(more=1)),
    ("KeyError", lambda m: m["files"].pop("arrays.npz")),
    ("size", lambda m: m["files"]["arrays.npz"].update(bytes=1)),
    ("digest", lambda m: m["files"]["arrays.npz"].update(sha256="0" * 64)),
    ("format", lambda m: m.clear()),
]


@pytest.mark.parametrize(("reason", "change"), MANIFESTS)
def test_a_manifest_that_does_not_fit_is_refused(refused, folder, point, reason, change):
    """Though its digest does; each way of not fitting has its reason."""
    edit(folder, change)
    point(folder)
    assert reason in refused(folder.parent)


def _npz(**arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def _put(array, place, value):
    changed = array.copy()
    changed[place] = value
    return changed


ARRAYS = [
    ("another shape", lambda a: {**a, "weights": a["weights"][:-1]}),
    ("another shape", lambda a: {**a, "cause": a["cause"][:-1]}),
    ("another shape", lambda a: {**a, "intercept": a["intercept"][:, None]}),
    ("another type", lambda a: {**a, "weights": a["weights"].astype(np.float32)}),
    ("another type", lambda a: {**a, "cause": a["cause"].astype(np.int32)}),
    ("not finite", lambda a: {**a, "weights": _put(a["weights"], (3, 3), np.nan)}),
    ("not finite", lambda a: {**a, "intercept": _put(a["intercept"], 0, -np.inf)}),
    ("unknown answers", lambda a: {**a, "weights": _put(a["weights"], (0, 0), 1e-3)}),
    ("out of order", lambda a: {**a, "cause": a["cause"][::-1]}),
    ("exactly the causes", lambda a: {**a, "cause": np.zeros(40, dtype=np.int64)}),
    ("does not hold", lambda a: {"weights": a["weights"], "cause": a["cause"]}),
    ("does not hold", lambda a: {**a, "more": a["cause"]}),
    ("cannot be read", lambda a: {**a, "cause": a["cause"].astype(object)}),
    (
        "LikelihoodsTooSmall",
        lambda a: {**a, "weights": _put(a["weights"], (FIRST_ROW[20] + 1, 20), -700.0)},
    ),
    (
        "other probabilities",
        lambda a: {**a, "weights": _put(a["weights"], (FIRST_ROW[20] + 1, 20), 9.0)},
    ),
    (
        "other probabilities",
        lambda a: {**a, "intercept": a["intercept"] + np.linspace(0, 1e-6, 40)},
    ),
]


@pytest.mark.parametrize(("reason", "change"), ARRAYS)
def test_arrays_that_do_not_fit_are_refused(refused, folder, point, learnt, reason, change):
    """Though their digest does: shape, type, finiteness, order, and at last the golden cases."""
    replace_arrays(folder, _npz(**change(learnt)))
    point(folder)
    assert reason in refused(folder.parent)


def test_golden_cases_catch_any_changed_weight_that_they_use(refused, folder, point, learnt):
    """One pattern of each feature in turn is weighed a little more in one class."""
    for first, size in zip(FIRST_ROW, SIZES, strict=True):
        weights = learnt["weights"].copy()
        weights[first + 1 : first + size, 7] += 1e-2
        replace_arrays(folder, _npz(**{**learnt, "weights": weights}))
        point(folder)
        assert "golden" in refused(folder.parent)


class Canary:
    """Unpickling this makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("wrapped", [False, True])
def test_nothing_is_ever_unpickled(refused, folder, point, learnt, tmp_path, wrapped):
    """Neither a pickle in place of the archive nor one inside it."""
    canary = tmp_path / "canary"
    if wrapped:
        content = _npz(**{**learnt, "cause": np.array([Canary(canary)], dtype=object)})
    else:
        content = pickle.dumps(Canary(canary))
    replace_arrays(folder, content)
    point(folder)
    refused(folder.parent)
    assert not canary.exists()
