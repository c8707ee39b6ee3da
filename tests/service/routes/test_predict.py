"""POST /v1/predict and /v1/predict/batch: the contract over HTTP."""

import gc
import io
import json
import logging
import sys
from dataclasses import replace

import pytest

from data.vocabulary import FINDINGS
from service.assessment.assess import assess
from service.reading.request import MOST_GUESSED
from service.routes import predict

URL, BATCH = "/v1/predict", "/v1/predict/batch"
WARM_SWOLLEN_CALF = {"leg_swelling": "one_lower_leg", "skin_warmth": True, "loc_calf": True}
NEARLY = "x" * 60 + "/~" + "y" * 40
CASE = '{"answers": {}}'
BAD_BODIES = [  # url, body, status, pointers
    (URL, "", 400, []),
    (URL, "{", 400, []),
    (URL, '{"answers": {"skin_warmth": true, "skin_warmth": false}}', 400, []),
    (URL, '{"answers": {"age": NaN}}', 400, []),
    (URL, '{"answers": {"age": 1e400}}', 400, []),
    (URL, "[" * 1000 + "]" * 1000, 400, []),
    (URL, '{"answers": {"sex": "\\ud800"}}', 400, []),
    (URL, "{} {}", 400, []),
    (URL, " " * 65_537, 413, []),
    (URL, "null", 422, [""]),
    (URL, "3", 422, [""]),
    (URL, "[]", 422, [""]),
    (URL, '"answers"', 422, [""]),
    (URL, "{}", 422, ["/answers"]),
    (URL, '{"anwers": {}}', 422, ["/answers", "/anwers"]),
    (URL, '{"answers": {}, "prevalence": {}}', 422, ["/prevalence"]),
    (URL, '{"answers": null}', 422, ["/answers"]),
    (URL, '{"answers": []}', 422, ["/answers"]),
    (URL, '{"answers": "none"}', 422, ["/answers"]),
    (URL, '{"answers": {"leg_sweling": null}}', 422, ["/answers/leg_sweling"]),
    (URL, '{"answers": {"Age": 50}}', 422, ["/answers/Age"]),
    (URL, '{"answers": {"": true}}', 422, ["/answers/"]),
    (URL, '{"answers": {"a/b~c": 1}}', 422, ["/answers/a~1b~0c"]),
    (URL, json.dumps({"answers": {NEARLY: 1}}), 422, ["/answers/" + "x" * 60 + "~1~0yy"]),
    (URL, '{"answers": {"skin_warmth": 1}}', 422, ["/answers/skin_warmth"]),
    (URL, '{"answers": {"skin_warmth": "yes"}}', 422, ["/answers/skin_warmth"]),
    (URL, '{"answers": {"skin_warmth": [true]}}', 422, ["/answers/skin_warmth"]),
    (URL, '{"answers": {"leg_swelling": "one_lowr_leg"}}', 422, ["/answers/leg_swelling"]),
    (URL, '{"answers": {"leg_swelling": true}}', 422, ["/answers/leg_swelling"]),
    (URL, '{"answers": {"leg_swelling": {"a": 1}}}', 422, ["/answers/leg_swelling"]),
    (URL, '{"answers": {"pain_intensity": 3}}', 422, ["/answers/pain_intensity"]),
    (URL, '{"answers": {"age": "58"}}', 422, ["/answers/age"]),
    (URL, '{"answers": {"age": true}}', 422, ["/answers/age"]),
    (URL, '{"answers": {"age": -1}}', 422, ["/answers/age"]),
    (URL, '{"answers": {"age": 121}}', 422, ["/answers/age"]),
    (URL, '{"answers": {"age": "50-59"}}', 422, ["/answers/age"]),
    (URL, '{"answers": {"age": ' + "9" * 99 + "}}", 422, ["/answers/age"]),
    (URL, '{"answers": {"bmi": 9.9}}', 422, ["/answers/bmi"]),
    (
        URL,
        '{"x": 1, "answers": {"sex": "man", "age": 200, "leg": 1}}',
        422,
        ["/x", "/answers/sex", "/answers/age", "/answers/leg"],
    ),
    (BATCH, "[]", 422, [""]),
    (BATCH, "{}", 422, ["/cases"]),
    (BATCH, CASE, 422, ["/cases", "/answers"]),
    (BATCH, '{"cases": null}', 422, ["/cases"]),
    (BATCH, '{"cases": {}}', 422, ["/cases"]),
    (BATCH, '{"cases": []}', 422, ["/cases"]),
    (BATCH, f'{{"cases": [{",".join([CASE] * 10_001)}]}}', 422, ["/cases"]),
    (BATCH, f'{{"cases": [{CASE}], "on_error": "skip"}}', 422, ["/on_error"]),
    (BATCH, f'{{"cases": [{CASE}, 3, {{}}]}}', 422, ["/cases/1", "/cases/2/answers"]),
    (
        BATCH,
        '{"cases": [{"answers": {"age": -1}}, {"answers": {"sex": 1, "b/c": 1}}], "x": 1}',
        422,
        ["/x", "/cases/0/answers/age", "/cases/1/answers/sex", "/cases/1/answers/b~1c"],
    ),
    (BATCH + "?on_error=skip", '{"cases": 3}', 422, ["/cases"]),
    (BATCH + "?on_error=skip", f'{{"cases": [{CASE}], "x": 1}}', 422, ["/x"]),
    (BATCH + "?on_error=stop", f'{{"cases": [{CASE}]}}', 400, []),
    (BATCH + "?on_error=skip&on_error=skip", f'{{"cases": [{CASE}]}}', 400, []),
    (BATCH + "?skip=1", f'{{"cases": [{CASE}]}}', 400, []),
    (URL + "?on_error=skip", CASE, 400, []),
]


def post(client, body, url=URL, **options):
    """Send a body, as JSON unless it is text already."""
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(url, data=data, **{"content_type": "application/json", **options})


def ask(client, answers):
    """The answer to one case."""
    response = post(client, {"answers": answers})
    assert response.status_code == 200, response.text
    return response.json


def is_problem(response, status):
    """Whether a response is a problem with all its members."""
    body = response.json
    return (
        response.status_code == status == body["status"]
        and response.content_type == "application/problem+json"
        and list(body) == ["type", "title", "status", "detail", "errors"]
        and all(body[key] for key in ("type", "title", "detail"))
    )


@pytest.mark.parametrize(("url", "body", "status", "pointers"), BAD_BODIES)
def test_a_bad_body_is_a_problem_that_says_where(client, url, body, status, pointers):
    """Status, content type, members and a pointer for each thing that is wrong."""
    response = post(client, body, url)
    assert is_problem(response, status)
    assert [error["pointer"] for error in response.json["errors"]] == pointers


def test_the_answer_to_one_case_is_its_assessment(client, model):
    """As the pure function gives it, in the same order."""
    response = post(client, {"answers": {**WARM_SWOLLEN_CALF, "age": 58, "urge_to_move": None}})
    case = {
        "leg_swelling": "one_lower_leg",
        "skin_warmth": "yes",
        "loc_calf": "yes",
        "age": "50-59",
    }
    assert response.content_type == "application/json"
    assert list(response.json.items()) == list(assess(case, model).items())


@pytest.mark.parametrize("value", ["58", "58.0", "50", "59.9", "5.8e1"])
def test_an_age_is_its_bin_however_it_is_written(client, value):
    """58.0 is 58."""
    response = post(client, f'{{"answers": {{"age": {value}}}}}')
    assert response.json == ask(client, {"age": 55})


def test_null_is_the_same_as_missing(client):
    """For every finding, alone and all together."""
    nothing = ask(client, {})
    assert nothing["urgency"] == "undetermined" or nothing["urgency_basis"] == "model"
    assert ask(client, dict.fromkeys(FINDINGS)) == nothing
    for finding in FINDINGS:
        assert ask(client, {**WARM_SWOLLEN_CALF, finding: None} | WARM_SWOLLEN_CALF) == ask(
            client, WARM_SWOLLEN_CALF
        )


def test_the_order_of_keys_does_not_matter(client, cases, to_json):
    """Byte for byte."""
    for case in map(to_json, cases(50)[1]):
        turned = dict(reversed(case.items()))
        assert post(client, {"answers": case}).data == post(client, {"answers": turned}).data


def test_under_18_has_no_probabilities_and_at_least_soon(client):
    """17.9 is under 18, 18 is not."""
    young = ask(client, {"age": 17.9})
    assert (young["urgency"], young["causes"]) == ("soon", None)
    assert young["model"]["status"] == "not_applicable"
    assert ask(client, {"age": 18})["model"]["status"] == "ok"


def test_errors_guess_what_was_meant(client):
    """For findings and for levels."""
    body = {"answers": {"leg_sweling": 1, "leg_swelling": "one_lowr_leg", "zzz": 1}}
    details = [error["detail"] for error in post(client, body).json["errors"]]
    assert details[0] == "no such finding; did you mean leg_swelling?"
    assert details[1].endswith("; did you mean one_lower_leg?")
    assert details[2] == "no such finding"


def test_a_thousand_problems_are_enough_and_quickly_found(client):
    """A body of unknown names alone is answered, with the first thousand of them."""
    body = {"answers": {f"finding_{n}": 1 for n in range(3000)}}
    response = post(client, body)
    assert is_problem(response, 422)
    assert len(response.json["errors"]) == 1000
    assert "1000 problems are listed" in response.json["detail"]


def test_a_batch_equals_the_single_answers(client, cases, to_json):
    """In order, on cases of every length."""
    several = [{"age": 5}, *map(to_json, cases(200)[1]), {}, {"age": 17}, {"age": 18}]
    body = {"cases": [{"answers": answers} for answers in several]}
    results = post(client, body, BATCH).json["results"]
    assert results == [ask(client, answers) for answers in several]


@pytest.mark.slow
def test_an_answer_leaves_nothing_behind(client, cases, to_json):
    """Not even one small object, of which a million requests would make 50 MB."""
    bodies = [json.dumps({"answers": to_json(case)}) for case in cases(100)[1]]
    held = []
    for _ in range(4):
        for body in bodies:
            assert post(client, body).status_code == 200
        gc.collect()
        held.append(sys.getallocatedblocks())
    assert held[-1] - held[-2] < len(bodies) / 2


def test_a_batch_is_answered_by_one_model(app, client, model):
    """Even if another takes its place meanwhile; that one answers the next request."""
    other = replace(model, version="another")

    def replaced_meanwhile(codes):
        app.extensions["model"] = other
        return model.predict_proba(codes)

    app.extensions["model"] = replace(model, says=replaced_meanwhile)
    for version in (model.version, other.version):
        results = post(client, f'{{"cases": [{CASE}, {CASE}]}}', BATCH).json["results"]
        assert [result["model"]["version"] for result in results] == [version, version]


def test_with_on_error_skip_the_rest_of_the_batch_is_answered(client):
    """A bad case's result is its errors, with pointers into the request."""
    body = {"cases": [{"answers": {}}, {"answers": {"age": -1, "x": 1}}, {"answer": {}}, 3]}
    body["cases"].append({"answers": WARM_SWOLLEN_CALF})
    results = post(client, body, BATCH + "?on_error=skip").json["results"]
    assert results[0] == ask(client, {})
    assert results[4] == ask(client, WARM_SWOLLEN_CALF)
    assert [[e["pointer"] for e in result["errors"]] for result in results[1:4]] == [
        ["/cases/1/answers/age", "/cases/1/answers/x"],
        ["/cases/2/answers", "/cases/2/answer"],
        ["/cases/3"],
    ]


def test_a_batch_of_bad_cases_alone_can_be_skipped(client, model):
    """All results are errors, beyond the first thousand too, and the model is not asked."""
    body = {"cases": [{"answers": {f"finding_{n}": 1, "x": 1}} for n in range(10_000)]}
    results = post(client, body, BATCH + "?on_error=skip").json["results"]
    assert len(results) == 10_000
    assert all(list(result) == ["errors"] for result in results)
    assert {len(result["errors"]) for result in results} == {2}
    assert model.asked == []


@pytest.mark.parametrize("url", [URL, BATCH])
@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16; charset=utf-8",
        "application/json; profile=x",
        "application/jsonx",
    ],
)
def test_another_content_type_is_a_415(client, url, content_type):
    """Whatever the body is."""
    assert is_problem(post(client, CASE, url, content_type=content_type), 415)


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_in_utf_8_is_welcome_however_it_is_said(client, content_type):
    """The charset may be named; types have no case."""
    assert post(client, CASE, content_type=content_type).status_code == 200
    assert post(client, CASE, content_type='application/json; charset="UTF-8"').status_code == 200


def test_a_compressed_body_is_a_415(client):
    """Only identity is no encoding."""
    assert is_problem(post(client, CASE, headers={"Content-Encoding": "gzip"}), 415)
    assert post(client, CASE, headers={"Content-Encoding": "identity"}).status_code == 200


@pytest.mark.parametrize(
    ("url", "body", "limit"),
    [
        (URL, CASE, 64 * 1024),
        (BATCH, f'{{"cases": [{CASE}]}}', 32 * 1024 * 1024),
    ],
)
def test_a_body_over_the_limit_is_a_413_with_and_without_its_length(client, url, body, limit):
    """At the limit it is answered; one byte more is refused, a stream of bytes as well."""
    whole = body.ljust(limit).encode()
    assert post(client, whole, url).status_code == 200
    refused = post(client, whole + b" ", url)
    assert is_problem(refused, 413)
    assert f"{limit} bytes" in refused.json["detail"]
    for content, status in ((whole, 200), (whole + b" ", 413)):
        response = client.post(
            url,
            input_stream=io.BytesIO(content),
            content_type="application/json",
            environ_overrides={"wsgi.input_terminated": True},
        )
        assert response.status_code == status


def test_a_fault_of_the_service_is_a_500_problem(client, monkeypatch, caplog):
    """Without the exception's message, in the body and in the log, which says where it was."""

    def fail(*_):
        raise RuntimeError("canary")

    monkeypatch.setattr(predict, "assess_each", fail)
    response = post(client, CASE)
    assert is_problem(response, 500)
    (record,) = caplog.records
    assert (record.levelname, record.getMessage()) == ("ERROR", "fault")
    assert record.fields["request_id"] == response.headers["X-Request-Id"]
    assert (record.fields["route"], record.fields["error"]) == (URL, "RuntimeError")
    assert record.fields["place"].startswith(__file__)
    assert "canary" not in response.text + caplog.text + str(record.fields)


def test_values_appear_neither_in_errors_nor_in_logs(client, broken_models, app, caplog):
    """A canary in every finding, in bad JSON and in a case that breaks the model."""
    caplog.set_level(logging.DEBUG)
    said = [
        post(client, {"answers": dict.fromkeys(FINDINGS, "canary")}).text,
        post(client, '{"answers": {"sex": "canary", "sex": "canary"}}').text,
        post(client, '{"answers": {"sex": "canary"').text,
        post(client, '{"answers": {"sex": canary}}').text,
        post(client, {"answers": "canary"}).text,
        post(client, {"cases": [{"answers": {"sex": "canary"}}]}, BATCH).text,
        post(client, {"cases": [{"answers": {"sex": "canary"}}]}, BATCH + "?on_error=skip").text,
    ]
    app.extensions["model"] = broken_models["raises"]
    said.append(post(client, {"answers": WARM_SWOLLEN_CALF}).text)
    assert "secret" not in said[-1]
    assert "canary" not in "".join(said) + caplog.text


def test_unknown_names_are_repeated_in_the_error_body_only(client, caplog):
    """So that the caller finds them; never in a log."""
    caplog.set_level(logging.DEBUG)
    assert "my_name_is" in post(client, {"answers": {"my_name_is": 1}}).text
    assert "my_name_is" not in caplog.text


def test_what_may_have_been_meant_is_told_of_the_first_problems_alone(client):
    """Guessing takes time; all problems are listed all the same, in a batch counted over cases."""
    wrong = {f"{name}s": 1 for name in FINDINGS}
    for route, body in (
        ("/v1/predict", {"answers": wrong}),
        ("/v1/predict/batch", {"cases": [{"answers": {name: 1}} for name in wrong]}),
    ):
        errors = client.post(route, json=body).json["errors"]
        assert len(errors) == len(FINDINGS)
        guessed = ["did you mean" in error["detail"] for error in errors]
        assert guessed == [True] * MOST_GUESSED + [False] * (len(FINDINGS) - MOST_GUESSED)
