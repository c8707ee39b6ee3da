"""Numbers that were written are the numbers that are read."""

import json

from hypothesis import given
from hypothesis import strategies as st

from service.contract.json_text import json_text


@given(st.lists(st.floats(0, 1), min_size=1))
def test_floats_are_read_back_as_they_were(numbers):
    """To the last bit, by the standard library, in any company."""
    assert json.loads(json_text(numbers)) == numbers


def test_floats_of_every_magnitude_are_read_back_as_they_were():
    """Swept over the exponents, short and long digits, all in one list and each alone."""
    digits = (1.0, 1.5, 9.999999999999999, 1.2345678901234567)
    numbers = [0.0, 5e-324, *(float(f"{d}e-{e}") for e in range(1, 320) for d in digits)]
    assert json.loads(json_text(numbers)) == numbers
    assert [json.loads(json_text(number)) for number in numbers] == numbers
