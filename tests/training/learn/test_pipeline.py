"""The pipeline, its classes, and the arrays that say the same."""

import hashlib
import json
import pickle
from pathlib import Path
from types import SimpleNamespace

import joblib
import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import Pipeline

from data.files import frame
from data.vocabulary import CAUSES, FINDINGS
from data.world import Cases
from models.artifact import ModelRefused, load
from models.model import Model
from training import open_pipeline
from training.learn.pipeline import arrays_of, causes_of_classes, classify, fit


def of_every_length():
    """Cases that answer the first 0, 1, ... 79 of their questions in random order, ten each."""
    rng = np.random.default_rng(3)
    codes = np.zeros((800, 79), np.uint8)
    for i, row in enumerate(codes):
        asked = rng.permutation(79)[: i // 10]
        for column in asked:
            row[column] = rng.integers(1, len(list(FINDINGS.values())[column].levels) + 1)
    return codes


def table(codes):
    """The answers as a DataFrame: true and false, numbers, and levels; unknown is missing."""
    cause = np.zeros(len(codes), np.int64)
    rng, named = np.random.default_rng(9), SimpleNamespace(presentations=[SimpleNamespace(name="")])
    return frame(Cases(codes, cause, cause, cause), named, rng)[list(FINDINGS)]


def test_the_served_arithmetic_equals_the_pipeline(trained):
    """Within 1e-9 at every length of interview, the empty and the full case included."""
    codes, model = of_every_length(), load(trained.folder)
    pipeline = open_pipeline(trained.folder)
    theirs = pipeline.predict_proba(table(codes))
    assert model.predict_proba(codes) == pytest.approx(theirs, abs=1e-9, rel=0)


def test_the_pipeline_predicts_the_names_of_causes(trained):
    """As scikit-learn's do: classes in the order of the vocabulary, the likeliest is predicted."""
    pipeline, cases = open_pipeline(trained.folder), table(of_every_length())
    assert type(pipeline) is Pipeline
    assert pipeline.classes_.tolist() == list(CAUSES)
    assert pipeline.feature_names_in_.tolist() == list(FINDINGS)
    proba = pipeline.predict_proba(cases)
    assert proba.shape == (len(cases), len(CAUSES))
    assert np.array_equal(pipeline.predict(cases), pipeline.classes_[proba.argmax(axis=1)])


def test_an_opened_pipeline_can_be_cloned_and_pickled(trained):
    """A clone has its parameters and has learnt nothing; a copy answers as it does."""
    pipeline, cases = open_pipeline(trained.folder), table(of_every_length()[::40])
    copied = pickle.loads(pickle.dumps(pipeline))
    assert np.array_equal(copied.predict_proba(cases), pipeline.predict_proba(cases))
    fresh = clone(pipeline)
    assert fresh.get_params()["model__strength"] == pipeline["model"].strength
    with pytest.raises(NotFittedError):
        fresh.predict(cases)


def own_cases(world, n=600):
    """A table of answers, the names of the causes, and which presentation each case has."""
    cases = world.sample(n, np.random.default_rng(8))
    return table(cases.codes), np.array(list(CAUSES))[cases.cause], cases.presentation


def test_it_can_be_cross_validated_on_own_cases(world, trained):
    """With scikit-learn's own functions: scores are numbers, with presentations or without."""
    pipeline, (X, y, presentation) = open_pipeline(trained.folder), own_cases(world)
    for given in ({}, {"model__presentation": presentation}):
        scores = cross_val_score(pipeline, X, y, cv=3, params=given)
        assert (scores > 1 / len(CAUSES)).all()
    assert np.isfinite(cross_val_score(pipeline, X, y, cv=3, scoring="neg_log_loss")).all()


def test_presentations_reach_the_classifier_by_metadata_routing_too(world, trained):
    """What is learnt is the same either way."""
    X, y, presentation = own_cases(world)
    by_step = clone(open_pipeline(trained.folder)).fit(X, y, model__presentation=presentation)
    with config_context(enable_metadata_routing=True):
        routed = clone(open_pipeline(trained.folder))
        routed["model"].set_fit_request(presentation=True)
        routed.fit(X, y, presentation=presentation)
    assert np.array_equal(routed.predict_proba(X), by_step.predict_proba(X))
    assert len(by_step["model"].cause_) == len(set(presentation))


def learn(world, blocks):
    return arrays_of(fit(world, blocks)["model"])


def test_how_the_stream_is_cut_does_not_matter(world):
    """The same cases in one block or in many give the same numbers to the last bit."""
    whole = world.sample(5000, np.random.default_rng(1))
    parts = [Cases(*(c[i : i + 700] for c in whole)) for i in range(0, 5000, 700)]
    one, many = learn(world, [whole]), learn(world, parts)
    assert all(np.array_equal(one[name], many[name]) for name in one)


def test_a_class_is_a_presentation_or_a_pair_of_causes(world):
    """Cases share one exactly if they share either; its cause is the first one's."""
    rng = np.random.default_rng(2)
    presentation, second = rng.integers(0, 32, 4000), rng.integers(-1, 16, 4000)
    cause = presentation // 2
    labels = classify(world, Cases(np.zeros((4000, 79), np.uint8), cause, presentation, second))
    causes = causes_of_classes(world)
    assert np.array_equal(causes[labels], cause)
    assert (np.diff(causes) >= 0).all()
    kinds = [
        (c, -1, s) if s >= 0 else (c, p, s)
        for c, p, s in zip(cause, presentation, second, strict=True)
    ]
    assert len(set(zip(labels, kinds, strict=True))) == len(set(labels)) == len(set(kinds)) == 288


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
    with pytest.raises(NotFittedError):
        fit(world, [])


def test_class_priors_make_the_intercepts(world):
    """Proportions of the classes drawn."""
    cases = world.sample(4000, np.random.default_rng(1))
    learnt = learn(world, [cases])
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
