"""A run: what it leaves behind when it goes well, falls short or is stopped."""

import json
from dataclasses import replace

import numpy as np
import pytest

import models.store
import training.run
from data.vocabulary import CAUSES
from models.artifact import ModelMissing, load, load_current
from training.learn.bayes import AugmentedNB
from training.report.score_table import table
from training.run import train


def small(world, models_dir, seed=1, **options):
    return train(world, 20_000, seed, 2_000, models_dir, **options)


@pytest.fixture
def anything_goes(monkeypatch):
    """No gate refuses: for small runs whose quality is not the point."""
    monkeypatch.setattr(training.run, "shortfalls", lambda _: [])


def test_a_good_model_is_promoted_and_served(trained):
    """The pointer names it, and it stands between floor and ceiling."""
    assert trained.promoted
    assert trained.shortfalls == []
    assert load_current(trained.folder.parent).version == trained.folder.name
    for by_who in trained.scores.values():
        floor, model, ceiling = (by_who[who] for who in ("floor", "model", "ceiling"))
        assert floor.log_loss > model.log_loss >= ceiling.log_loss - 0.002
        assert floor.cases == model.cases == ceiling.cases


def test_the_manifest_is_enough_to_describe_the_model(trained, world):
    """Libraries, digests, seeds, sizes, care, scores and golden cases."""
    manifest = json.loads((trained.folder / "manifest.json").read_text())
    assert set(manifest["libraries"]) == {"python", "numpy", "scikit-learn", "scipy", "joblib"}
    assert set(manifest["files"]) == {"arrays.npz", "model.joblib", "report.html", "card.md"}
    assert manifest["knowledge"] == world.digest
    assert len(manifest["code"]) == 64
    assert (manifest["seed"], manifest["cases"]) == (1, 400_000)
    assert (manifest["test_seed"], manifest["test_cases"]) == (2, 8_000)
    assert list(manifest["prior"]) == list(manifest["care"]) == list(CAUSES)
    assert manifest["care"]["sciatica"] == {"urgency": "soon", "threshold": 0.25}
    scores = manifest["scores"]["all"]["model"]
    assert scores["log_loss"] == trained.scores["all"]["model"].log_loss
    assert manifest["shortfalls"] == []


def test_at_least_a_hundred_golden_cases_of_many_lengths(trained):
    """The empty case is one of them."""
    golden = json.loads((trained.folder / "manifest.json").read_text())["golden"]
    answers = (np.array(golden["codes"]) > 0).sum(axis=1)
    assert len(answers) == len(golden["probabilities"]) >= 100
    assert answers.min() == 0
    assert len(set(answers)) > 30


@pytest.mark.usefixtures("anything_goes")
def test_the_same_seed_gives_the_same_arrays_and_another_seed_others(world, tmp_path):
    """To the last bit."""
    runs = [small(world, tmp_path, seed) for seed in (1, 1, 2)]
    first, again, other = ((run.folder / "arrays.npz").read_bytes() for run in runs)
    assert first == again
    assert first != other


@pytest.mark.parametrize("field", ["log_loss", "calibration_error", "dvt_recall"])
def test_a_model_that_falls_short_is_kept_but_not_promoted(copy, world, monkeypatch, field):
    """Bad in one respect is enough; the served model stays, the candidate can be looked at."""
    real = training.run.evaluate

    def worse(*args):
        scores = real(*args)
        ceiling = scores["all"]["ceiling"]
        bad = {"log_loss": 9.0, "calibration_error": 0.9, "dvt_recall": 0.0}[field]
        scores["all"]["model"] = replace(ceiling, **{field: bad})
        return scores

    monkeypatch.setattr(training.run, "evaluate", worse)
    run = small(world, copy.parent)
    assert not run.promoted
    assert len(run.shortfalls) == 1
    assert load_current(copy.parent).version == copy.name
    assert load(run.folder).manifest["shortfalls"] == run.shortfalls


def test_a_world_that_changed_between_learning_and_judging_falls_short(copy, world, monkeypatch):
    """A model that learnt from mislabelled cases is truly bad, and the gates see it."""
    real = training.run.fit

    def misled(world, blocks, *others):
        mislabelled = (b._replace(presentation=b.presentation // 2 * 2) for b in blocks)
        return real(world, mislabelled, *others)

    monkeypatch.setattr(training.run, "fit", misled)
    run = small(world, copy.parent)
    assert not run.promoted
    assert any("Log loss" in sentence for sentence in run.shortfalls)
    assert load_current(copy.parent).version == copy.name


@pytest.mark.usefixtures("anything_goes")
def test_a_run_may_leave_promoting_to_others(world, tmp_path):
    """The candidate loads; what is served does not change."""
    run = small(world, tmp_path / "new" / "models", promote=False)
    assert not run.promoted
    assert load(run.folder).version == run.folder.name
    assert not (run.folder.parent / "current").exists()


@pytest.mark.parametrize("stage", ["fit", "evaluate", "pickled", "save", "make_current"])
@pytest.mark.usefixtures("anything_goes")
def test_a_run_stopped_at_any_stage_leaves_the_served_model(copy, world, monkeypatch, stage):
    """Whole, and without scratch files beside it."""

    def stopped(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(training.run, stage, stopped)
    with pytest.raises(KeyboardInterrupt):
        small(world, copy.parent)
    assert load_current(copy.parent).version == copy.name
    assert not [path for path in copy.parent.iterdir() if path.name.startswith(".")]


@pytest.mark.usefixtures("anything_goes")
def test_a_first_run_stopped_while_writing_leaves_no_model(world, tmp_path, monkeypatch):
    """Missing, not half there."""

    def stopped(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(models.store, "_sync_folder", stopped)
    with pytest.raises(KeyboardInterrupt):
        small(world, tmp_path)
    with pytest.raises(ModelMissing):
        load_current(tmp_path)


def test_the_arrays_must_give_the_pipelines_probabilities(world, tmp_path, monkeypatch):
    """A run whose two forms of the model disagree saves nothing."""
    real = AugmentedNB.predict_proba
    monkeypatch.setattr(AugmentedNB, "predict_proba", lambda *args: real(*args) + 2e-9)
    with pytest.raises(ArithmeticError):
        small(world, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_table_shows_floor_model_and_ceiling_for_all_and_each_length(trained):
    """In lines that fit a terminal, with a recall for each cause."""
    lines = table(trained.scores).splitlines()
    assert max(map(len, lines)) <= 88
    for who in ("floor", "model", "ceiling"):
        assert sum(who in line.split() for line in lines) == 5 + 1  # and the head of the recalls
    assert [line.split()[0] for line in lines[-16:]] == list(CAUSES)
