"""Scores against numbers worked out by hand and against scikit-learn's own."""

from math import log

import numpy as np
import pytest
from sklearn import metrics

from data.vocabulary import CAUSES
from training.judge.evaluate import (
    BINS,
    LENGTHS,
    brier,
    calibration_error,
    evaluate,
    log_loss,
    score,
)


@pytest.fixture(params=range(3))
def drawn(request):
    """5,000 cases whose truth is drawn from their probabilities."""
    rng = np.random.default_rng(request.param)
    proba = rng.dirichlet(np.full(16, 0.3), size=5000)
    proba = (proba + 1e-9) / (proba + 1e-9).sum(axis=1, keepdims=True)
    cause = (rng.random(5000)[:, None] > proba.cumsum(axis=1)).sum(axis=1)
    return proba, np.minimum(cause, 15)


def three_cases():
    """Half on the truth; a quarter on it and half elsewhere; certain and right."""
    proba = np.zeros((3, 16))
    proba[0, [4, 0, 1]] = 0.5, 0.25, 0.25
    proba[1, [0, 4, 1]] = 0.5, 0.25, 0.25
    proba[2, 15] = 1
    return proba, np.array([4, 4, 15])


def test_scores_of_three_cases_worked_by_hand():
    """Each formula once."""
    s = score(*three_cases())
    assert s.cases == 3
    assert s.log_loss == pytest.approx((log(2) + log(4) + 0) / 3)
    assert s.top1 == pytest.approx(2 / 3)
    assert s.top3 == 1
    assert s.brier == pytest.approx((0.25 + 2 / 16 + 0.25 + 0.75**2 + 1 / 16) / 3)
    assert s.dvt_recall == 1
    assert s.recall["deep_vein_thrombosis"] == 0.5
    assert s.recall["none_of_these"] == 1
    assert s.recall["sciatica"] is None
    # Three cases fill three bins: gaps of a half (right), a half (wrong) and none.
    assert s.calibration_error == pytest.approx((0.5 + 0.5 + 0) / 3)


def test_scores_agree_with_scikit_learn(drawn):
    """Log loss, accuracy, top three, Brier score and recall."""
    proba, cause = drawn
    s, labels = score(proba, cause), range(16)
    assert s.log_loss == pytest.approx(metrics.log_loss(cause, proba, labels=labels))
    assert s.top1 == metrics.accuracy_score(cause, proba.argmax(axis=1))
    assert s.top3 == metrics.top_k_accuracy_score(cause, proba, k=3, labels=labels)
    theirs = metrics.brier_score_loss(cause, proba, labels=labels, scale_by_half=False)
    assert s.brier == pytest.approx(theirs)
    recall = metrics.recall_score(cause, proba.argmax(axis=1), average=None, labels=labels)
    assert list(s.recall) == list(CAUSES)
    assert list(s.recall.values()) == pytest.approx(recall.tolist())


def test_probabilities_that_the_truth_follows_are_calibrated(drawn):
    """Sharpening them makes the error grow; the mean gap is no more than sampling noise."""
    proba, cause = drawn
    sharp = proba**2 / (proba**2).sum(axis=1, keepdims=True)
    assert calibration_error(proba, cause) < 0.03
    assert calibration_error(sharp, cause) > calibration_error(proba, cause) + 0.03


def test_calibration_bins_hold_equally_many_cases():
    """Of 30 cases with confidence 0.60 to 0.89, two a bin, all right: the mean gap is 0.255."""
    confidence = 0.6 + np.arange(30) / 100
    proba = np.full((30, 16), 0.0)
    proba[:, 3], proba[:, 4] = confidence, 1 - confidence
    assert BINS == 15
    assert calibration_error(proba, np.full(30, 3)) == pytest.approx(1 - 0.745)
    # One wrong in each bin: the two cases average before the gap is taken.
    cause = np.tile([3, 4], 15)
    assert calibration_error(proba, cause) == pytest.approx((confidence - 0.5).mean())


def test_a_truth_that_was_held_impossible_costs_much_but_stays_finite():
    """So that one case cannot hide the others."""
    proba = np.zeros((1, 16))
    proba[0, 0] = 1
    assert 700 < log_loss(proba, np.array([1])) < 800
    assert brier(proba, np.array([1])) == 2


def test_dvt_counts_as_suspected_from_five_percent_on():
    """Not below, whatever else is likelier."""
    proba = np.zeros((2, 16))
    proba[:, 4] = 0.05, 0.0499
    proba[:, 0] = 1 - proba[:, 4]
    assert score(proba, np.array([4, 4])).dvt_recall == 0.5


def test_every_length_of_interview_is_scored_apart():
    """Each length from 3 to 79 belongs to one part; parts without cases are left out."""
    answers = np.arange(3, 80)
    proba, cause = np.full((77, 16), 1 / 16), np.zeros(77, dtype=np.int64)
    scores = evaluate({"floor": proba}, answers, cause)
    assert list(scores) == ["all", *LENGTHS]
    assert [scores[name]["floor"].cases for name in scores] == [77, 6, 12, 20, 39]
    assert list(evaluate({"floor": proba[:6]}, answers[:6], cause[:6])) == ["all", "3-8"]
