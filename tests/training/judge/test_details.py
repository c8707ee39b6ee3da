"""The numbers of the report: excess log loss, reliability, confusion and the learning curve."""

import numpy as np
import pytest

import training.run
from data.vocabulary import CAUSES, FINDINGS
from models.model import Model
from training.judge.details import (
    FIRST,
    STEP,
    Snapshot,
    Snapshots,
    confusion,
    details,
    mean,
    reliability,
    reliability_of,
)
from training.judge.evaluate import BINS, calibration_error, evaluate
from training.learn.bayes import AugmentedNB
from training.learn.pipeline import arrays_of, fit


@pytest.fixture(scope="module")
def honest():
    """30,000 probabilities, and causes drawn from them."""
    rng = np.random.default_rng(3)
    proba = rng.dirichlet(np.full(16, 0.3), size=30_000)
    cause = (rng.random(30_000)[:, None] > proba.cumsum(axis=1)).sum(axis=1).clip(0, 15)
    return proba, cause


@pytest.fixture
def found(world):
    """Details of a model on its way to 40,000 cases of the small world, and what they are from."""
    snapshots = Snapshots()
    learnt = arrays_of(fit(world, training.run.blocks(world, 40_000, 1), snapshots)["model"])
    cases = world.sample(20_000, np.random.default_rng(2))
    predicted = {
        "model": Model("", {}, {}, **learnt).predict_proba(cases.codes),
        "ceiling": world.posterior(cases.codes),
    }
    path = [*snapshots, Snapshot(40_000, learnt)]
    return details(predicted, cases.codes, cases.cause, path), predicted, cases.codes, cases.cause


def test_a_mean_comes_with_its_standard_error():
    """That of one case is not known."""
    assert mean(np.array([1.0, 2.0, 3.0, 6.0])) == (4, 3.0, pytest.approx(4.667**0.5 / 2, abs=1e-3))
    assert mean(np.array([2.0])) == (1, 2.0, float("inf"))


def test_honest_probabilities_lie_within_their_intervals(honest):
    """About 19 in 20 do; each says what its cases came to."""
    proba, cause = honest
    bins = [
        *reliability(proba, cause),
        *(b for i in range(16) for b in reliability_of(proba[:, i], cause == i)),
    ]
    inside = [b.low <= b.said <= b.high for b in bins]
    assert 0.9 < np.mean(inside) < 1
    assert all(0 <= b.low < b.high <= 1 and b.low <= b.true <= b.high for b in bins)


def test_dishonest_probabilities_are_shown_to_be(honest):
    """Sharper ones say too much at the top, flatter ones too little."""
    proba, cause = honest
    for power, sign in ((2.0, -1), (0.5, 1)):
        wrong = proba**power / (proba**power).sum(axis=1, keepdims=True)
        last = reliability(wrong, cause)[-4]
        assert np.sign(last.true - last.said) == sign
        assert not last.low <= last.said <= last.high


def test_the_diagram_and_the_calibration_error_agree(honest):
    """The bins are the same, so their mean distance from the diagonal is the error."""
    bins = reliability(*honest)
    assert len(bins) == BINS
    distance = np.mean([abs(b.said - b.true) for b in bins])
    assert distance == pytest.approx(calibration_error(*honest), abs=1e-12)


def test_each_bin_of_one_cause_has_as_many_expected_cases(honest):
    """So the many who surely do not have it fill one bin, and not all but one."""
    p = honest[0][:, 4]
    bins = reliability_of(p, honest[1] == 4)
    assert [b.cases * b.said for b in bins] == pytest.approx([p.sum() / BINS] * BINS, abs=1)
    assert [b.said for b in bins] == sorted(b.said for b in bins)
    assert bins[0].cases > 15_000 > 1_000 > bins[-1].cases
    assert sum(b.cases for b in bins) == len(p)


@pytest.mark.parametrize("n", [1, 2, 20])
def test_few_cases_make_few_bins(honest, n):
    """None of them empty."""
    proba, cause = honest[0][:n], honest[1][:n]
    assert 1 <= len(reliability(proba, cause)) <= n
    assert 1 <= len(reliability_of(proba[:, 0], cause == 0)) <= n


def test_the_confusion_matrix_counts_true_rows_and_said_columns():
    """As scikit-learn's does."""
    proba = np.eye(16)[[0, 0, 3, 3, 3]]
    table = confusion(proba, np.array([0, 2, 3, 3, 0]))
    assert table.sum() == 5
    assert (table[0, 0], table[2, 0], table[3, 3], table[0, 3]) == (1, 1, 2, 1)


def test_the_parts_of_the_excess_add_up(found):
    """By length and by cause they are parts of the same mean; it is the scores' own."""
    shown, predicted, codes, cause = found
    scores = evaluate(predicted, (codes > 0).sum(axis=1), cause)
    for name, by_who in scores.items():
        excess = by_who["model"].log_loss - by_who["ceiling"].log_loss
        assert shown.excess[name].mean == pytest.approx(excess, abs=1e-12)
    for parts in (shown.excess_of.values(), [m for k, m in shown.excess.items() if k != "all"]):
        assert sum(m.cases for m in parts) == len(cause)
        total = sum(m.cases * m.mean for m in parts)
        assert total / len(cause) == pytest.approx(shown.excess["all"].mean, abs=1e-12)


def test_details_are_there_for_every_length_and_cause(found):
    """For model and exact posterior alike."""
    shown, *_ = found
    assert list(shown.excess) == list(shown.reliability) == ["all", "3-8", "9-20", "21-40", "41+"]
    assert list(shown.excess_of) == list(CAUSES)
    for by_who in (shown.dvt, shown.confusion, *shown.reliability.values()):
        assert set(by_who) == {"model", "ceiling"}


def test_the_learning_curve_falls_towards_the_limit(found):
    """Its last point is the model itself."""
    shown, *_ = found
    assert [point.cases for point in shown.curve] == [FIRST, STEP * FIRST, 40_000]
    losses = [point.log_loss for point in shown.curve]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] > shown.limit
    last = shown.curve[-1].excess
    assert last == pytest.approx(shown.excess["all"], abs=1e-12)
    assert losses[-1] - shown.limit == pytest.approx(last.mean, abs=1e-12)


def test_a_snapshot_is_the_model_as_it_would_be_had_it_ended_there(world):
    """What comes later does not change it, to the last bit."""
    snapshots = Snapshots()
    fit(world, training.run.blocks(world, STEP * FIRST, 1), snapshots)
    ended = arrays_of(fit(world, training.run.blocks(world, FIRST, 1))["model"])
    assert [snapshot.cases for snapshot in snapshots] == [FIRST, STEP * FIRST]
    for name, array in snapshots[0].arrays.items():
        assert np.array_equal(array, ended[name])


def test_a_model_that_lacks_a_cause_is_no_point_of_the_curve():
    """The next one that has all of them is."""
    snapshots, bayes = Snapshots(), AugmentedNB()
    bayes.partial_fit(np.zeros((15, len(FINDINGS)), np.int64), np.arange(15), np.arange(16))
    snapshots(FIRST, bayes)
    assert snapshots == []
    bayes.partial_fit(np.zeros((1, len(FINDINGS)), np.int64), np.array([15]))
    snapshots(FIRST + 1, bayes)
    assert [snapshot.cases for snapshot in snapshots] == [FIRST + 1]
