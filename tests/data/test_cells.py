"""What people write in fields and cells: one reader, which guesses nothing."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import cells
from data.vocabulary import FINDINGS, UNDER_AGE

AGE, BMI, YES_NO, LEVEL = map(FINDINGS.get, ("age", "bmi", "skin_warmth", "leg_swelling"))
ARABIC, DEVANAGARI, WIDE = 0x660, 0x966, 0xFF10  # where the digits of a script begin


def script(zero, text):
    """The same with the digits of another script."""
    return "".join(chr(zero + int(c)) if c.isdigit() else c for c in text)


READ = [
    *((AGE, text, 58) for text in (
        "58", " 58 ", "58.0", "58,0", "\u200358\t", "0058", script(ARABIC, "58"),
        script(WIDE, "58"),
        script(DEVANAGARI, "58"), 58, 58.0, Decimal("58"), np.int64(58), np.float32(58),
    )),
    *((BMI, text, 24.5) for text in (
        "24,5", "24.5", "24.50", script(ARABIC, "24,5"), 24.5, Decimal("24.5"), np.float64(24.5),
    )),
    (AGE, "-0", 0), (BMI, "24.1250", 24.125), (BMI, 24.125, 24.125),
    (BMI, "24.299999999999997", 24.299999999999997),
    (YES_NO, "yes", True), (YES_NO, " No ", False), (YES_NO, "TRUE", True),
    (YES_NO, "false", False), (YES_NO, True, True), (YES_NO, np.False_, False),
    (LEVEL, " one_lower_leg ", "one_lower_leg"), (LEVEL, np.str_("none"), "none"),
]  # fmt: skip
REFUSED = [
    *((AGE, text, "whole number from 0 to 120, or empty") for text in (
        "58.5", "58,5", "5_8", "1e1", "0x3a", "inf", "nan", "+58", "5 8", "58 years", "--5", "58.",
        ".5", "five", "50-59", "121", "-1", "1958", "9" * 400, "\u00bd", "\u00b2", "1.2.3",
        script(ARABIC, "58\u066b0"), "1,000,000",
        58.5, float("inf"), True, 10**400, Decimal("58.5"), [58], 58j, np.float64(58.5), b"58",
    )),
    *((BMI, text, "fewer digits") for text in ("1.800", "24,125", "24.125", "1,958")),
    *((AGE, text, "fewer digits") for text in ("1,958", "1.958", "58,000", script(WIDE, "1,958"))),
    (BMI, "1800", "a number from 10 to 100, or empty"), (BMI, "9.9", "a number from 10"),
    *((YES_NO, value, "yes, no, true or false, or empty") for value in (
        "maybe", "1", "y", 1, 0, 1.0, np.int64(1), ["yes"],
    )),
    *((LEVEL, value, "one of none, one_lower_leg") for value in ("left", True, 1, ["none"], {})),
]  # fmt: skip


@pytest.mark.parametrize(("finding", "value", "means"), READ)
def test_what_people_and_libraries_write_is_read(finding, value, means):
    """As JSON would state it, and so as the level of that."""
    got = cells.stated(finding, value)
    assert (got, isinstance(got, bool)) == (means, isinstance(means, bool))
    assert cells.read(finding, value) == finding.read(means)


@pytest.mark.parametrize(("finding", "value", "says"), REFUSED)
def test_what_could_mean_something_else_is_refused(finding, value, says):
    """In words of a form or table, and without the value."""
    with pytest.raises(ValueError, match=says) as refused:
        cells.read(finding, value)
    assert "null" not in str(refused.value)
    assert "must be true" not in str(refused.value)


@given(st.text())
def test_text_is_a_number_only_as_it_is_documented(text):
    """Digits, among which at most one comma or point, and perhaps a minus; no other text at all."""
    try:
        got = cells.stated(BMI, text)
    except ValueError:
        return
    digits = text.strip().replace(",", ".").removeprefix("-")
    assert all(part.isdecimal() for part in digits.split("."))
    assert float(digits) == got


@pytest.mark.parametrize("value", [None, "", "  ", "\u2003", float("nan"), np.float32("nan")])
def test_what_is_missing_is_unknown(value):
    """Blank text too; zero and no are answers."""
    assert cells.unknown(value)
    assert not cells.unknown(0)
    assert not cells.unknown(False)


@given(st.floats(10, 100) | st.integers(10_000, 100_000).map(lambda n: n / 1000))
def test_a_number_that_was_written_is_read_back(number):
    """Though it has three digits behind the point."""
    assert cells.stated(BMI, cells.written(number)) == number


def test_an_age_under_18_is_that_in_a_cell_as_well():
    """It is not refused here: the rules answer for children."""
    assert cells.read(AGE, "17") == UNDER_AGE
