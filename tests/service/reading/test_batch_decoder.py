"""The body of a batch: however it is filled, it is bounded before it is decoded."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from data.vocabulary import CAUSES, FINDINGS, SETTINGS
from service.reading import batch_decoder, fast_decoder, strict_json
from service.reading.batch_decoder import ALONE, TOO_MANY
from service.reading.options import SWITCHES
from service.reading.request import MOST_CASES, MOST_COMMAS, MOST_WHOLE, DoesNotFit, read_batch
from service.reading.strict_json import BadJSON
from tests.programs.fuzz import Service, mutated

MOST = 32 << 20  # bytes of a batch
ROOT = Path(__file__).parents[3]
WIDE = "\N{GRINNING FACE}".encode()  # takes four bytes a character of the whole string
OPEN, CLOSE = b'{"cases":[', b"]}"


def filled(item, before=OPEN, after=CLOSE, most=MOST):
    """A body of one item over and over, as long as may be."""
    number = (most - len(before) - len(after)) // (len(item) + 1)
    return before + b",".join([item] * number) + after


def keys(number, before=OPEN, after=CLOSE):
    names = b",".join(b'"%07d":1' % i for i in range(number))
    return before + b'{"answers":{' + names + b"}}" + after


def text(*parts):
    """One case with a string of 32 MiB that ends like this."""
    end = b"".join(parts) + b'"}}]}'
    return OPEN + b'{"answers":{"sex":"' + b"a" * (MOST - 64 - len(end)) + end


LISTS = b"[" * 29 + b"]" * 29
BODIES = {
    "one long string": text,
    "2.2 million empty cases": lambda: filled(b'{"answers":{}}'),
    "11 million lists": lambda: filled(b"[]"),
    "3 million unknown keys": lambda: keys(2_700_000),
    "a million lists": lambda: filled(b"[]", most=3 * MOST_COMMAS - 10),
    "a million objects": lambda: filled(b'{"a":0}', most=8 * MOST_COMMAS - 10),
    "lists in lists": lambda: filled(LISTS),
    "cases of lists, as long as may be": lambda: (
        OPEN + b",".join([filled(LISTS, b"[", b"]", MOST_WHOLE)] * 2) + CLOSE
    ),
    "cases of keys, as long as may be": lambda: filled(keys(5_000, b"", b"")),
    "one long and wide string": lambda: text(WIDE),
    "one that an escape makes wide": lambda: text(rb"\ud83d\ude00"),
    "a long and wide key": lambda: b'{"cases":[1],"' + b"a" * (MOST - 64) + WIDE + b'":1}',
    "colons in a string": lambda: OPEN + b'"' + b":" * (MOST - 64) + b'"' + CLOSE,
    "one number": lambda: OPEN + b"9" * (MOST - 64) + CLOSE,
    "brackets alone": lambda: b"[" * MOST,
}


def full():
    """A case that says and asks for all there is, as wastefully as JSON allows."""
    answers = {f.id: f.levels[0] if f.kind != "boolean" else True for f in FINDINGS.values()}
    answers |= {f.id: f.limits[0] for f in FINDINGS.values() if f.kind == "numeric"}
    case = {"answers": answers, **dict.fromkeys(SWITCHES, False), "prevalence": SETTINGS[0]}
    shares = {"prevalence": dict.fromkeys(CAUSES, 1 / len(CAUSES))}
    return case | shares


@pytest.mark.parametrize("name", BODIES)
def test_no_more_is_decoded_at_once_than_one_request_may_hold(name, tmp_path, monkeypatch):
    """So nobody waits long: one who decodes does not let go of the interpreter."""
    sizes = []

    def loads(body):
        sizes.append(len(body))
        return strict_json.loads(body)

    for reader in ("reading.reader", "reading.batch_decoder", "reading.request"):
        monkeypatch.setattr(f"service.{reader}.loads", loads)
    answer = Service(tmp_path).post("/v1/predict/batch", BODIES[name]())
    assert answer.status in (400, 422)
    assert max(sizes, default=0) <= MOST_WHOLE


PEAKS = """
import json, resource, sys
from tests.programs.fuzz import Service
from tests.service.reading.test_batch_decoder import BODIES
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
service = Service(sys.argv[1])
answers = [{"age": 20 + i % 80, "bmi": 15 + i % 50, "sex": "male"} for i in range(10_000)]
body = json.dumps({"cases": [{"answers": case} for case in answers]})
service.post("/v1/predict/batch", body.encode())
peaks = {"a batch": peak()}
for name, body in BODIES.items():
    service.post("/v1/predict/batch", body())
    peaks[name] = peak()
print(json.dumps(peaks))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells the most memory in KiB")
def test_no_body_costs_much_more_memory_than_a_batch_that_is_answered(tmp_path):
    """At most 250 MB more than one of 10,000 cases, the body that is sent from here included."""
    run = [sys.executable, "-c", PEAKS, str(tmp_path)]
    told = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True)
    peaks = json.loads(told.stdout)
    assert len(peaks) == 1 + len(BODIES)
    assert max(peaks.values()) <= peaks["a batch"] + 250, peaks


@pytest.mark.slow
def test_the_most_that_may_be_said_is_taken_however_wastefully():
    """10,000 full cases with all options, escapes and as many blanks as there is room for."""
    names = {name: "".join(f"\\u{ord(c):04x}" for c in name) for name in ("age", "answers")}
    case = json.dumps(full(), separators=(",", ":"))
    for name, escaped in names.items():
        case = case.replace(f'"{name}"', f'"{escaped}"')
    room = MOST // MOST_CASES - len(case) - 2
    assert room > 0
    body = OPEN + b",".join([case.encode() + b" \n" * (room // 2)] * MOST_CASES) + CLOSE
    assert len(body) <= MOST
    read = read_batch(batch_decoder.opened(body), skip=False)
    assert len(read) == MOST_CASES
    assert read[0] == read[-1] == read_batch({"cases": [full()]}, skip=False)[0]


def test_what_commas_bound_is_said_with_commas_alone():
    """No word of the vocabulary holds a mark on which the bounds rest."""
    levels = {level for f in FINDINGS.values() for level in f.levels}
    for word in {*FINDINGS, *levels, *CAUSES, *SETTINGS, *SWITCHES}:
        assert not set(word) & set(',:{"\\')
        assert word.isascii()
    assert json.dumps([full()] * MOST_CASES).count(",") <= MOST_COMMAS


@pytest.mark.parametrize("number", [MOST_CASES + 1, 80_000, 1_500_000])
def test_too_many_cases_are_told_how_many_may_be(number):
    """However many there are."""
    body = OPEN + b",".join([b'{"answers":{}}'] * number) + CLOSE
    assert fast_decoder.batch(body) is None
    with pytest.raises(DoesNotFit) as refused:
        read_batch(batch_decoder.opened(body), skip=True)
    (problem,) = refused.value.problems
    assert problem["pointer"] == "/cases"
    assert problem["detail"].startswith("must be an array of 1 to 10000 cases")


def outcome(body, skip):
    try:
        return read_batch(batch_decoder.opened(body), skip)
    except BadJSON:
        return "not JSON"
    except DoesNotFit as error:
        return error.problems


def test_a_long_body_means_what_a_short_one_means(monkeypatch):
    """Read case by case or in one go: alike, or refused by both, if not always in these words."""
    monkeypatch.setattr(batch_decoder, "MOST_WHOLE", MOST)
    bodies = [body for path, body in mutated(3000) if path == "/v1/predict/batch"]
    whole = [outcome(body, skip) for body in bodies for skip in (False, True)]
    monkeypatch.setattr(batch_decoder, "MOST_WHOLE", 0)
    parts = [outcome(body, skip) for body in bodies for skip in (False, True)]
    for body, one, other in zip((b for b in bodies for _ in "12"), whole, parts, strict=True):
        beside = [{"pointer": "", "detail": ALONE}]
        if other == beside:
            assert one == "not JSON" or all(isinstance(problem, dict) for problem in one), body
        else:
            assert one == other, body


LONG = b" " * MOST_WHOLE
TOO_LONG = "must take at most 65536 bytes"


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        (b"[" + LONG + b"]", "", ALONE),
        (b'{"cases":{}' + LONG + b"}", "", ALONE),
        (b'{"cases":[],"more":1' + LONG + b"}", "", ALONE),
        (b'{"cases":[],"cases":[]' + LONG + b"}", "", ALONE),
        (b'{"cases":[1,{"answers":{}' + LONG + b"}]}", "/cases/1", TOO_LONG),
        (b'{"cases":[' + b"0," * MOST_COMMAS + b" 0,0]}", "/cases", TOO_MANY),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_long_body_is_told_by_its_place(body, pointer, detail):
    """It says what would fit."""
    with pytest.raises(DoesNotFit) as refused:
        read_batch(batch_decoder.opened(body), skip=False)
    assert {"pointer": pointer, "detail": detail} in refused.value.problems


def test_a_case_that_is_too_long_is_skipped_alone():
    """As one that does not fit."""
    good = b'{"answers":{"age":58}}'
    body = OPEN + good + b',{"answers":{}' + LONG + b"}," + good + CLOSE
    first, second, third = read_batch(batch_decoder.opened(body), skip=True)
    assert first == third
    assert second == [{"pointer": "/cases/1", "detail": TOO_LONG}]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (OPEN + b"[" * MOST_WHOLE, strict_json.TOO_DEEP),
        (OPEN + b"1 2" + LONG, "not JSON: expected ',' or ']' (byte 12)"),
        (OPEN + b'{"a":1,"a":1}' + CLOSE + LONG, "the same key twice in one object: a"),
    ],
    ids=["too deep", "no JSON", "a key twice"],
)
def test_a_long_body_that_is_not_strict_json_is_told_why(body, why):
    """And where, as far as that is known."""
    with pytest.raises(BadJSON) as refused:
        read_batch(batch_decoder.opened(body), skip=False)
    assert str(refused.value) == why
