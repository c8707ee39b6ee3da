"""A model that is in order loads, answers and is found by its pointer; links and pipes are not."""

import json
import os
import shutil
import subprocess
import sys
from math import exp
from pathlib import Path

import numpy as np
import pytest

from data.vocabulary import CAUSES, FINDINGS
from models.artifact import ModelMissing, ModelRefused, load, load_current
from models.encoder import FIRST_ROW, PARENTS
from models.model import Care, Model


def test_a_saved_model_comes_back_as_it_was(folder, learnt, manifest, codes):
    """Version, care and numbers survive the disk."""
    model = load_current(folder.parent)
    assert model.version == folder.name
    assert model.care["sciatica"] == Care("soon", 0.25)
    assert list(model.care) == list(CAUSES)
    assert all(np.array_equal(getattr(model, name), learnt[name]) for name in learnt)
    assert model.predict_proba(codes).tolist() == manifest["golden"]["probabilities"]


def test_probabilities_equal_a_sum_written_out_by_hand(folder, learnt, codes):
    """Each class adds the weights of what was answered; classes add up to causes."""
    model = load_current(folder.parent)
    for row in codes[::20]:
        scores = learnt["intercept"].tolist()
        for first, finding in zip(FIRST_ROW, FINDINGS.values(), strict=True):
            pattern, stride, code = 1, 1, int(row[finding.index])
            for parent in reversed(PARENTS.get(finding.id, ())):
                pattern += stride * int(row[FINDINGS[parent].index])
                stride *= len(FINDINGS[parent].levels) + 1
            pattern = pattern + stride * (code - 1) if code else 0
            for k in range(len(scores)):
                scores[k] += float(learnt["weights"][first + pattern, k])
        by_cause = [0.0] * 16
        for k, score in enumerate(scores):
            by_cause[learnt["cause"][k]] += exp(score - max(scores))
        expected = [value / sum(by_cause) for value in by_cause]
        assert model.predict_proba(row[None])[0] == pytest.approx(expected, abs=1e-12)


def test_a_case_in_a_batch_is_the_single_case_to_the_last_bit(folder, codes):
    """A client may send one case or many and sees the same numbers."""
    model = load_current(folder.parent)
    many = np.tile(codes, (3, 1))  # beyond one slice of the batch
    together = model.predict_proba(many)
    for i, row in enumerate(many):
        assert np.array_equal(model.predict_proba(row[None])[0], together[i])
    assert together.sum(axis=1) == pytest.approx(1, abs=1e-12)
    assert (together > 0).all()
    assert model.predict_proba(many[:0]).shape == (0, 16)


@pytest.mark.parametrize("level", [-2000.0, 2000.0])
def test_very_small_and_very_large_scores_are_no_trouble(learnt, codes, level):
    """Only the differences between classes count."""
    usual = Model("", {}, {}, **learnt).predict_proba(codes)
    moved = Model("", {}, {}, **{**learnt, "intercept": learnt["intercept"] + level})
    assert moved.predict_proba(codes) == pytest.approx(usual, abs=1e-9)


def test_a_loaded_model_cannot_be_changed(folder):
    """Its arrays are read-only, and so are its thresholds and its manifest."""
    model = load_current(folder.parent)
    for mapping in (model.care, model.manifest):
        with pytest.raises(TypeError):
            mapping["sciatica"] = None
    with pytest.raises(ValueError, match="read-only"):
        model.weights[0, 0] = 1.0


def test_nothing_trained_is_missing_not_refused(tmp_path):
    """Neither an empty folder nor none at all is a doubt; code beside the versions is no model."""
    (tmp_path / "encoder.py").touch()
    (tmp_path / ".writing-abc").mkdir()
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ModelMissing, match="make train"):
            load_current(place)


def test_a_model_that_was_never_promoted_is_refused_not_missing(refused, folder):
    """A candidate is there, so nobody may train over it unasked."""
    (folder.parent / "current").unlink()
    assert "current" in refused(folder.parent)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'"20260101T000000Z-00000000"',
        b"{}",
        b'{"version": 7, "manifest_sha256": "0"}',
        b'{"version": null, "manifest_sha256": null}',
        b'{"version": "..", "manifest_sha256": "0"}',
        b'{"version": "/etc", "manifest_sha256": "0"}',
        b'{"version": "20260101T000000Z-00000000", "manifest_sha256": "0"}',
        b'{"version": "20260101T000000Z-00000000/../x", "manifest_sha256": "0"}',
        b'{"version": "20260101T000000Z-00000000", "manifest_sha256": "0", "more": 1}',
        b"[" * 100_000,
    ],
)
def test_a_garbled_or_dangling_pointer_is_refused(refused, folder, content):
    """And never followed anywhere else."""
    (folder.parent / "current").write_bytes(content)
    assert "current" in refused(folder.parent)


@pytest.mark.parametrize("before", [{}, [], "", 0, {"version": ".."}])
def test_a_pointer_that_is_half_garbled_is_refused(refused, folder, before):
    """Though what it says of the served version is right."""
    stated = json.loads((folder.parent / "current").read_text())
    (folder.parent / "current").write_text(json.dumps({**stated, "before": before}))
    assert "current" in refused(folder.parent)


def test_a_pointer_without_the_manifests_digest_is_refused(refused, folder):
    """A null is no digest."""
    target = {"version": folder.name, "manifest_sha256": None}
    (folder.parent / "current").write_text(json.dumps(target))
    assert "digest" in refused(folder.parent)


@pytest.mark.parametrize("kind", ["folder", "dangling link", "loop"])
def test_a_pointer_that_is_no_file_is_refused(refused, folder, kind):
    """Not even looked into."""
    pointer = folder.parent / "current"
    pointer.unlink()
    if kind == "folder":
        pointer.mkdir()
    else:
        pointer.symlink_to("current" if kind == "loop" else "nothing")
    refused(folder.parent)


def test_the_pipeline_is_not_opened_by_serving(folder):
    """A garbled model.joblib is no concern of the service."""
    (folder / "model.joblib").write_bytes(b"garbage")
    load_current(folder.parent)


@pytest.mark.parametrize("name", ["arrays.npz", "manifest.json", "", "../current"])
def test_links_out_of_the_models_folder_are_refused(refused, folder, tmp_path_factory, name):
    """A file, the version's whole folder or the pointer, though its content is right."""
    path, elsewhere = folder / name, tmp_path_factory.mktemp("elsewhere") / "target"
    shutil.move(path, elsewhere)
    path.symlink_to(elsewhere)
    assert "out of the models folder" in refused(folder.parent)


def test_a_models_folder_that_is_itself_a_link_is_fine(folder, tmp_path_factory):
    """Deployments mount folders so."""
    link = tmp_path_factory.mktemp("elsewhere") / "models"
    link.symlink_to(folder.parent)
    assert load_current(link).version == folder.name


def test_a_pipe_in_place_of_a_file_is_refused_not_waited_for(refused, folder):
    """Nothing that is no plain file is read."""
    (folder / "arrays.npz").unlink()
    os.mkfifo(folder / "arrays.npz")
    assert "missing" in refused(folder.parent)


def test_a_version_can_be_loaded_by_its_folder(folder):
    """For looking at a candidate; without a pointer there is no digest of the manifest."""
    assert load(folder).version == folder.name
    with pytest.raises(ModelRefused, match="digest"):
        load(folder, "0" * 64)


def test_loading_and_answering_import_no_learning_library(folder):
    """Serving does without scikit-learn, SciPy, pandas and joblib."""
    code = (
        "import sys, pathlib, models.artifact as a, models.encoder as e;"
        "a.load_current(pathlib.Path(sys.argv[1])).predict_proba(e.encode([{'age': '18-29'}]));"
        "print({'sklearn', 'scipy', 'pandas', 'joblib', 'training'} & set(sys.modules))"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", code, str(folder.parent)]
    assert subprocess.check_output(command, cwd=root, text=True) == "set()\n"
