"""The emergency number of the settings, wherever advice is given, and no other one."""

import json

import pytest

from service.app import create_app
from service.ask import lines
from service.routes.route_texts import ROUTES
from service.safety.localised import ANYWHERE
from service.settings import Settings
from tests.service.routes.test_micro_batching import Sent, answer

CASES = (
    {"breath_chest": "sudden_breath_chest_collapse"},
    {"leg_swelling": "one_lower_leg", "skin_warmth": True},
    {},
)
EXAMPLES = ("/openapi.json", "/docs")  # what they show is of no service in particular


def asked(case, **more):
    return json.dumps({"answers": case, **more}).encode()


def requests(case):
    """The same case by every way in: read quickly and exactly, alone and in a batch."""
    for body in (asked(case), asked(case, doubt=None)):
        yield Sent(body)
        yield Sent(b'{"cases":[' + body + b"]}", path="/v1/predict/batch")
    form = "&".join(f"{name}={'yes' if value is True else value}" for name, value in case.items())
    for part in ("", "answer", "live"):
        kind = "application/x-www-form-urlencoded"
        yield Sent(f"{form}&part={part}".strip("&").encode(), path="/", content_type=kind)


@pytest.fixture
def make_app(tmp_path, model, monkeypatch):
    """An app with this emergency number, in an environment that names another one."""

    def make(number):
        monkeypatch.setenv("EMERGENCY_NUMBER", "99-9")
        app = create_app(tmp_path, Settings(emergency_number=number))
        app.extensions["model"] = model
        return app

    return make


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_number_of_the_settings_is_in_all_advice(make_app, case, together):
    """And the environment is not asked: apps in one process each name their own."""
    plain = answer(make_app("").wsgi_app, list(requests(case)), together)
    assert any(ANYWHERE in body.decode() for *_, body in plain)
    for number, other in (("11-2", "11-3"), ("11-3", "11-2")):
        told = answer(make_app(number).wsgi_app, list(requests(case)), together)
        for (status, _, body), (_, _, before) in zip(told, plain, strict=True):
            text, said_before = body.decode(), before.decode()
            assert status == 200
            assert (number in text) >= (ANYWHERE in said_before)
            assert not any(word in text for word in (ANYWHERE, other, "99-9"))


def test_the_number_of_the_settings_is_on_all_that_is_read(make_app):
    """Every page and list that names a number names that one."""
    client, plain = make_app("11-2").test_client(), make_app("").test_client()
    for path in set(ROUTES) - set(EXAMPLES):
        text, without = client.get(path).text, plain.get(path).text
        assert ANYWHERE not in text, path
        assert ("11-2" in text) >= (ANYWHERE in without), path
    assert ANYWHERE in plain.get("/v1/rules").text


def test_what_is_printed_for_a_person_names_it_too(make_app):
    """As `make ask` does."""
    said = make_app("11-2").test_client().post("/v1/predict", json={"answers": CASES[0]}).json
    text = "\n".join(lines(said))
    assert "11-2" in text
    assert ANYWHERE not in text
