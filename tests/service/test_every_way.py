"""One case says the same about safety by every way in, to the last byte."""

import json
import random
import secrets

import pytest

from data.vocabulary import FINDINGS
from service.assessment.opinion import ModelProblem

FIRST, AFTER = b'"rules_urgency":', b'"causes":'  # the safety part and what follows it
CASES = 40
EVERY_SIGN = {"leg_swelling": "one_whole_leg", "leg_colour": "blue_purple", "fever_chills": "yes"}


def safety_parts(body):
    """Bytes of the safety part of each answer in a body."""
    parts, at = [], 0
    while (start := body.find(FIRST, at)) >= 0:
        at = body.index(AFTER, start)
        parts.append(body[start:at])
    return parts


def restated(answers, rng):
    """The same case as somebody else's form would send it, as JSON text."""
    given = [(name, _number(name, value, rng)) for name, value in answers.items()]
    unsaid = [(name, "null") for name in FINDINGS if name not in answers and rng.random() < 0.5]
    pairs = given + unsaid
    rng.shuffle(pairs)
    return "{" + ",".join(f'"{name}": {value}' for name, value in pairs) + "}"


def _number(name, value, rng):
    """A number in another of the ways that JSON has, and elsewhere in its band."""
    if FINDINGS[name].kind != "numeric":
        return json.dumps(value)
    other = float(value) - rng.choice([0, 0.25, 0.4])  # still in the band: 1 or 0.5 below its end
    return rng.choice([f"{other}", f"{other}0", f"{other}e0", f"{other * 10}E-1"])


def ask(client, url, text):
    """Safety parts of the answer to a body of text."""
    response = client.post(url, data=text, content_type="application/json")
    assert response.status_code == 200, response.text
    return safety_parts(response.data)


@pytest.fixture
def judges(model, broken_models):
    """Every state that a model can be in, by name."""
    problems = {status: ModelProblem(status, "x") for status in ("missing", "refused")}
    return {"ok": model, **problems, **broken_models}


def test_the_safety_part_is_the_same_bytes_by_every_way_in(app, client, judges, cases, to_json):
    """Single, batch, any order, null or missing, numbers in any form; whatever the model does."""
    seed = secrets.randbits(32)
    rng = random.Random(seed)  # noqa: S311 - draws test cases
    several = [to_json(case) for case in ({}, EVERY_SIGN, *cases(CASES, seed)[1])]
    several += [{**several[1], "age": 12.5}, {"age": 17.5}]
    expected = [ask(client, "/v1/predict", json.dumps({"answers": case}))[0] for case in several]
    assert len(set(expected)) > CASES / 2, seed
    for name, judge in judges.items():
        app.extensions["model"] = judge
        texts = [f'{{"answers": {restated(case, rng)}}}' for case in several]
        single = [ask(client, "/v1/predict", text)[0] for text in texts]
        assert single == expected, (name, seed)
        for skip in ("", "?on_error=skip"):
            body = f'{{"cases": [{",".join(texts)}]}}'
            assert ask(client, "/v1/predict/batch" + skip, body) == expected, (name, seed)


def test_a_bad_case_in_a_batch_leaves_the_others_safety_part_as_it_is(client, cases, to_json):
    """Wherever it stands."""
    several = [{"answers": to_json(case)} for case in cases(6)[1]]
    expected = ask(client, "/v1/predict/batch", json.dumps({"cases": several}))
    for place in range(len(several) + 1):
        body = json.dumps({"cases": [*several[:place], {"answers": 3}, *several[place:]]})
        assert ask(client, "/v1/predict/batch?on_error=skip", body) == expected
