"""GET /openapi.json: the routes and what they take and say, made from what the code itself uses.

A route is described by one line of ROUTES; answers are the TypedDicts of the contract, and what
is asked is the vocabulary. A test compares both with what is served.
"""

from functools import cache
from typing import Any, Final, NamedTuple

import msgspec
from flask import Blueprint

from data.vocabulary import CAUSES, FINDINGS, RETIRED, SETTINGS, VERSION, Finding
from data.wording import WORDING
from service import contract, contract_catalogue
from service.options import SWITCHES
from service.request import MOST_CASES

REF: Final = "#/components/schemas/"
PROBLEM_JSON: Final = "application/problem+json"
PROBLEMS: Final = {  # of every route that is asked with a body, beside those of all
    "400": "Not strict JSON, or not a request that is taken here.",
    "408": "The body took too long.",
    "413": "The body is too long.",
    "415": "Not application/json in UTF-8, or compressed.",
    "422": "It does not fit the vocabulary; each problem with its place.",
}
EVERYWHERE: Final = {
    "401": "The service has an API key, and the request none or another.",
    "500": "A fault of the service.",
    "503": "Too many large requests at once.",
}
EXAMPLE: Final = {"age": 58, "sex": "female", "leg_swelling": "one_lower_leg", "skin_warmth": True}

OPTIONS: Final = {"explain": True, "doubt": True, "steady": True, "prevalence": "vascular_clinic"}
SWITCHED: Final = {
    "explain": "Say what each answer adds to the odds of the leading causes.",
    "doubt": "Say how sure the probabilities are, and whether the answers fit what is known.",
    "steady": "Say whether the answer holds if any one of the answers given is wrong.",
}


class Route(NamedTuple):
    """One route: what it is for, what it answers with and what it is asked with."""

    summary: str
    answer: str  # name of a schema, or a media type
    body: str | None = None  # name of a schema
    parameters: tuple[str, ...] = ()


ROUTES: Final = {
    "/v1/predict": Route("Assess one case.", "Assessment", "Case"),
    "/v1/predict/batch": Route("Assess many cases.", "Results", "Batch", parameters=("on_error",)),
    "/v1/next": Route("Rank the screens of questions that are left.", "Next", "Interview"),
    "/v1/findings": Route("Every question and the answers that it takes.", "Findings"),
    "/v1/causes": Route("Every cause.", "Causes"),
    "/v1/rules": Route("Every safety rule, and what was proven of them.", "Rules"),
    "/v1/model": Route("The served model, or why there is none.", "ServedModel"),
    "/livez": Route("The process runs.", "Live"),
    "/readyz": Route("Whether the service can answer in full.", "Ready"),
    "/metrics": Route("Counters for Prometheus.", "text/plain"),
    "/openapi.json": Route("This description.", "Description"),
}
PARAMETERS: Final = {
    "on_error": {
        "name": "on_error",
        "in": "query",
        "description": "skip answers the cases that fit, and says of the others what does not.",
        "schema": {"enum": ["skip"]},
    }
}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"{REF}{name}"}


SAID: Final[list[Any]] = [  # types of which schemas are made, with all that they hold
    contract.ProblemDocument, contract.Assessment, contract.Next, contract.Skipped,
    contract_catalogue.Findings, contract_catalogue.Causes, contract_catalogue.Rules,
    contract_catalogue.ServedModel, contract_catalogue.Live, contract_catalogue.Ready,
]  # fmt: skip
MADE: Final[dict[str, Any]] = {  # what those types cannot say
    "Description": {"type": "object", "description": "An OpenAPI document."},
    "Results": {
        "type": "object",
        "description": "One entry for each case, in order.",
        "properties": {
            "results": {
                "type": "array",
                "items": {"anyOf": [_ref("Assessment"), _ref("Skipped")]},
            }
        },
        "required": ["results"],
    },
}

bp = Blueprint("openapi", __name__)


@bp.get("/openapi.json")
def openapi() -> dict[str, Any]:
    """The description as OpenAPI 3.1."""
    return description()


@cache
def description() -> dict[str, Any]:
    """OpenAPI document of all routes."""
    _, schemas = msgspec.json.schema_components(SAID, ref_template=REF + "{name}")
    paths = {
        path: {"post" if route.body else "get": _operation(route)} for path, route in ROUTES.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Supine",
            "version": VERSION,
            "description": WORDING.service("notice"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": {**schemas, **MADE, **_asked()},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"key": []}],  # a key where the service has one
    }


def _operation(route: Route) -> dict[str, Any]:
    content = {"application/json": {"schema": _ref(route.answer)}}
    if "/" in route.answer:
        content = {route.answer: {"schema": {"type": "string"}}}
    problems = {**EVERYWHERE, **(PROBLEMS if route.body else {})}
    operation: dict[str, Any] = {
        "summary": route.summary,
        "responses": {
            "200": {"description": route.summary, "content": content},
            **{status: _problem(words) for status, words in sorted(problems.items())},
        },
    }
    if route.body:
        body = {"application/json": {"schema": _ref(route.body)}}
        operation["requestBody"] = {"required": True, "content": body}
    if route.parameters:
        operation["parameters"] = [PARAMETERS[name] for name in route.parameters]
    return operation


def _problem(words: str) -> dict[str, Any]:
    return {"description": words, "content": {PROBLEM_JSON: {"schema": _ref("ProblemDocument")}}}


def _asked() -> dict[str, Any]:
    """Schemas of what is asked: unknown is null or left out, and nothing else may be there."""
    answers = {finding.id: _finding(finding) for finding in FINDINGS.values()}
    answers |= {old: {**answers[now], "deprecated": True} for old, now in RETIRED.items()}
    interview = {"answers": _ref("Answers")}
    case = {**interview, **_options()}
    cases = {"type": "array", "items": _ref("Case"), "minItems": 1}
    return {
        "Answers": _object(answers, required=[], examples=[EXAMPLE, {}]),
        "Interview": _object(interview, required=["answers"], examples=[{"answers": EXAMPLE}]),
        "Case": _object(
            case,
            required=["answers"],
            examples=[{"answers": EXAMPLE}, {"answers": EXAMPLE, **OPTIONS}],
        ),
        "Batch": _object(
            {"cases": {**cases, "maxItems": MOST_CASES}},
            required=["cases"],
            examples=[{"cases": [{"answers": EXAMPLE}, {"answers": {}}]}],
        ),
    }


def _options() -> dict[str, Any]:
    shares = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
    rates = {
        "type": "object",
        "properties": dict.fromkeys(CAUSES, shares),
        "additionalProperties": False,
        "minProperties": 1,
        "description": "Shares of causes; they leave something for the others, or are all 1.",
    }
    return {
        **{name: {"type": ["boolean", "null"], "description": SWITCHED[name]} for name in SWITCHES},
        "prevalence": {"anyOf": [{"enum": [*SETTINGS, None]}, rates]},
    }


def _object(properties: dict[str, Any], required: list[str], examples: list[Any]) -> dict[str, Any]:
    shape = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**shape, "required": required, "examples": examples}


def _finding(finding: Finding[Any]) -> dict[str, Any]:
    question = WORDING.question(finding.id)
    if finding.kind == "numeric":
        low, high = finding.limits
        unit = WORDING.unit(finding.id)
        limits = {"minimum": low, "maximum": high}
        return {"type": ["number", "null"], **limits, "description": f"{question} ({unit})"}
    if finding.kind == "boolean":
        return {"type": ["boolean", "null"], "description": question}
    levels = "; ".join(f"{x}: {WORDING.level(finding.id, x)}" for x in finding.levels)
    return {"enum": [*finding.levels, None], "description": f"{question} {levels}"}
