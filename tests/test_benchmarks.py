"""The benchmarks ask what they say they ask."""

import json
from importlib import import_module

import pytest

from benchmarks.bodies import ANSWERED, batch, body, people
from service.app import create_app
from service.reading import fast_decoder


def test_bodies_are_realistic_all_different_and_taken_by_the_quick_reader():
    """About sixty answers in 1.5 kB, each in an order of its own."""
    everybody = people(50)
    bodies = {body(answers) for answers in everybody}
    assert len(bodies) == len({tuple(answers) for answers in everybody}) == 50
    for answers in everybody:
        assert ANSWERED[0] <= len(answers) <= ANSWERED[1]
        assert 1000 < len(body(answers)) < 2000
        assert fast_decoder.case(body(answers)) is not None
    assert fast_decoder.batch(batch(everybody)) is not None


def test_the_same_seed_gives_the_same_people():
    """So that two runs ask the same."""
    assert json.dumps(people(5)) == json.dumps(people(5))
    assert people(5) != people(5, seed=2)


def test_the_app_of_a_tutorial_gives_the_probabilities_that_the_service_gives(
    models_dir, monkeypatch
):
    """Otherwise the two would not be doing the same work."""
    monkeypatch.setenv("MODELS", str(models_dir))
    tutorial = import_module("benchmarks.tutorial").flask.test_client()
    supine = create_app(models_dir).test_client()
    for answers in people(5):
        asked = {"data": body(answers), "content_type": "application/json"}
        causes = supine.post("/v1/predict", **asked).json["causes"]
        expected = {entry["cause"]: entry["probability"] for entry in causes}
        for route in ("/v1/predict", "/codes"):
            assert tutorial.post(route, **asked).json == pytest.approx(expected, abs=1e-9)
