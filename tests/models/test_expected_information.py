"""What a model expects of further answers is what it says once they are given."""

from itertools import product

import numpy as np
import pytest

from data.screens import SCREENS
from data.vocabulary import CAUSES, FINDINGS
from models.artifact import load_current
from models.expected_information import ExpectedInformation, bits


@pytest.fixture(scope="module")
def model(models_dir):
    return load_current(models_dir)


def half_known(group, rng):
    """A case that knows every second finding or so, but none of a group."""
    codes = [rng.integers(1, len(f.levels) + 1) * rng.integers(0, 2) for f in FINDINGS.values()]
    codes = np.array(codes, np.uint8)
    codes[[finding.index for finding in group]] = 0
    return codes


@pytest.mark.parametrize("screen", SCREENS.values(), ids=lambda screen: screen.id)
def test_after_each_combination_of_answers_the_causes_are_those_of_the_model(model, screen):
    """Whatever hangs on what: parents on the same screen, on others, and answered children."""
    rng = np.random.default_rng()
    for _ in range(3):
        case = half_known(screen.findings, rng)
        joint = ExpectedInformation(model, case).answers(screen.findings)
        assert joint.shape == (*(len(f.levels) for f in screen.findings), len(CAUSES))
        assert joint.sum() == pytest.approx(1)
        several = np.tile(case, (joint.size // len(CAUSES), 1))
        columns = [f.index for f in screen.findings]
        several[:, columns] = list(product(*(range(1, len(f.levels) + 1) for f in screen.findings)))
        flat = joint.reshape(-1, len(CAUSES))
        after = flat / flat.sum(axis=1, keepdims=True)
        assert after == pytest.approx(model.predict_proba(several), abs=1e-9)


def test_what_is_expected_now_is_what_the_model_says_now(model):
    """The classes sum to the causes."""
    case = half_known([], np.random.default_rng())
    assert ExpectedInformation(model, case).causes() == pytest.approx(
        model.predict_proba(case[None])[0]
    )


def test_bits_are_the_information_that_answers_share_with_the_cause():
    """None where they hang on nothing, one where they tell two apart."""
    assert bits(np.outer([0.2, 0.8], [0.5, 0.5])) == pytest.approx(0, abs=1e-12)
    assert bits(np.array([[0.5, 0], [0, 0.5]])) == pytest.approx(1)
    assert bits(np.array([[[0.5, 0]], [[0, 0.5]]])) == pytest.approx(1)


def test_the_rest_of_an_interview_is_drawn_as_the_model_expects_it(model):
    """Every answer's share, what was answered kept, and the same every time."""
    case = np.zeros(len(FINDINGS), np.uint8)
    case[FINDINGS["age"].index] = 5
    case[FINDINGS["laterality"].index] = 1
    further = ExpectedInformation(model, case)
    drawn = further.play(20_000)
    assert (drawn == further.play(20_000)).all()
    assert (drawn > 0).all()
    known = case > 0
    assert (drawn[:, known] == case[known]).all()
    for finding in (f for f in FINDINGS.values() if not case[f.index]):
        shares = np.bincount(drawn[:, finding.index], minlength=len(finding.levels) + 1)[1:]
        expected = further.answers([finding]).sum(axis=-1)
        assert shares / len(drawn) == pytest.approx(expected, abs=0.02), finding.id


def test_what_hangs_together_is_drawn_together(model):
    """A dent hangs on the swelling that was drawn."""
    drawn = ExpectedInformation(model, np.zeros(len(FINDINGS), np.uint8)).play(20_000)
    pair = [FINDINGS["leg_swelling"], FINDINGS["pitting_dent"]]
    expected = (
        ExpectedInformation(model, np.zeros(len(FINDINGS), np.uint8)).answers(pair).sum(axis=-1)
    )
    shares, *_ = np.histogram2d(
        *(drawn[:, f.index] for f in pair), bins=[np.arange(1, len(f.levels) + 2) for f in pair]
    )
    assert shares / len(drawn) == pytest.approx(expected, abs=0.02)
