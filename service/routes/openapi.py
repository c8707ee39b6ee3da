"""GET /openapi.json: the routes and what they take and say, made from what the code itself uses.

What is said of a route stands in route_texts.py; answers are the TypedDicts of the contract, and
what is asked is the vocabulary. A test compares all of it with what is served.
"""

import json
from functools import cache
from inspect import cleandoc
from pathlib import Path
from typing import Any, Final

import msgspec
from flask import Blueprint

from data.vocabulary import CAUSES, FINDINGS, RETIRED, SETTINGS, VERSION, Finding
from data.wording import WORDING
from service.ask import EXAMPLE
from service.contract import answers, catalogue, problems
from service.http.middleware import OPEN
from service.http.problems import problem
from service.reading.options import SWITCHES
from service.reading.request import MOST_CASES
from service.routes.route_texts import (
    ASKED,
    BARE,
    EVERYWHERE,
    HEADERS,
    MEMBERS,
    OPTIONS,
    PARAMETERS,
    REFUSALS,
    ROUTES,
    Refusal,
    Route,
    refusals,
)

COMPONENTS: Final = "#/components/"
REF: Final = f"{COMPONENTS}schemas/"
JSON: Final = "application/json"
ANSWER: Final = Path(__file__).with_name("answer.json")  # to EXAMPLE; make readme writes it


def _ref(name: str, kind: str = "schemas") -> dict[str, str]:
    return {"$ref": f"{COMPONENTS}{kind}/{name}"}


SAID: Final[list[Any]] = [  # types of which schemas are made, with all that they hold
    problems.ProblemDocument, answers.Assessment, answers.Next, problems.Skipped,
    catalogue.Findings, catalogue.Causes, catalogue.Rules,
    catalogue.ServedModel, catalogue.Live, catalogue.Ready,
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
                "description": "An assessment each, or what does not fit where that is skipped.",
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
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Supine",
            "version": VERSION,
            "description": WORDING.service("notice"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            path: {"post" if route.body else "get": _operation(path, route)}
            for path, route in ROUTES.items()
        },
        "components": {
            "schemas": {**_said(), **MADE, **_asked()},
            "responses": {name: _problem(refusal) for name, refusal in REFUSALS.items()},
            "headers": {name: _header(name) for name in HEADERS},
            "parameters": {name: {"name": name, **told} for name, told in PARAMETERS.items()},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"key": []}],  # a key where the service has one
    }


def _operation(path: str, route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "parameters": [_ref(name, "parameters") for name in (*route.parameters, *EVERYWHERE)],
        "responses": _responses(path, route),
    }
    if route.body:
        body = {JSON: {"schema": _ref(route.body)}}
        operation["requestBody"] = {"required": True, "content": body}
    if path in OPEN:
        operation["security"] = []
    return operation


def _responses(path: str, route: Route) -> dict[str, Any]:
    content: dict[str, Any] = {JSON: {"schema": _ref(route.answer)}}
    if "/" in route.answer:
        content = {route.answer: {"schema": {"type": "string"}}}
    if route.answer == "Assessment":
        content[JSON]["example"] = json.loads(ANSWER.read_text("utf-8"))
    headers = _headers(*(["ETag"] if route.kept else []))
    said = {"200": {"description": route.summary, "headers": headers, "content": content}}
    if route.kept:
        said["304"] = {"description": "The copy that the caller has is right.", "headers": headers}
    named = {str(REFUSALS[name].status): _ref(name, "responses") for name in refusals(path)}
    return {**said, **named, **{status: {"description": why} for status, why in BARE.items()}}


def _problem(refusal: Refusal) -> dict[str, Any]:
    example = problem(refusal.status, refusal.detail, refusal.errors)
    content = {"schema": _ref("ProblemDocument"), "example": example.json}
    return {
        "description": refusal.why,
        "headers": _headers(*([refusal.header] if refusal.header else [])),
        "content": {example.mimetype: content},
    }


def _headers(*more: str) -> dict[str, Any]:
    return {name: _ref(name, "headers") for name in (*EVERYWHERE, *more)}


def _header(name: str) -> dict[str, Any]:
    always = {"required": True} if name != "traceparent" else {}
    return {"description": HEADERS[name], **always, "schema": {"type": "string"}}


def _said() -> dict[str, Any]:
    """Schemas of what is said."""
    _, schemas = msgspec.json.schema_components(SAID, ref_template=REF + "{name}")
    for schema in schemas.values():
        schema["description"] = cleandoc(schema["description"])
    return schemas


def _asked() -> dict[str, Any]:
    """Schemas of what is asked: unknown is null or left out, and nothing else may be there."""
    example = json.loads(EXAMPLE.read_text("utf-8"))
    answers = {finding.id: _finding(finding) for finding in FINDINGS.values()}
    answers |= {old: {**answers[now], "deprecated": True} for old, now in RETIRED.items()}
    interview = {"answers": _member("answers", _ref("Answers"))}
    cases = {"type": "array", "items": _ref("Case"), "minItems": 1, "maxItems": MOST_CASES}
    batch = {"cases": [example, {"answers": {}}]}
    return {
        "Answers": _object("Answers", answers, [], [example["answers"], {}]),
        "Interview": _object("Interview", interview, ["answers"], [example]),
        "Case": _object(
            "Case", {**interview, **_options()}, ["answers"], [example, {**example, **OPTIONS}]
        ),
        "Batch": _object("Batch", {"cases": _member("cases", cases)}, ["cases"], [batch]),
    }


def _member(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "description": MEMBERS[name]}


def _options() -> dict[str, Any]:
    share = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
    rates = {
        "type": "object",
        "properties": {cause: {**share, "description": WORDING.label(cause)} for cause in CAUSES},
        "additionalProperties": False,
        "minProperties": 1,
        "description": "Shares of causes; they leave something for the others, or are all 1.",
    }
    prevalence = {"anyOf": [{"enum": [*SETTINGS, None]}, rates]}
    return {
        **{name: _member(name, {"type": ["boolean", "null"]}) for name in SWITCHES},
        "prevalence": _member("prevalence", prevalence),
    }


def _object(
    name: str, properties: dict[str, Any], required: list[str], examples: list[Any]
) -> dict[str, Any]:
    return {
        "type": "object",
        "description": ASKED[name],
        "properties": properties,
        "additionalProperties": False,
        "required": required,
        "examples": examples,
    }


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
