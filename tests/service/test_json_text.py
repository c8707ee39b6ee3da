"""JSON text that was written faster is the standard library's, to the byte."""

import json

from hypothesis import given
from hypothesis import strategies as st

from service.json_text import floats


@given(st.lists(st.floats(0, 1), min_size=1))
def test_floats_are_written_as_python_prints_them(numbers):
    """Of any size from 0 to 1."""
    assert floats(numbers) == [repr(number) for number in numbers]


def test_floats_of_every_magnitude_are_written_as_python_prints_them():
    """Swept over the exponents, short and long digits, all in one list and each alone."""
    digits = (1.0, 1.5, 9.999999999999999, 1.2345678901234567)
    numbers = [0.0, 5e-324, *(float(f"{d}e-{e}") for e in range(1, 320) for d in digits)]
    assert floats(numbers) == [json.dumps(number) for number in numbers]
    assert [floats([number]) for number in numbers] == [[repr(number)] for number in numbers]
