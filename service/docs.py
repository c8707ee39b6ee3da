"""GET /docs: the description of /openapi.json for people, with requests to try."""

import json
import shlex
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from flask import Blueprint, render_template, request
from markupsafe import Markup, escape

from data.wording import WORDING
from service.openapi import REF, description
from service.page import guarded

bp = Blueprint("docs", __name__)
bp.after_request(guarded)

SPACES: Final = 1  # of indentation


@bp.get("/docs")
def docs() -> str:
    """Routes and shapes, as a page."""
    described = description()
    schemas = described["components"]["schemas"]
    say = partial(_shape, schemas=schemas)
    shapes = {name: list(say(schema)) for name, schema in schemas.items()}
    return render_template(
        "docs.html", routes=list(_routes(described)), shapes=shapes, schemas=schemas
    )


def _routes(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            responses = dict(operation["responses"])
            answer = next(iter(responses.pop("200")["content"].values()))
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            yield {
                "path": path,
                "method": method.upper(),
                "summary": operation["summary"],
                "answer": _kind(answer["schema"]),
                "body": _kind(body["schema"]) if body else None,
                "example": _example(body["schema"], described) if body else None,
                "parameters": operation.get("parameters", []),
                "errors": {status: told["description"] for status, told in responses.items()},
                "curl": partial(_curl, request.host_url.rstrip("/") + path),
            }


def _example(schema: dict[str, Any], described: dict[str, Any]) -> str:
    named = described["components"]["schemas"][schema["$ref"].removeprefix(REF)]
    return json.dumps((named.get("examples") or [{}])[0], indent=SPACES)


def _curl(url: str, example: str | None) -> str:
    command = f"curl -s {shlex.quote(url)}"
    if example is None:
        return command
    body = json.dumps(json.loads(example))
    return f"{command} -H 'Content-Type: application/json' -d {shlex.quote(body)}"


def _shape(schema: dict[str, Any], schemas: dict[str, Any]) -> Iterator[tuple[str, Any, str, bool]]:
    """Name, type, meaning and whether it may be missing, of each member of an object."""
    required = schema.get("required", [])
    for name, member in schema.get("properties", {}).items():
        meaning = member.get("description", "")
        if "$ref" in member:
            meaning = schemas[member["$ref"].removeprefix(REF)].get("description", "")
        yield name, _kind(member), meaning, name not in required


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
