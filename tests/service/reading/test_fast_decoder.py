"""The quick reader takes no body that the exact one refuses, and reads what it takes alike."""

import json

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.vocabulary import FINDINGS, UNDER_AGE
from service.reading import fast_decoder
from service.reading.cases import cases_of
from service.reading.request import MOST_CASES, DoesNotFit, read_batch, read_case
from service.reading.strict_json import BadJSON, loads

NUMBERS = [
    58,
    58.5,
    0,
    17.9,
    18,
    29.999,
    120,
    120.5,
    -0.0,
    1e1,
    1e400,
    -1,
    10**99,
    True,
    "58",
    None,
]
TEXTS = {  # text of a request: whether the quick reader takes it
    '{"answers":{}}': True,
    ' {"answers" :\t{"age"\r\n: 58 } } ': True,
    '{"answers":{"age":null,"sex":null,"loc_calf":null}}': True,
    '{"answers":{"\\u0061ge":58,"sex":"fem\\u0061le"}}': True,
    '{"answers":{"age":5.8e1}}': True,
    '{"answers":{"age":' + "5" + "0" * 99 + "e-98}}": False,
    '{"answers":{"age":50.' + "0" * 97 + "}}": True,
    '{"answers":{"age":50.' + "0" * 98 + "}}": False,
    '{"answers":{"age":58,"age":58}}': False,
    '{"answers":{"age":null,"age":58}}': False,
    '{"answers":{"age":"a:b","age":58}}': False,
    '{"answers":{"loc_calf":true,"\\u006coc_calf":true}}': False,
    '{"answers":{},"answers":{}}': False,
    '{"answers":{"age":058}}': False,
    '{"answers":{"age":[[58]]}}': False,
    '{"answers":{"age":NaN}}': False,
    '{"answers":{"age":1e400}}': False,
    '{"answers":{"age":121}}': False,
    '{"answers":{"loc_calf":1}}': False,
    '{"answers":{"loc_calf":"yes"}}': False,
    '{"answers":{"sex":true}}': False,
    '{"answers":{"Age":58}}': False,
    '{"answers":{},}': False,
    '{"answers":{}}x': False,
    '{"answers":{}}\0': False,
    "\ufeff{}": False,
    '{"answers":{}, "x": 1}': False,
    '[{"answers":{}}]': False,
    "[" * 100_000: False,
    '{"answers":{"age":' + "[" * 100_000: False,
}


def exactly(body):
    """Codes and children as the exact reader has them; None if it refuses the body."""
    try:
        return cases_of([read_case(loads(body))])
    except (BadJSON, DoesNotFit):
        return None


def exactly_batch(body):
    try:
        return cases_of([case.answers for case in read_batch(loads(body), skip=False)])
    except (BadJSON, DoesNotFit):
        return None


def same(read, expected):
    """Whether what was read, if it was, is what was expected."""
    return read is None or (
        expected is not None
        and np.array_equal(read.codes, expected.codes)
        and read.children == expected.children
    )


@pytest.mark.parametrize(("text", "taken"), TEXTS.items(), ids=lambda value: str(value)[:40])
def test_what_is_taken_and_what_is_left_to_the_exact_reader(text, taken):
    """Alone and as a case of a batch."""
    body = text.encode()
    read = fast_decoder.case(body)
    assert (read is not None) == taken
    assert same(read, exactly(body))
    several = b'{"cases":[{"answers":{"age":5}},' + body + b"]}"
    read = fast_decoder.batch(several)
    assert (read is not None) == taken
    assert same(read, exactly_batch(several))


@pytest.mark.parametrize("finding", FINDINGS.values(), ids=lambda finding: finding.id)
def test_every_answer_to_every_question_is_read_alike(finding):
    """Each level, true, false, null, numbers and nonsense."""
    values = [*finding.levels, *NUMBERS, True, False, None, "", [], {}, "null", ":", UNDER_AGE]
    for value in values:
        body = json.dumps({"answers": {finding.id: value}}).encode()
        assert same(fast_decoder.case(body), exactly(body)), value
    fitting = [True, None] if finding.kind == "boolean" else [58, None]
    fitting = fitting if finding.kind in ("boolean", "numeric") else [*finding.levels, None]
    for value in fitting:
        assert fast_decoder.case(json.dumps({"answers": {finding.id: value}}).encode()) is not None


def test_whole_cases_are_taken_in_any_order(cases, to_json):
    """Of every length, one by one and all at once."""
    several, rng = [], np.random.default_rng()
    for answers in map(to_json, cases(200)[1]):
        names = rng.permutation(list(answers)).tolist()
        several.append({"answers": {name: answers[name] for name in names}})
        body = json.dumps(several[-1], indent=[None, 2][len(names) % 2]).encode()
        read = fast_decoder.case(body)
        assert read is not None
        assert same(read, exactly(body))
    body = json.dumps({"cases": several}).encode()
    assert fast_decoder.batch(body) is not None
    assert same(fast_decoder.batch(body), exactly_batch(body))


@pytest.mark.parametrize(("number", "taken"), [(0, False), (1, True), (MOST_CASES + 1, False)])
def test_a_batch_has_one_case_up_to_the_most(number, taken):
    """No case, and too many, are for the exact reader to refuse."""
    body = json.dumps({"cases": [{"answers": {}}] * number}).encode()
    assert (fast_decoder.batch(body) is not None) == taken


BODY = json.dumps({"answers": {"age": 58, "bmi": 24.9, "sex": "male", "loc_calf": True}}).encode()
PIECES = [
    b'"',
    b":",
    b",",
    b"{",
    b"}",
    b"null",
    b"true",
    b'"age":',
    b"\\u0061",
    b"\xff",
    b"1",
    b".",
]


HARM = st.tuples(
    st.integers(0, len(BODY)),
    st.integers(0, 12),
    st.sampled_from(PIECES) | st.binary(max_size=3),
)


@given(st.lists(HARM, max_size=4))
@settings(max_examples=1000)
@example([(12, 0, b'"age":1,')])
def test_a_body_harmed_at_random_is_never_taken_for_another(harms):
    """Whatever is cut out or put in: refused by both, or read alike by both."""
    body = BODY
    for at, cut, put in harms:
        body = body[:at] + put + body[at + cut :]
    assert same(fast_decoder.case(body), exactly(body))
    several = b'{"cases":[' + body + b"," + BODY + b"]}"
    assert same(fast_decoder.batch(several), exactly_batch(several))


@pytest.mark.parametrize("number", [1, 100, MOST_CASES])
def test_a_key_that_stands_twice_is_seen_in_a_body_of_any_length(number):
    """They are counted in one way in a short body, and in another in a long one."""
    body = b'{"cases":[' + b",".join([BODY] * number) + b"]}"
    assert fast_decoder.batch(body) is not None
    assert fast_decoder.batch(body.replace(b'"sex":', b'"sex": "female", "sex":', 1)) is None


def test_nothing_in_the_vocabulary_holds_a_colon_or_needs_an_escape():
    """On this rests the count of colons that finds a key that stands twice."""
    words = {*FINDINGS, *(level for f in FINDINGS.values() for level in f.levels)}
    assert all(":" not in word and json.dumps(word) == f'"{word}"' for word in words)


def test_the_number_of_a_value_fits_into_a_byte():
    """Else cases with one that does not would go the slow way, and nobody would notice."""
    assert len(fast_decoder._NUMBERS) <= 256
