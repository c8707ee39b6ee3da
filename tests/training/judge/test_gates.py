"""Each gate refuses a model that is bad in just its respect, in plain words."""

from dataclasses import replace

import numpy as np
import pytest

from training.judge.evaluate import score
from training.judge.gates import CALIBRATION, DVT_RECALL, EXCESS_LOG_LOSS, shortfalls


@pytest.fixture
def scores():
    """A model as good as the ceiling."""
    rng = np.random.default_rng(0)
    proba = rng.dirichlet(np.ones(16), size=500)
    best = replace(score(proba, rng.integers(0, 16, 500)), dvt_recall=0.8)
    return {"all": {"floor": best, "model": best, "ceiling": best}}


def with_model(scores, **changes):
    """Scores with the model's changed."""
    return {"all": {**scores["all"], "model": replace(scores["all"]["model"], **changes)}}


def test_a_model_as_good_as_the_ceiling_passes(scores):
    """And one that is better by chance."""
    ceiling = scores["all"]["ceiling"]
    assert shortfalls(scores) == []
    assert shortfalls(with_model(scores, log_loss=ceiling.log_loss - 0.1, dvt_recall=0.9)) == []


@pytest.mark.parametrize(
    ("field", "sign", "allowed", "words"),
    [
        ("log_loss", 1, EXCESS_LOG_LOSS, "Log loss"),
        ("calibration_error", 1, CALIBRATION, "Calibration error"),
        ("dvt_recall", -1, DVT_RECALL, "Recall of deep vein thrombosis"),
    ],
)
def test_each_gate_refuses_just_beyond_what_is_allowed(scores, field, sign, allowed, words):
    """And says by how much; just within it there is nothing to say."""
    own = getattr(scores["all"]["ceiling"], field)
    assert shortfalls(with_model(scores, **{field: own + sign * (allowed - 1e-6)})) == []
    (sentence,) = shortfalls(with_model(scores, **{field: own + sign * (allowed + 0.0123)}))
    assert sentence.startswith(words)
    assert "0.0123 more than" in sentence
    assert str(allowed) in sentence


@pytest.mark.parametrize("field", ["log_loss", "calibration_error", "dvt_recall"])
def test_a_score_that_is_not_a_number_falls_short(scores, field):
    """A comparison with NaN must not pass by being false."""
    assert len(shortfalls(with_model(scores, **{field: float("nan")}))) == 1


def test_all_shortfalls_are_told_at_once(scores):
    """Not only the first."""
    bad = with_model(scores, log_loss=9.0, calibration_error=0.9, dvt_recall=0.0)
    assert len(shortfalls(bad)) == 3


def test_without_a_case_of_dvt_nothing_is_promoted(scores):
    """What was not measured cannot have passed."""
    (sentence,) = shortfalls(with_model(scores, dvt_recall=None))
    assert "not known" in sentence
