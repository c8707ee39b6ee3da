"""Strict JSON: what passes means one thing only, and all else is refused."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.reading.strict_json import BadJSON, loads

BAD = {
    "empty": b"",
    "blank": b" \n",
    "not JSON": b"{answers}",
    "cut short": b'{"a": [1, 2',
    "trailing comma": b'{"a": 1,}',
    "trailing bytes": b"{} {}",
    "trailing NUL": b"{}\0",
    "comment": b"{} // yes",
    "single quotes": b"{'a': 1}",
    "leading zero": b"[01]",
    "leading plus": b"[+1]",
    "hexadecimal": b"[0x10]",
    "bare point": b"[.5]",
    "control character": b'["a\nb"]',
    "bad escape": rb'["\x41"]',
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "UTF-16 without mark": '{"a": 1}'.encode("utf-16-le"),
    "UTF-32": '{"a": 1}'.encode("utf-32"),
    "Latin-1": b'["\xe9"]',
    "overlong": b'["\xc0\xaf"]',
    "surrogate bytes": b'["\xed\xa0\x80"]',
    "first half of a pair": rb'["\ud800"]',
    "second half of a pair": rb'["\udc00"]',
    "pair in the wrong order": rb'["\udc00\ud800"]',
    "half a pair in a key": rb'{"\ud800": 1}',
    "NaN": b"[NaN]",
    "Infinity": b"[Infinity]",
    "minus Infinity": b"[-Infinity]",
    "1e400": b"[1e400]",
    "minus 1e400": b"[-1e400]",
    "integer of 101 digits": b"[" + b"9" * 101 + b"]",
    "integer of 5000 digits": b"[" + b"9" * 5000 + b"]",
    "fraction of 101 characters": b"[0." + b"1" * 99 + b"]",
    "33 arrays": b"[" * 33 + b"]" * 33,
    "33 objects": b'{"a":' * 33 + b"1" + b"}" * 33,
    "33 deep among shallow ones": b"[" + b"[]," * 50 + b"[" * 32 + b"]" * 33,
    "1,000 arrays": b"[" * 1000 + b"]" * 1000,
    "100,000 arrays": b"[" * 100_000 + b"]" * 100_000,
    "100,000 open arrays": b"[" * 100_000,
    "the same key twice": b'{"a": 1, "b": 2, "a": 1}',
    "the same key twice, deep": b'[{"b": {"a": 1, "a": 2}}]',
    "the same key twice, once escaped": rb'{"a": 1, "\u0061": 2}',
    "the same half of a pair twice": rb'{"\ud800": 1, "\ud800": 2}',
}
GOOD = [
    b"null",
    b' {"a": [1, -2.5e3, true, false, null, "\xc3\xa9"]}\r\n\t',
    rb'["\ud83d\ude00 \" \\ \u0041"]',
    b'{"a": {"a": 1}, "b": {"a": 2}}',
    b"[" * 32 + b"]" * 32,
    b'["' + b"[{" * 50 + b'", ' + b"[]," * 40 + b"1]",
    b'["\\"' + b"[" * 50 + b'", ' + b"[]," * 40 + b"1]",
    b"[" + b"9" * 100 + b"]",
    b"[1e-400]",
]


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
def test_a_body_that_is_not_strict_json_is_refused(body):
    """With a reason that is valid text."""
    with pytest.raises(BadJSON) as refused:
        loads(body)
    assert str(refused.value).encode("utf-8")


@pytest.mark.parametrize("body", GOOD)
def test_strict_json_is_read_as_the_standard_library_reads_it(body):
    """The same value; brackets in strings are no nesting."""
    assert loads(body) == json.loads(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**90), 10**90) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)  # fmt: skip


@given(json_values, st.booleans())
def test_what_was_written_is_read_back(value, ascii_only):
    """Any value of at most 32 levels, with and without escapes."""
    assert loads(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary(max_size=60))
def test_any_bytes_give_a_value_or_bad_json(body):
    """No other exception."""
    with suppress(BadJSON):
        loads(body)
