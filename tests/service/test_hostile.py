"""Bodies that mean harm, on every route that takes one, as every type: a clear 4xx, never 5xx."""

import gzip
import json
import zlib

import pytest

from service.routes.route_texts import ROUTES
from tests.programs.fuzz import FORM, Service, kind_for, mutated
from tests.service.reading.test_strict_json import BAD
from tests.service.routes.test_predict import BAD_BODIES

ASKED = ["/", *(path for path, route in ROUTES.items() if route.body)]
TYPES = (
    "application/json",
    "application/json; charset=utf-8",
    "text/plain",
    "text/json",
    FORM,
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "",
)
CANARY = "zanzibar"
BOMB = b'{"answers": {"sex": "' + b" " * 10_000_000 + b'"}}'
PACKED = {
    "gzip": gzip.compress(BOMB),
    "deflate": zlib.compress(BOMB),
    "br": b"\x0b\x02\x80{}\x03",
    "gzip, identity": gzip.compress(b'{"answers": {}}'),
}


def hostile():
    """What is no JSON, also as an answer and as a finding, and what is no request."""
    for name, body in BAD.items():
        yield name, body
        yield f"{name}, as an answer", b'{"answers": {"sex": ' + body + b"}}"
        yield f"{name}, in a batch", b'{"cases": [{"answers": ' + body + b"}]}"
    for number, (_, body, *_) in enumerate(BAD_BODIES):
        yield f"{number}: {body[:30]}", body.encode()
    yield "half of a member", b'{"answers"'
    yield "many members", b'{"answers": {' + b",".join(b'"a%d": 1' % i for i in range(5000)) + b"}}"
    yield "a long name", b'{"answers": {"' + b"a" * 60_000 + b'": 1}}'
    yield "a billion laughs", b'{"answers": ' + b'{"a":' * 30 + b"1" + b"}" * 30 + b"}"
    yield "an empty name in a name", b'{"": {"": {"": 1}}}'
    yield "a prototype", b'{"__proto__": {"answers": {}}, "constructor": 1}'


CORPUS = dict(hostile())


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    return Service(tmp_path_factory.mktemp("none"))


def is_refused(answer):
    assert 400 <= answer.status < 500, answer
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b'"errors"' in answer.body


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("name", CORPUS)
def test_a_hostile_body_is_a_clear_refusal_as_every_type(service, path, name):
    """Some of a body for one route are right for the other: those alone may be answered."""
    for kind in TYPES:
        answer = service.post(path, CORPUS[name], kind)
        for_batch = b'"cases"' in CORPUS[name]
        fits_the_other = answer.status == 200 and for_batch == ("batch" in path) and path != "/"
        if path == "/" and kind == FORM and not CORPUS[name]:
            assert answer.status == 200  # a form in which nothing is answered
            continue
        assert not (fits_the_other and kind not in TYPES[:2])
        if not fits_the_other:
            is_refused(answer)


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("coding", PACKED)
def test_a_packed_body_is_not_unpacked(service, path, coding):
    """However small it is, and however it is named."""
    is_refused(service.post(path, PACKED[coding], TYPES[0], HTTP_CONTENT_ENCODING=coding))


@pytest.mark.parametrize("path", ASKED)
def test_a_refusal_never_says_what_was_answered(service, path):
    """Names that nobody knows are repeated, so that they can be found; values are not."""
    kind = FORM if path == "/" else TYPES[0]
    for name, value in (("sex", CANARY), ("age", CANARY), ("sexx", CANARY), ("loc_calf", CANARY)):
        case = {"answers": {name: value}, "doubt": value, "prevalence": {"sciatica": value}}
        whole = {"cases": [case, value]} if "batch" in path else case
        for body in (f"{name}={value}", json.dumps(whole), json.dumps(whole)[:-3] + value):
            answer = service.post(path, body.encode(), kind)
            if path == "/" and "=" in body:  # a form: what does not fit is unknown there
                assert answer.status == 200
                assert answer.body.count(CANARY.encode()) == (name == "age")  # in its own field
                continue
            assert 400 <= answer.status < 500
            assert CANARY.encode() not in answer.body


def test_the_corpus_is_large_enough():
    """At least sixty bodies, all different."""
    assert len(set(CORPUS.values())) >= 60


def test_bodies_changed_at_random_are_answered_or_refused(service):
    """Five thousand, another five thousand each time; `make fuzz` sends a million."""
    for path, body in mutated(5000):
        answer = service.post(path, body, kind_for(path))
        assert answer.status in (200, 400, 413, 422), (path, body)
