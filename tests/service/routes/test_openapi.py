"""What /openapi.json says is what is served."""

import json

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from schemathesis import GenerationMode

from data.vocabulary import CAUSES, FINDINGS
from service.app import create_app, routes
from service.assessment.opinion import ModelProblem
from service.http.paths import BATCH
from service.http.wsgi import REFUSED
from service.routes.openapi import description
from service.routes.route_texts import BARE, HEADERS, ROUTES
from service.settings import Settings

DOCUMENT = description()
PATHS = DOCUMENT["paths"]
PAGES = ("/", "/about", "/docs", "/page.js", "/docs.js", "/page.css", "/icon.svg")  # for people


def schema_of(name):
    return {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}


def fits(value, name):
    follows(value, schema_of(name))


def follows(value, schema):
    whole = {**schema, "components": DOCUMENT["components"]}
    jsonschema.Draft202012Validator(whole).validate(value)


def meant(told):
    """A part of the description, or that which it refers to."""
    found = DOCUMENT
    for name in told["$ref"].split("/")[1:] if "$ref" in told else ():
        found = found[name]
    return found if "$ref" in told else told


def responses_of(path):
    (operation,) = PATHS[path].values()
    return operation["responses"]


def parts(told):
    """Every object of a description."""
    if isinstance(told, dict):
        yield told
    if isinstance(told, dict | list):
        for part in told.values() if isinstance(told, dict) else told:
            yield from parts(part)


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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "mode"), [*((path, RIGHT) for path in ROUTES), *((path, WRONG) for path in ASKED)]
)
def test_every_route_keeps_what_it_promises(served, path, mode):
    """All of Schemathesis' checks: what fits is taken, what does not is refused, as described."""
    (operation,) = schemathesis.openapi.from_wsgi("/openapi.json", served)[path].values()

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def keeps(case):
        if mode is WRONG:  # with this, a wrong case would rightly be answered
            assume((case.query or {}).get("on_error") != "skip")
        if mode is RIGHT:  # a schema cannot say what shares must sum to
            asked = case.body if isinstance(case.body, dict) else {}
            assume(all(shares_fit(each) for each in asked.get("cases", [asked])))
        case.call_and_validate()

    keeps()


def test_the_description_is_an_openapi_document(served):
    """As the OpenAPI Initiative's own schema has it, and nothing that it refers to is missing."""
    schemathesis.openapi.from_wsgi("/openapi.json", served).validate()
    assert all(meant(part) for part in parts(DOCUMENT) if isinstance(part.get("$ref"), str))


def test_the_routes_described_are_the_routes_served(app, client):
    """Each with its one method; and the description itself is among them."""
    assert sorted(ROUTES) == [path for path in routes(app) if path not in PAGES]
    assert client.get("/openapi.json").json == DOCUMENT
    for rule in (rule for rule in app.url_map.iter_rules() if str(rule) not in PAGES):
        (method,) = PATHS[str(rule)]
        assert method.upper() in rule.methods


@pytest.mark.parametrize("path", [path for path, route in ROUTES.items() if not route.body])
def test_the_answer_of_every_get_fits_its_schema(client, path):
    """With a model; no member is there that is not described."""
    response = client.get(path)
    (kind,) = PATHS[path]["get"]["responses"]["200"]["content"]
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
    """As they stand in the description; each is one of its schema too."""
    schemas = DOCUMENT["components"]["schemas"]
    for example in schemas["Case"]["examples"]:
        assert client.post("/v1/predict", json=example).status_code == 200
    for example in schemas["Batch"]["examples"]:
        assert client.post("/v1/predict/batch", json=example).status_code == 200
    for example in schemas["Interview"]["examples"]:
        assert client.post("/v1/next", json=example).status_code == 200
    for name, schema in schemas.items():
        for example in schema.get("examples", ()):
            fits(example, name)
    for part in parts({"paths": PATHS, "responses": DOCUMENT["components"]["responses"]}):
        if "example" in part:
            follows(part["example"], part["schema"])


KEY, HOST, LIMIT = "correct-horse-battery", "good.org", 65_536
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
WRONG_BODIES = (
    '{"answers": {"age": 58, "age": 59}}',
    '{"answers": {"leg_sweling": "one_lower_leg", "age": 130}}',
    " " * (LIMIT + 1),
)


@pytest.fixture
def guarded(tmp_path, model):
    """A service with all that may be refused."""
    settings = Settings(api_key=KEY, trusted_hosts=(HOST,), single_bytes=LIMIT, batch_bytes=LIMIT)
    app = create_app(tmp_path, settings)
    app.extensions["model"] = model
    return app


def asked_every_way(app, path, monkeypatch):
    """Answers of a route to a good request and to each wrong one."""
    body = ROUTES[path].body
    method = next(iter(PATHS[path])).upper()
    good = json.dumps(DOCUMENT["components"]["schemas"][body]["examples"][0]) if body else ""
    head = {"Host": HOST, "Authorization": f"Bearer {KEY}", "traceparent": TRACE}

    def ask(method=method, data=good, kind="application/json", **given):
        refused = {REFUSED: given.pop("refused")} if "refused" in given else {}
        headers = {**head, **{name.replace("_", "-"): value for name, value in given.items()}}
        return app.test_client().open(
            path, method=method, data=data, content_type=kind, headers=headers,
            environ_overrides=refused,
        )  # fmt: skip

    yield ask()
    yield ask(If_None_Match=ask().headers.get("ETag", "none"))
    yield from (ask(Host="evil.org"), ask(Authorization=""), ask(method="DELETE"))
    busy = [503] if path == BATCH else []  # what else is large is thrown away while it is read
    yield from (ask(refused=status) for status in (400, 408, 411, *busy))
    yield ask(kind="text/plain")
    yield from (ask(data=data) for data in WRONG_BODIES)
    (rule,) = (rule for rule in app.url_map.iter_rules() if str(rule) == path)
    monkeypatch.setitem(app.view_functions, rule.endpoint, lambda: 1 / 0)
    yield ask()


@pytest.mark.parametrize("path", ROUTES)
def test_every_answer_of_a_route_is_described(guarded, path, monkeypatch):
    """Its status, type, shape and headers, and no other is; problems look as in the examples."""
    said = {status: meant(told) for status, told in responses_of(path).items()}
    bodies = {}
    for response in asked_every_way(guarded, path, monkeypatch):
        told = said[str(response.status_code)]
        sent = {name for name in HEADERS if name in response.headers}
        assert sent == set(told["headers"]), response.status
        if "content" in told:
            assert list(told["content"]) == [response.mimetype]
        else:
            assert response.data == b""
        if response.is_json:
            follows(response.json, told["content"][response.mimetype]["schema"])
        bodies.setdefault(str(response.status_code), []).append(response.get_json(silent=True))
    assert bodies.keys() == said.keys() - BARE.keys()
    for status in bodies.keys() - {"200", "304"} - ({"422"} if path == BATCH else set()):
        assert said[status]["content"]["application/problem+json"]["example"] in bodies[status]


def test_what_needs_no_key_says_so():
    """Of the others the description leaves it open whether the service has one."""
    free = {p for p, told in PATHS.items() if told.get("get", {}).get("security") == []}
    assert free == {path for path in ROUTES if "401" not in responses_of(path)}
    assert free == {"/livez", "/readyz"}
    assert DOCUMENT["security"] == [{}, {"key": []}]


def test_everything_is_described_in_words():
    """Each schema and each of its members, wherever it stands; each header and parameter."""
    components = DOCUMENT["components"]
    named = [components[kind] for kind in ("schemas", "responses", "headers", "parameters")]
    described = [
        *(("", name, part) for group in named for name, part in group.items()),
        *(
            (part.get("title"), name, member)
            for part in parts(components["schemas"])
            for name, member in part.get("properties", {}).items()
            if part.get("type") == "object"
        ),
    ]
    assert len(described) > 250
    for owner, name, part in described:
        words = part.get("description", "")
        assert words == words.strip() != "", (owner, name)
        assert "\n " not in words, (owner, name)
        assert not owner or "\n" not in words, (owner, name)


def test_operations_keep_the_names_that_programs_are_made_with():
    """A client that was generated from an earlier description goes on compiling."""
    names = {path: next(iter(told.values()))["operationId"] for path, told in PATHS.items()}
    assert names == {
        "/v1/predict": "predict",
        "/v1/predict/batch": "predictBatch",
        "/v1/next": "next",
        "/v1/findings": "findings",
        "/v1/causes": "causes",
        "/v1/rules": "rules",
        "/v1/model": "model",
        "/livez": "live",
        "/readyz": "ready",
        "/metrics": "metrics",
        "/client.py": "client",
        "/openapi.json": "description",
    }


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
