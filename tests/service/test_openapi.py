"""What /openapi.json says is what is served."""

import json

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from schemathesis import GenerationMode

from data.vocabulary import CAUSES, FINDINGS
from service.app import create_app, routes
from service.openapi import ROUTES, description
from service.opinion import ModelProblem

DOCUMENT = description()
PAGES = ("/", "/about", "/docs", "/page.js", "/docs.js", "/page.css", "/icon.svg")  # for people


def schema_of(name):
    return {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}


def fits(value, name):
    jsonschema.Draft202012Validator(schema_of(name)).validate(value)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A service without a model, for what is sent at random."""
    return create_app(tmp_path_factory.mktemp("models"))


def shares_fit(case):
    """With all causes the shares must be 1 together, which chance never hits."""
    shares = case.get("prevalence")
    return not isinstance(shares, dict) or (sum(shares.values()) < 1 and len(shares) < len(CAUSES))


RIGHT, WRONG = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
ASKED = [path for path, route in ROUTES.items() if route.body]


@pytest.mark.parametrize(
    ("path", "mode"), [*((path, RIGHT) for path in ROUTES), *((path, WRONG) for path in ASKED)]
)
def test_every_route_keeps_what_it_promises(served, path, mode):
    """All of Schemathesis' checks: what fits is taken, what does not is refused, as described."""
    (operation,) = schemathesis.openapi.from_wsgi("/openapi.json", served)[path].values()

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def keeps(case):
        if mode is WRONG and case.query == {"on_error": "skip"}:
            case.query = {}  # a wrong case would rightly be answered
        if mode is RIGHT:  # a schema cannot say what shares must sum to
            asked = case.body if isinstance(case.body, dict) else {}
            assume(all(shares_fit(each) for each in asked.get("cases", [asked])))
        case.call_and_validate()

    keeps()


def test_the_routes_described_are_the_routes_served(app, client):
    """Each with its one method; and the description itself is among them."""
    assert sorted(ROUTES) == [path for path in routes(app) if path not in PAGES]
    assert client.get("/openapi.json").json == DOCUMENT
    for rule in (rule for rule in app.url_map.iter_rules() if str(rule) not in PAGES):
        (method,) = DOCUMENT["paths"][str(rule)]
        assert method.upper() in rule.methods


@pytest.mark.parametrize("path", [path for path, route in ROUTES.items() if not route.body])
def test_the_answer_of_every_get_fits_its_schema(client, path):
    """With a model; no member is there that is not described."""
    response = client.get(path)
    (kind,) = DOCUMENT["paths"][path]["get"]["responses"]["200"]["content"]
    assert response.mimetype == kind
    if kind == "application/json" and path != "/openapi.json":
        name = ROUTES[path].answer
        fits(response.json, name)
        described = DOCUMENT["components"]["schemas"][name]["properties"]
        assert set(response.json) <= set(described)


def test_assessments_fit_their_schema_and_have_no_other_members(client, cases, to_json):
    """Single and batch, every kind of alert and none; skipped cases too."""
    bodies = [{"answers": to_json(case)} for case in cases(80, seed=7)[1]]
    properties = set(DOCUMENT["components"]["schemas"]["Assessment"]["required"])
    for body in bodies:
        fits(body, "Case")
        answer = client.post("/v1/predict", json=body).json
        fits(answer, "Assessment")
        assert set(answer) == properties
    answer = client.post(
        "/v1/predict/batch?on_error=skip", json={"cases": [*bodies, {"answers": {"x": 1}}]}
    ).json
    fits(answer, "Results")


def test_refusals_fit_their_schema(client):
    """Of every kind."""
    for sent in ("{", "[]", '{"answers": {"x": 1}}', " " * 70_000):
        response = client.post("/v1/predict", data=sent, content_type="application/json")
        fits(response.json, "ProblemDocument")


def test_every_finding_can_be_asked_as_described(client):
    """Each level, and null; what is not described is refused."""
    described = DOCUMENT["components"]["schemas"]["Answers"]["properties"]
    assert list(described) == list(FINDINGS)
    for finding, schema in described.items():
        values = schema.get("enum", [True, False, None])
        if "minimum" in schema:
            values = [schema["minimum"], schema["maximum"], None]
        for value in values:
            body = json.dumps({"answers": {finding: value}})
            sent = client.post("/v1/predict", data=body, content_type="application/json")
            assert sent.status_code == 200, (finding, value)


def test_examples_are_answered(client):
    """As they stand in the description."""
    schemas = DOCUMENT["components"]["schemas"]
    for example in schemas["Case"]["examples"]:
        assert client.post("/v1/predict", json=example).status_code == 200
    for example in schemas["Batch"]["examples"]:
        assert client.post("/v1/predict/batch", json=example).status_code == 200


def test_every_member_of_what_is_said_is_described():
    """In one line."""
    schemas = DOCUMENT["components"]["schemas"]
    members = {
        (name, member): told.get("description", "")
        for name, schema in schemas.items()
        for member, told in schema.get("properties", {}).items()
        if "title" in schema
    }
    assert len(members) > 150
    for member, words in members.items():
        assert words == " ".join(words.split()) != "", member


def test_whatever_becomes_of_the_model_is_described(app, client, broken_models):
    """Statuses and reasons of models that are missing, refused or wrong, and of children."""
    statuses = set()
    problems = [ModelProblem("missing", "why"), ModelProblem("refused", "why")]
    for model in (app.extensions["model"], *broken_models.values(), *problems):
        app.extensions["model"] = model
        for age in (12, 58):
            asked = {"answers": {"age": age}}
            said = client.post("/v1/predict", json=asked).json
            fits(said, "Assessment")
            fits(client.post("/v1/next", json=asked).json, "Next")
            statuses.add(said["model"]["status"])
    fits(client.get("/v1/model").json, "ServedModel")
    fits(client.get("/readyz").json, "Ready")
    described = DOCUMENT["components"]["schemas"]["ModelState"]["properties"]["status"]["enum"]
    assert statuses == set(described)
