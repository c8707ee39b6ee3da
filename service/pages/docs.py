"""GET /docs: the description of /openapi.json for people, with requests to try."""

import json
import shlex
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from flask import Blueprint, render_template, request
from markupsafe import Markup, escape

from data.wording import WORDING
from service.pages.page import guarded
from service.routes.openapi import REF, description

bp = Blueprint("docs", __name__)
bp.after_request(guarded)

SPACES: Final = 1  # of indentation


@bp.get("/docs")
def docs() -> str:
    """Routes and shapes, as a page."""
    described = description()
    schemas = described["components"]["schemas"]
    shapes = {name: list(_shape(schema)) for name, schema in schemas.items()}
    return render_template(
        "docs.html",
        routes=list(_routes(described)),
        headers=list(_headers(described)),
        shapes=shapes,
        schemas=schemas,
    )


def _routes(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            said = {status: _meant(x, described) for status, x in operation["responses"].items()}
            answer = next(iter(said.pop("200")["content"].values()))
            asked = [_meant(parameter, described) for parameter in operation["parameters"]]
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            yield {
                "path": path,
                "method": method.upper(),
                "summary": operation["summary"],
                "answer": _kind(answer["schema"]),
                "body": _kind(body["schema"]) if body else None,
                "example": _example(body["schema"], described) if body else None,
                "parameters": [parameter for parameter in asked if parameter["in"] == "query"],
                "said": json.dumps(answer.get("example"), indent=SPACES, ensure_ascii=False),
                "errors": {status: told["description"] for status, told in said.items()},
                "curl": partial(_curl, request.host_url.rstrip("/") + path),
            }


def _meant(told: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    """A part of the description, or that which it refers to."""
    for name in told.get("$ref", "#").split("/")[1:]:
        described = described[name]
    return described if "$ref" in told else told


def _headers(described: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Name of each header, and what it is in a request and in an answer."""
    parts = described["components"]
    asked = {n: p["description"] for n, p in parts["parameters"].items() if p["in"] == "header"}
    said = {name: header["description"] for name, header in parts["headers"].items()}
    for name in {**asked, **said}:
        yield name, asked.get(name, ""), said.get(name, "")


def _example(schema: dict[str, Any], described: dict[str, Any]) -> str:
    return json.dumps(_meant(schema, described)["examples"][0], indent=SPACES)


def _curl(url: str, example: str | None) -> str:
    command = f"curl -s {shlex.quote(url)}"
    if example is None:
        return command
    body = json.dumps(json.loads(example))
    return f"{command} -H 'Content-Type: application/json' -d {shlex.quote(body)}"


def _shape(schema: dict[str, Any]) -> Iterator[tuple[str, Any, str, bool]]:
    """Name, type, meaning and whether it may be missing, of each member of an object."""
    required = schema.get("required", [])
    for name, member in schema.get("properties", {}).items():
        yield name, _kind(member), member["description"], name not in required


def _kind(schema: dict[str, Any]) -> Markup:
    """What a value is, in a few words, with links to shapes."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REF)
        return Markup('<a href="#{0}">{0}</a>').format(name)
    if "anyOf" in schema:
        between = Markup(" {} ").format(WORDING.page("docs_or"))
        return between.join(map(_kind, schema["anyOf"]))
    if "enum" in schema:
        return Markup(", ").join(map(_code, schema["enum"]))
    if "minimum" in schema:
        low, high = schema["minimum"], schema["maximum"]
        return escape(WORDING.page("docs_number", low=low, high=high))
    if schema.get("type") == "array":
        return Markup("{} {}").format(WORDING.page("docs_list"), _kind(schema["items"]))
    kinds = schema.get("type", "object")
    return escape(kinds if isinstance(kinds, str) else f" {WORDING.page('docs_or')} ".join(kinds))


def _code(value: Any) -> Markup:
    return Markup("<code>{}</code>").format(json.dumps(value))
