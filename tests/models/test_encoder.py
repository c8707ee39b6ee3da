"""Answers, codes, features and causes."""

from itertools import product

import numpy as np
import pytest

from data.vocabulary import CAUSES, FINDINGS, UNDER_AGE
from models.encoder import (
    FIRST_ROW,
    PARENTS,
    ROWS,
    SIZES,
    encode,
    features,
    shape,
    starts_of,
    sum_to_causes,
)


def test_every_level_of_every_finding_has_its_code_and_all_else_is_unknown():
    """One answer sets one column to 1 + its level's position."""
    for finding in FINDINGS.values():
        codes = encode([{finding.id: level} for level in finding.levels])
        assert codes.shape == (len(finding.levels), 79)
        assert codes.dtype == np.uint8
        assert codes[:, finding.index].tolist() == list(range(1, len(finding.levels) + 1))
        assert (np.delete(codes, finding.index, axis=1) == 0).all()


def test_no_answers_and_no_cases_are_fine():
    """An empty case is all unknown; an empty batch has no rows."""
    assert not encode([{}]).any()
    assert encode([]).shape == (0, 79)


def test_an_age_under_eighteen_is_unknown_to_the_model():
    """No table covers it."""
    assert not encode([{"age": UNDER_AGE}]).any()


@pytest.mark.parametrize("answers", [{"loc_claf": "yes"}, {"loc_calf": "perhaps"}])
def test_what_the_vocabulary_lacks_is_an_error(answers):
    """A misspelt finding or level is never silently unknown."""
    with pytest.raises((KeyError, ValueError)):
        encode([answers])


@pytest.mark.parametrize("name", FINDINGS)
def test_each_answer_given_those_of_the_parents_selects_a_row_of_its_own(name):
    """Patterns run from 1 to the finding's size in C order of its shape; 0 is unanswered."""
    parents = PARENTS.get(name, ())
    choices = [FINDINGS[name].levels, *((None, *FINDINGS[p].levels) for p in parents)]
    cases = [
        {f: level for f, level in zip((name, *parents), levels, strict=True) if level}
        for levels in product(*choices)
    ]
    column = FINDINGS[name].index
    assert features(encode(cases))[:, column].tolist() == list(range(1, SIZES[column]))
    assert SIZES[column] == 1 + np.prod(shape(name))
    without = [{f: level for f, level in case.items() if f != name} for case in cases]
    assert not features(encode(without))[:, column].any()


def test_no_finding_is_its_own_ancestor():
    """Else the rates of a case would not multiply to a probability."""
    for name in PARENTS:
        ancestors = set(PARENTS[name])
        for _ in FINDINGS:
            ancestors |= {p for a in ancestors for p in PARENTS.get(a, ())}
        assert name not in ancestors


def test_every_answer_belongs_to_exactly_one_pattern():
    """No answer is left out, none is counted twice."""
    for finding in FINDINGS.values():
        patterns = features(encode([{finding.id: level} for level in finding.levels]))
        assert (patterns > 0).sum(axis=1).tolist() == [1] * len(finding.levels)


def test_the_rows_of_a_weight_table_are_all_taken():
    """From the first finding's unknown to the last one's last pattern."""
    assert FIRST_ROW.tolist() == [int(SIZES[:i].sum()) for i in range(len(SIZES))]
    assert FIRST_ROW[-1] + SIZES[-1] == ROWS


@pytest.mark.parametrize("finding", FINDINGS.values(), ids=list(FINDINGS))
def test_a_code_beyond_a_findings_levels_is_an_error(finding):
    """It would read the weights of another finding."""
    codes = np.zeros((1, 79), dtype=np.uint8)
    codes[0, finding.index] = len(finding.levels) + 1
    with pytest.raises(ValueError, match="beyond"):
        features(codes)


@pytest.mark.parametrize("other", [(79,), (1, 78), (1, 80), (1, 1, 79)])
def test_codes_of_another_shape_are_an_error(other):
    """A case is a row of 79 codes."""
    with pytest.raises(ValueError, match="79 columns"):
        features(np.zeros(other, dtype=np.uint8))


def test_probabilities_of_classes_are_summed_to_their_causes():
    """The first cause has two classes, the last three, every other one."""
    cause = np.array([0, *range(16), 15, 15])
    proba = np.arange(2 * len(cause), dtype=float).reshape(2, -1)
    summed = sum_to_causes(proba, starts_of(cause))
    assert summed.shape == (2, len(CAUSES))
    assert summed[0].tolist() == [0 + 1, *range(2, 16), 16 + 17 + 18]
    assert summed[1].sum() == proba[1].sum()
