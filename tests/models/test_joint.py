"""Likelihoods of several findings at a time are the products of those of each."""

from contextlib import nullcontext
from math import prod

import numpy as np
import pytest

from data.vocabulary import CAUSES, FINDINGS
from models.encoder import FIRST_ROW, ROWS, SIZES, features
from models.joint import (
    FEW,
    GROUPS,
    MOST_ROWS,
    LikelihoodsTooSmall,
    joint_likelihoods,
    joint_rows,
    product,
)
from models.model import SLICE, Model


def test_the_rows_of_a_case_have_the_product_of_those_of_its_findings(codes, learnt):
    """For every length of interview; they are fewer by more than half."""
    single = learnt["weights"][features(codes) + FIRST_ROW].sum(axis=1)
    rows = joint_rows(codes)
    assert rows.shape == (len(codes), len(GROUPS))
    assert 2 * len(GROUPS) < len(FINDINGS)
    assert len(codes) > FEW
    joint = joint_likelihoods(learnt["weights"])
    assert (joint.max(axis=1) == 1).all()
    logarithms = np.log(product(joint, rows))
    for scores in (logarithms, single):
        scores -= scores.max(axis=1, keepdims=True)
    np.testing.assert_allclose(logarithms, single, rtol=0, atol=1e-11)


@pytest.mark.parametrize(
    ("findings", "weight", "fits"),
    [(1, -599, True), (1, -601, False), (30, -19, True), (30, -38, False)],
)
def test_likelihoods_whose_product_might_vanish_are_an_error(findings, weight, fits):
    """Of one finding, or of many that are each likely enough: a case may have all of them."""
    weights = np.zeros((ROWS, len(CAUSES)))
    weights[FIRST_ROW[:findings] + 1, 3] = weight
    with nullcontext() if fits else pytest.raises(LikelihoodsTooSmall):
        assert (joint_likelihoods(weights) > 0).all()


def test_weights_whose_sum_is_no_number_are_an_error(learnt):
    """Each is finite, and the golden cases may not meet them."""
    weights = learnt["weights"].copy()
    weights[[*(FIRST_ROW[[45, 46]] + SIZES[[45, 46]] - 1)]] = -1.7e308
    with np.errstate(all="ignore"), pytest.raises(LikelihoodsTooSmall):
        joint_likelihoods(weights)


def test_each_finding_is_weighed_once_and_no_group_is_large():
    """Whatever is answered has one place, and all of them together fit a small table."""
    weighed = [finding for group in GROUPS for finding in group.weighed]
    assert sorted(weighed) == list(range(len(FINDINGS)))
    assert max(prod(group.shape) for group in GROUPS) <= MOST_ROWS


def test_every_combination_of_answers_has_a_row_of_its_own():
    """All rows of the table are reached, each by the cases of one cell."""
    rows = [joint_rows(group.cases())[:, at] for at, group in enumerate(GROUPS)]
    found = np.concatenate(rows)
    assert found.tolist() == list(range(len(found)))


def test_a_case_of_another_length_is_an_error():
    """79 codes, no more and no fewer."""
    with pytest.raises(ValueError, match="shapes"):
        joint_rows(np.zeros((1, 78), np.uint8))


def test_a_batch_of_any_length_has_the_bits_of_its_single_cases(codes, learnt):
    """Across the slices in which a batch is worked out."""
    model, codes = Model("", {}, {}, **learnt), np.tile(codes, (3, 1))
    single = np.concatenate([model.predict_proba(codes[i : i + 1]) for i in range(len(codes))])
    lengths = (2, FEW, FEW + 1, SLICE, SLICE + 1, SLICE + FEW, SLICE + FEW + 1, 2 * SLICE + 1)
    assert max(lengths) < len(codes)
    for n in (*lengths, len(codes)):
        assert np.array_equal(model.predict_proba(codes[:n]), single[:n])


def test_another_intercept_shares_what_was_made_of_the_weights(codes, learnt):
    """It answers as a model of its own would, and the first one is as it was."""
    model = Model("", {}, {}, **learnt)
    before = model.predict_proba(codes)
    other = learnt["intercept"][::-1].copy()
    moved = model.with_intercept(other)
    alone = Model("", {}, {}, **{**learnt, "intercept": other})
    assert np.array_equal(moved.predict_proba(codes), alone.predict_proba(codes))
    assert np.array_equal(model.predict_proba(codes), before)
    assert np.shares_memory(moved._joint, model._joint)
