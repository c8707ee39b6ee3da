"""The estimator's rates, by hand and against a network that it should find."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from data.build import load_world
from data.loader import load
from data.vocabulary import CAUSES, FINDINGS
from data.world import World
from models.encoder import FIRST_ROW, LAYOUT, PARENTS, SIZES, encode, shape
from training.learn.bayes import AugmentedNB


def network(strength=60.0):
    """The classifier with the findings and parents of the vocabulary."""
    return AugmentedNB(LAYOUT.levels.tolist(), LAYOUT.parents, strength)


def rates(model, name):
    """P(level | presentation, parents) that it has learnt, (k, levels, *parents)."""
    first, size = FIRST_ROW[FINDINGS[name].index], SIZES[FINDINGS[name].index]
    learnt = np.exp(model.weights_[first + 1 : first + size])
    return learnt.T.reshape(-1, *shape(name))


def learn(cases, causes, presentation=None, **options):
    return network(**options).fit(encode(cases), np.array(causes), presentation)


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
    model = network().fit(cases.codes, cases.cause)
    for name in FINDINGS:
        assert rates(model, name).sum(axis=1) == pytest.approx(1)
        assert (rates(model, name) > 0).all()
    assert not model.weights_[FIRST_ROW].any()


def test_a_parents_effect_in_a_cause_is_expected_of_each_of_its_classes():
    """A class never seen at an age follows what that age does to the others of its cause."""
    old, young = {"age": "80plus"}, {"age": "18-29"}
    first = [{**old, "diabetes": "yes"}] * 900 + [{**old, "diabetes": "no"}] * 100
    first += [{**young, "diabetes": "yes"}] * 100 + [{**young, "diabetes": "no"}] * 900
    second = [{**young, "diabetes": "no"}] * 1000
    rest = [{"diabetes": "no"}] * 15
    model = learn(
        first + second + rest,
        [0] * 3000 + list(range(1, 16)),
        ["first"] * 2000 + ["second"] * 1000 + ["only"] * 15,
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
    model = network(strength=1e-6).fit(codes, y)
    for k, level, given in [(0, 0, 1), (3, 1, 2), (15, 2, 3)]:
        of = (y == k) & (codes[:, side.index] == given)
        share = (codes[of, swollen.index] == level + 1).mean()
        assert rates(model, "leg_swelling")[k, level, given] == pytest.approx(share, abs=1e-6)
        share = (codes[y == k, swollen.index] == level + 1).mean()
        assert rates(model, "leg_swelling")[k, level, 0] == pytest.approx(share, abs=1e-6)


def test_counting_in_parts_is_fitting_at_once_and_fitting_forgets():
    """As scikit-learn means partial_fit and fit."""
    cases = load_world().sample(2_000, np.random.default_rng(1))
    codes, y, parts = cases.codes, cases.cause, network()
    for start in range(0, 2_000, 300):
        part = slice(start, start + 300)
        parts.partial_fit(codes[part], y[part], np.arange(16), cases.presentation[part])
    whole = clone(parts).fit(codes[:50], y[:50]).fit(codes, y, cases.presentation)
    assert np.array_equal(parts.predict_proba(codes[:9]), whole.predict_proba(codes[:9]))
    assert np.array_equal(parts.predict(codes), parts.predict_proba(codes).argmax(axis=1))


def test_a_class_may_have_no_case_yet_and_none_may_be_new():
    """Of the classes that the first part names, one without a case has probability 0."""
    model = network().partial_fit(encode([{"fatigue": "yes"}]), ["b"], classes=["c", "b", "a"])
    assert model.predict_proba(encode([{}, {"fatigue": "no"}])).tolist() == [[0, 1, 0]] * 2
    assert model.predict(encode([{}])).tolist() == ["b"]
    with pytest.raises(ValueError, match="not one of the classes"):
        model.partial_fit(encode([{}]), ["d"])
    with pytest.raises(ValueError, match="classes must be given"):
        network().partial_fit(encode([{}]), ["a"])


@pytest.mark.parametrize("codes", [[[0.5] * 79], [[-1] * 79], [[200] * 79]])
def test_a_code_that_is_none_is_an_error(codes):
    """A fraction, a negative number, and one beyond its finding's levels."""
    with pytest.raises(ValueError, match=r"whole numbers|Negative|beyond"):
        network().fit(codes, ["a"])


def test_presentations_make_a_better_model_of_a_mixture():
    """Two kinds of one class, each with two signs of its own: together they are no class."""
    both, neither = (
        {"fatigue": "yes", "fever_chills": "yes"},
        {"fatigue": "no", "fever_chills": "no"},
    )
    mixed = [{**both, "fever_chills": "no"}, {**neither, "fever_chills": "yes"}]
    cases, causes = [both, neither, *mixed] * 500, [0, 0, 1, 1] * 500
    informed = learn(cases, causes, presentation=[0, 1, 2, 3] * 500)
    assert informed.predict(encode([both, *mixed])).tolist() == [0, 1, 1]
    assert learn(cases, causes).predict_proba(encode([both]))[0] == pytest.approx(0.5)


@parametrize_with_checks([AugmentedNB(), AugmentedNB(use_parents=False)])
def test_the_classifier_is_one_of_scikit_learns(estimator, check):
    """It passes every check that scikit-learn's own pass; none is expected to fail."""
    check(estimator)


def test_what_was_learnt_is_learnt_anew_when_more_is_counted():
    """No stale answer."""
    cases = load_world().sample(4_000, np.random.default_rng(1))
    codes, y = cases.codes, cases.cause
    model = network().fit(codes[:2_000], y[:2_000])
    before = model.predict_proba(codes[:9])
    after = model.partial_fit(codes[2_000:], y[2_000:]).predict_proba(codes[:9])
    assert not np.array_equal(before, after)


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
    model = network().fit(train.codes, train.cause)
    p = model.predict_proba(test.codes)[np.arange(20_000), test.cause]
    floor = world.prior[test.cause]
    assert np.log(p).mean() > np.log(floor).mean() + 0.7
    assert len(CAUSES) == 16
