"""The stock pipeline, its fit on counts, and the arrays that say the same."""

import hashlib
import json
import pickle
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from data.vocabulary import CAUSES, FINDINGS
from data.world import Cases
from models.artifact import Model, ModelRefused, load
from models.encoder import sum_to_causes
from training import open_pipeline
from training.pipeline import arrays, classify, fit


def of_every_length():
    """Cases that answer the first 0, 1, ... 79 of their questions in random order, ten each."""
    rng = np.random.default_rng(3)
    codes = np.zeros((800, 79), np.uint8)
    for i, row in enumerate(codes):
        asked = rng.permutation(79)[: i // 10]
        for column in asked:
            row[column] = rng.integers(1, len(list(FINDINGS.values())[column].levels) + 1)
    return codes


def test_the_served_arithmetic_equals_the_stock_pipeline(trained):
    """Within 1e-9 at every length of interview, the empty and the full case included."""
    codes, model = of_every_length(), load(trained.folder)
    pipeline = open_pipeline(trained.folder)
    theirs = sum_to_causes(pipeline.predict_proba(codes), model.cause)
    assert model.predict_proba(codes) == pytest.approx(theirs, abs=1e-9, rel=0)


def test_the_pipeline_is_a_stock_one(trained):
    """Its parts are scikit-learn's own, and it tells presentations apart."""
    pipeline = open_pipeline(trained.folder)
    assert type(pipeline) is Pipeline
    steps = [type(step) for step in pipeline.named_steps.values()]
    assert [s.__name__ for s in steps] == ["FunctionTransformer", "OneHotEncoder", "MultinomialNB"]
    assert all(step.__module__.startswith("sklearn.") for step in steps)
    assert len(pipeline.classes_) == 32


def test_fitting_on_counts_equals_fitting_on_cases(world):
    """Naive Bayes sees its data only as sums over each class."""
    cases = [world.sample(3000, np.random.default_rng(seed)) for seed in range(2)]
    pipeline, _ = fit(world, cases)
    labels = np.concatenate([classify(world, block)[0] for block in cases])
    codes = np.concatenate([block.codes for block in cases])
    onehot, bayes = pipeline["onehot"], pipeline["bayes"]
    stock = type(bayes)(alpha=bayes.alpha)
    Pipeline([("ties", pipeline["ties"]), ("onehot", onehot), ("bayes", stock)]).fit(codes, labels)
    assert np.array_equal(bayes.classes_, stock.classes_)
    assert bayes.feature_log_prob_ == pytest.approx(stock.feature_log_prob_, abs=1e-12)
    assert bayes.class_log_prior_ == pytest.approx(stock.class_log_prior_, abs=1e-12)


def test_how_the_stream_is_cut_does_not_matter(world):
    """The same cases in one block or in many give the same numbers to the last bit."""
    whole = world.sample(5000, np.random.default_rng(1))
    parts = [Cases(*(c[i : i + 700] for c in whole)) for i in range(0, 5000, 700)]
    one, many = arrays(*fit(world, [whole])), arrays(*fit(world, parts))
    assert all(np.array_equal(one[name], many[name]) for name in one)


def test_a_class_is_a_presentation_with_its_second_condition(world):
    """Two cases share a class exactly if they share both; its cause is the first one's."""
    rng = np.random.default_rng(2)
    presentation, second = rng.integers(0, 32, 4000), rng.integers(-1, 16, 4000)
    codes = np.zeros((4000, 79), np.uint8)
    labels, causes = classify(world, Cases(codes, presentation // 2, presentation, second))
    assert np.array_equal(causes[labels], presentation // 2)
    assert (np.diff(causes) >= 0).all()
    pairs = set(zip(labels, presentation, second, strict=True))
    assert len(pairs) == len(set(labels)) == len({pair[1:] for pair in pairs})


def test_an_answer_that_was_not_given_changes_nothing(trained):
    """The empty case has the share of each cause among the cases that were drawn."""
    model = load(trained.folder)
    prior = np.bincount(model.cause, np.exp(model.intercept), len(CAUSES))
    assert model.predict_proba(np.zeros((1, 79), np.uint8))[0] == pytest.approx(prior)


def test_a_cause_without_a_case_is_an_error(world):
    """It could never be answered; the message names it."""
    cases = world.sample(2000, np.random.default_rng(1))
    kept = Cases(*(column[cases.cause != 6] for column in cases))
    with pytest.raises(ValueError, match=r"no case of sciatica was drawn"):
        fit(world, [kept])
    with pytest.raises(ValueError, match="no case of"):
        fit(world, [])


def test_class_priors_make_the_intercepts(world):
    """Proportions of the classes drawn."""
    cases = world.sample(4000, np.random.default_rng(1))
    learnt = arrays(*fit(world, [cases]))
    assert np.exp(learnt["intercept"]) == pytest.approx(np.bincount(cases.presentation) / 4000)
    assert Model("", {}, {}, **learnt).predict_proba(cases.codes).shape == (4000, 16)


def test_a_changed_pipeline_is_refused_before_it_is_unpickled(copy, monkeypatch):
    """Its digest is in the manifest."""
    monkeypatch.setattr(joblib, "load", lambda *_: pytest.fail("was opened"))
    content = bytearray((copy / "model.joblib").read_bytes())
    content[len(content) // 2] ^= 1
    (copy / "model.joblib").write_bytes(content)
    with pytest.raises(ModelRefused, match="digest"):
        open_pipeline(copy)


def test_a_pipeline_of_another_scikit_learn_is_refused_before_it_is_unpickled(copy, monkeypatch):
    """The manifest, not the unpickling, is where versions are judged."""
    monkeypatch.setattr(joblib, "load", lambda *_: pytest.fail("was opened"))
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["libraries"]["scikit-learn"] = "1.0"
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelRefused, match=r"scikit-learn 1\.0"):
        open_pipeline(copy)


@pytest.mark.parametrize("stated", [False, True])
def test_a_planted_pickle_never_runs(copy, stated):
    """Neither with another digest than the stated one, nor from another scikit-learn."""
    content = pickle.dumps(Canary(copy / "canary"))
    (copy / "model.joblib").write_bytes(content)
    if stated:
        manifest = json.loads((copy / "manifest.json").read_text())
        file = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        manifest["files"]["model.joblib"] = file
        manifest["libraries"]["scikit-learn"] = "0.1"
        (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelRefused):
        open_pipeline(copy)
    assert not (copy / "canary").exists()


class Canary:
    """Unpickling this makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)
