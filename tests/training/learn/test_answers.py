"""Answers in a table or in dicts, as codes."""

import numpy as np
import pandas as pd
import pytest

from data.vocabulary import FINDINGS
from models.encoder import encode
from training.learn.answers import AnswerEncoder

PERSON = {"age": 58, "leg_swelling": "one_lower_leg", "skin_warmth": True, "fatigue": False}
LEVELS = {"age": "50-59", "leg_swelling": "one_lower_leg", "skin_warmth": "yes", "fatigue": "no"}


@pytest.fixture
def encoder():
    """An encoder that was fitted, which teaches it nothing."""
    return AnswerEncoder().fit([{}])


def test_a_table_and_dicts_say_what_answers_say(encoder):
    """Codes as the service has them; a column that is not there is unknown."""
    expected = encode([LEVELS, {}])
    assert np.array_equal(encoder.transform([PERSON, {}]), expected)
    assert np.array_equal(encoder.transform(pd.DataFrame([PERSON, {}])), expected)
    assert encoder.transform([PERSON]).dtype == np.uint8


@pytest.mark.parametrize("nothing", [None, np.nan, pd.NA, pd.NaT, "", " "])
def test_what_is_missing_is_unknown(encoder, nothing):
    """Never "no": of each kind of finding."""
    for name in PERSON:
        assert not encoder.transform([{name: nothing}]).any()
        assert not encoder.transform(pd.DataFrame({name: [nothing]})).any()


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"leg_sweling": "none"}, "no such finding; did you mean leg_swelling"),
        ({"leg_swelling": "left"}, "row 1, leg_swelling: must be one of none, one_lower_leg"),
        ({"leg_swelling": ["none"]}, "row 1, leg_swelling: must be one of none, one_lower_leg"),
        ({"skin_warmth": 7}, "row 1, skin_warmth: must be yes, no, true or false"),
        ({"age": 17}, "row 1, age: must be 18 or more"),
        ({"age": "7777"}, "row 1, age: must be a whole number from 0 to 120"),
    ],
)
def test_what_does_not_fit_is_told_by_row_and_column(encoder, answers, words):
    """And no answer is repeated, and none is guessed."""
    with pytest.raises(ValueError, match=words) as told:
        encoder.transform([{}, answers])
    assert not {"7777", "'left'"} & {*str(told.value).split()}


def test_true_is_no_number_even_where_both_stand_in_a_column(encoder):
    """Equal values of different types are read each for itself."""
    with pytest.raises(ValueError, match="row 1") as told:
        encoder.transform([{"skin_warmth": True}, {"skin_warmth": 1}])
    assert "row 0" not in str(told.value)


@pytest.mark.parametrize("codes", [np.zeros((2, 79)), [[0] * 79], "a text", {"age": 58}])
def test_what_is_neither_a_table_nor_dicts_is_refused(encoder, codes):
    """An array has no names, so its columns could be anything."""
    with pytest.raises(TypeError, match="DataFrame"):
        encoder.transform(codes)


def test_a_column_that_is_there_twice_is_refused(encoder):
    """Which one holds would be a guess."""
    twice = pd.DataFrame([[58, 60]], columns=["age", "age"])
    with pytest.raises(ValueError, match="'age': is there twice"):
        encoder.transform(twice)


def test_names_and_index_are_kept_in_pandas():
    """As ``set_output`` has it: the columns are the findings, rows keep their labels."""
    people = pd.DataFrame([PERSON, PERSON], index=["x", "y"])
    encoder = AnswerEncoder().set_output(transform="pandas").fit(people)
    codes = encoder.transform(people)
    assert codes.index.tolist() == ["x", "y"]
    assert codes.columns.tolist() == encoder.get_feature_names_out().tolist() == list(FINDINGS)
    assert encoder.feature_names_in_.tolist() == list(FINDINGS)
    assert np.array_equal(codes, encode([LEVELS, LEVELS]))
