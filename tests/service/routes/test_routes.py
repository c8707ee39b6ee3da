"""The other routes, and what holds of every answer and error."""

import json
from inspect import iscoroutinefunction
from itertools import chain

import pytest
from flask import session

from data.vocabulary import CAUSES, FINDINGS, URGENCIES
from data.wording import SOURCES, WORDING
from service.app import METRICS_TYPE, create_app
from service.assessment.opinion import ModelProblem
from service.routes import predict
from service.routes.route_texts import ROUTES as DESCRIBED
from service.running import model_watcher
from service.safety.rules import RULES

PAGES = {
    "/": "GET, POST",
    "/about": "GET",
    "/docs": "GET",
    "/page.js": "GET",
    "/docs.js": "GET",
    "/page.css": "GET",
    "/icon.svg": "GET",
}
ROUTES = {path: "POST" if route.body else "GET" for path, route in DESCRIBED.items()}
KEPT = [path for path, route in DESCRIBED.items() if route.kept]


def test_the_routes_are_these_and_no_others(app):
    """None takes a path, a URL or a model."""
    served = {}
    for rule in app.url_map.iter_rules():
        served.setdefault(str(rule), set()).update(rule.methods - {"HEAD", "OPTIONS"})
    assert {path: ", ".join(sorted(methods)) for path, methods in served.items()} == ROUTES | PAGES


@pytest.mark.parametrize("route", ROUTES)
def test_another_method_is_a_405_problem_that_says_which_is_allowed(client, route):
    """With the Allow header that HTTP asks for."""
    response = client.delete(route)
    assert response.status_code == 405
    assert ROUTES[route] in response.headers["Allow"]
    assert response.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/predict/", "/static/page.js", "/v1//rules", "/v1/rules/DVT-1"]
)
def test_another_path_is_a_404_problem(client, path):
    """No redirect, no page."""
    response = client.get(path)
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"
    assert response.json["errors"] == []


@pytest.mark.parametrize("route", [*ROUTES, "/nowhere"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_no_answer_is_stored_sniffed_framed_or_without_an_id(client, route, method):
    """Errors included; the catalogue may be kept, if it is asked for again."""
    response = client.open(route, method=method, data="{}", content_type="application/json")
    kept = route in KEPT and method == "GET"
    assert response.headers.getlist("Cache-Control") == ["no-cache" if kept else "no-store"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert len(response.headers["X-Request-Id"]) == 16
    assert "Access-Control-Allow-Origin" not in response.headers
    types = ("application/json", "application/problem+json", METRICS_TYPE)
    assert response.content_type in (*types, "text/x-python; charset=utf-8")


@pytest.mark.parametrize("route", ROUTES)
def test_the_options_of_a_route_are_told(client, route):
    """With the Allow header, and a HEAD is a GET without its body."""
    response = client.options(route)
    assert (response.status_code, response.data) == (200, b"")
    assert ROUTES[route] in response.headers["Allow"]
    assert "Content-Type" not in response.headers
    if ROUTES[route] == "GET":
        assert client.head(route).status_code == 200
        assert client.head(route).data == b""


@pytest.mark.parametrize("route", KEPT)
def test_what_has_not_changed_is_not_sent_again(app, client, route):
    """A 304 for the ETag that was given; another one where the content is another."""
    etag = client.get(route).headers["ETag"]
    again = client.get(route, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == "no-cache"
    if route == "/v1/model":
        app.extensions["model"] = ModelProblem("missing", "")
        assert client.get(route, headers={"If-None-Match": etag}).status_code == 200


def test_json_is_sent_in_the_order_written_and_never_with_nan(app):
    """Flask's own would sort the keys and send NaN."""
    assert app.json.dumps({"b": 1, "a": "é"}) == '{"b": 1, "a": "é"}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        app.json.dumps(float("nan"))


def test_findings_are_all_listed_with_question_and_answers(client):
    """In vocabulary order; levels for choices, limits for numbers."""
    entries = client.get("/v1/findings").json["findings"]
    assert [entry["finding"] for entry in entries] == list(FINDINGS)
    for entry in entries:
        finding = FINDINGS[entry["finding"]]
        assert entry["question"] == WORDING.question(finding.id)
        assert (entry["kind"], entry["group"]) == (finding.kind, finding.group)
        if finding.kind in ("categorical", "ordinal"):
            assert list(entry["levels"]) == list(finding.levels)
        if finding.kind == "numeric":
            assert (entry["minimum"], entry["maximum"]) == finding.limits
            assert entry["unit"]


def test_causes_are_all_listed_without_a_model(app, client):
    """In vocabulary order, with words."""
    app.extensions["model"] = ModelProblem("missing", "")
    entries = client.get("/v1/causes").json["causes"]
    assert [(entry["cause"], entry["group"]) for entry in entries] == list(CAUSES.items())
    assert all(entry["label"] and entry["description"] for entry in entries)


def test_rules_are_all_listed_with_condition_and_source(client):
    """As they stand in the table."""
    entries = client.get("/v1/rules").json["rules"]
    assert [entry["id"] for entry in entries] == [rule.id for rule in RULES]
    for entry, rule in zip(entries, RULES, strict=True):
        assert " ".join(entry) == ("id alert urgency within title reason advice condition source")
        assert entry["alert"] == entry["id"].split("-")[0]
        assert entry["urgency"] in URGENCIES[:3]
        assert entry["source"] == SOURCES[rule.source].citation
        assert all(finding.id in entry["condition"] for finding in rule.condition.reads())


def test_the_model_is_described_by_its_manifest_without_its_golden_cases(client, model):
    """They are for loading, not for reading."""
    said = client.get("/v1/model").json
    assert said["version"] == model.version
    assert (said["status"], said["reason"]) == ("ok", None)
    assert said["manifest"] == {"seed": 1}


def test_a_service_with_a_model_is_ready(client):
    """And alive."""
    assert client.get("/livez").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok", "reason": None}


def check_degraded(models_dir, status):
    """A service of this folder is ready, degraded, says why, and alerts."""
    client = create_app(models_dir).test_client()
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json["status"] == "degraded"
    assert ready.json["reason"]
    described = client.get("/v1/model").json
    assert described == {"version": None, "status": status, "reason": ready.json["reason"]}
    said = client.post("/v1/predict", json={"answers": {"leg_swelling": "one_lower_leg"}}).json
    assert said["model"] == {
        "version": None,
        "status": status,
        "reason": WORDING.service(f"model_{status}"),
    }
    assert said["causes"] is None
    assert [alert["id"] for alert in said["alerts"]] == ["DVT"]


def test_a_service_without_a_model_is_ready_but_degraded(tmp_path):
    """An empty folder, and none at all."""
    check_degraded(tmp_path, "missing")
    check_degraded(tmp_path / "nowhere", "missing")


@pytest.mark.parametrize("pointer", [b"", b"garbage", b"\xff\xfe", b"[]", b"{}", b'{"version": 1}'])
def test_a_service_with_a_garbled_model_is_ready_but_degraded(tmp_path, pointer):
    """It is refused, and never stops the service."""
    (tmp_path / "current").write_bytes(pointer)
    check_degraded(tmp_path, "refused")


def test_a_dangling_pointer_is_a_refused_model(tmp_path):
    """The version that it names is gone."""
    target = {"version": "20260101T000000Z-00000000", "manifest_sha256": "0" * 64}
    (tmp_path / "current").write_text(json.dumps(target))
    check_degraded(tmp_path, "refused")


def test_any_error_while_loading_is_a_refused_model(tmp_path, monkeypatch):
    """Even one that nobody thought of, and its message is not told."""

    def fail(_):
        raise PermissionError("canary")

    monkeypatch.setattr(model_watcher, "load_current", fail)
    check_degraded(tmp_path, "refused")
    assert "canary" not in create_app(tmp_path).test_client().get("/readyz").text


def test_no_session_keeps_anything(app):
    """Not even where somebody sets the key with which Flask would sign one."""
    app.secret_key = "known"  # noqa: S105
    with app.test_request_context("/v1/predict"):
        assert not session
        with pytest.raises(RuntimeError):
            session["answers"] = "kept"


def test_what_lean_flask_rests_on(app):
    """It looks for no hook, no coroutine, and nothing in a rule but method and path."""
    hooks = ("url_value_preprocessors", "before_request_funcs", "teardown_request_funcs")
    assert not any(any(getattr(app, hook).values()) for hook in hooks)
    assert not app.teardown_appcontext_funcs
    assert not {None, predict.bp.name} & app.after_request_funcs.keys()
    by_code = chain.from_iterable(spec.values() for spec in app.error_handler_spec.values())
    handlers = [handlers.values() for handlers in by_code]
    functions = chain(app.view_functions.values(), *handlers, *app.after_request_funcs.values())
    assert not any(map(iscoroutinefunction, functions))
    for rule in app.url_map.iter_rules():
        assert not any((rule.arguments, rule.defaults, rule.redirect_to, rule.websocket))
        assert not any((rule.host, rule.subdomain))
