"""The estimator's rates, by hand and against a network that it should find."""

import numpy as np
import pytest
from sklearn.base import clone

from data.build import load_world
from data.loader import load
from data.vocabulary import CAUSES, FINDINGS
from data.world import World
from models.encoder import FIRST_ROW, PARENTS, SIZES, encode, features, shape
from training.bayes import AugmentedNB

ONE_EACH = np.arange(16)  # a class for each cause


def rates(model, name):
    """P(level | class, parents) that it has learnt, (k, levels, *parents)."""
    first, size = FIRST_ROW[FINDINGS[name].index], SIZES[FINDINGS[name].index]
    learnt = np.exp(model.arrays()["weights"][first + 1 : first + size])
    return learnt.T.reshape(-1, *shape(name))


def learn(cases, classes, **options):
    model = AugmentedNB(options.pop("cause", ONE_EACH), **options)
    return model.fit(features(encode(cases)), np.array(classes))


def test_rates_are_worked_out_by_hand():
    """Nobody yes: 1 of 2 expected overall; drawn to the cause, then to the class."""
    cases = [{"fever_chills": "no"}] * 3 + [{"fever_chills": "yes"}] + [{}] * 15
    model = learn(cases, [0, 0, 0, 0, *range(1, 16)], strength=2.0)
    overall = (1 + 1 / 2) / (4 + 1)
    of_cause = own = (1 + 2 * overall) / (4 + 2)
    own = (1 + 2 * of_cause) / (4 + 2)
    assert rates(model, "fever_chills")[0, 1] == pytest.approx((1 + 2 * own) / (4 + 2))
    assert rates(model, "fever_chills")[5, 1] == pytest.approx(overall)


def test_rates_given_any_answers_of_the_parents_sum_to_one():
    """For every finding, class and combination, the unseen included."""
    cases = load_world().sample(3_000, np.random.default_rng(1))
    model = AugmentedNB(ONE_EACH).fit(features(cases.codes), cases.cause)
    for name in FINDINGS:
        assert rates(model, name).sum(axis=1) == pytest.approx(1)
        assert (rates(model, name) > 0).all()
    assert not model.arrays()["weights"][FIRST_ROW].any()


def test_a_parents_effect_in_a_cause_is_expected_of_each_of_its_classes():
    """A class never seen at an age follows what that age does to the others of its cause."""
    old, young = {"age": "80plus"}, {"age": "18-29"}
    first = [{**old, "diabetes": "yes"}] * 900 + [{**old, "diabetes": "no"}] * 100
    first += [{**young, "diabetes": "yes"}] * 100 + [{**young, "diabetes": "no"}] * 900
    second = [{**young, "diabetes": "no"}] * 1000
    rest = [{"diabetes": "no"}] * 15
    model = learn(
        first + second + rest,
        [0] * 2000 + [1] * 1000 + list(range(2, 17)),
        cause=np.array([0, *range(16)]),
    )
    level, ages = FINDINGS["diabetes"].code("yes") - 1, FINDINGS["age"]
    of_second = rates(model, "diabetes")[1, level]
    assert of_second[ages.code("80plus")] > 3 * of_second[ages.code("18-29")]


def test_a_network_of_that_shape_is_found():
    """With strength near none and many cases, the shares in the data, class by class."""
    rng = np.random.default_rng(4)
    codes = np.zeros((60_000, 79), np.uint8)
    y = rng.integers(0, 16, len(codes))
    side, swollen = FINDINGS["laterality"], FINDINGS["leg_swelling"]
    codes[:, side.index] = rng.integers(0, len(side.levels) + 1, len(codes))
    p = rng.dirichlet(np.ones(len(swollen.levels)), (16, len(side.levels) + 1)).cumsum(axis=2)
    drawn = (rng.random(len(codes))[:, None] > p[y, codes[:, side.index]]).sum(axis=1)
    codes[:, swollen.index] = 1 + drawn
    model = AugmentedNB(ONE_EACH, strength=1e-6).fit(features(codes), y)
    for k, level, given in [(0, 0, 1), (3, 1, 2), (15, 2, 3)]:
        of = (y == k) & (codes[:, side.index] == given)
        share = (codes[of, swollen.index] == level + 1).mean()
        assert rates(model, "leg_swelling")[k, level, given] == pytest.approx(share, abs=1e-6)
        share = (codes[y == k, swollen.index] == level + 1).mean()
        assert rates(model, "leg_swelling")[k, level, 0] == pytest.approx(share, abs=1e-6)


def test_counting_in_parts_is_fitting_at_once_and_fitting_forgets():
    """As scikit-learn means partial_fit and fit."""
    cases = load_world().sample(2_000, np.random.default_rng(1))
    patterns, y = features(cases.codes), cases.cause
    parts = AugmentedNB(ONE_EACH)
    for start in range(0, 2_000, 300):
        parts.partial_fit(patterns[start : start + 300], y[start : start + 300])
    whole = clone(parts).fit(patterns[:50], y[:50]).fit(patterns, y)
    assert np.array_equal(parts.predict_proba(patterns[:9]), whole.predict_proba(patterns[:9]))
    assert np.array_equal(parts.predict(patterns), parts.predict_proba(patterns).argmax(axis=1))


def test_what_was_learnt_is_learnt_anew_when_more_is_counted():
    """No stale answer."""
    cases = load_world().sample(4_000, np.random.default_rng(1))
    patterns, y = features(cases.codes), cases.cause
    model = AugmentedNB(ONE_EACH).fit(patterns[:2_000], y[:2_000])
    before = model.predict_proba(patterns[:9])
    assert not np.array_equal(
        before, model.partial_fit(patterns[2_000:], y[2_000:]).predict_proba(patterns[:9])
    )


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


def test_what_rises_with_age_in_the_world_has_age_as_a_parent(world):
    """And nothing else has; the swelling tie is the exception, it would cost too many rows."""
    aged = {f for block in world.blocks if len(block.table) > 1 for f in block.findings}
    swelling = next(tie for tie in load().ties if "leg_swelling" in tie.findings)
    assert {f for f, parents in PARENTS.items() if "age" in parents} == aged - {*swelling.findings}


def test_every_tie_of_the_world_is_a_family_of_the_network():
    """Each of its findings is bound to another by a parent."""
    for tie in load().ties:
        for name in tie.findings:
            bound = {*PARENTS.get(name, ())} | {
                f for f in tie.findings if name in PARENTS.get(f, ())
            }
            assert bound & {*tie.findings}, name


def test_the_cause_of_a_case_is_likelier_after_learning_it():
    """A smoke test on the whole: better than the prior by far."""
    world = load_world()
    train, test = (world.sample(20_000, np.random.default_rng(seed)) for seed in (1, 2))
    model = AugmentedNB(ONE_EACH).fit(features(train.codes), train.cause)
    p = model.predict_proba(features(test.codes))[np.arange(20_000), test.cause]
    floor = world.prior[test.cause]
    assert np.log(p).mean() > np.log(floor).mean() + 0.7
    assert len(CAUSES) == 16
