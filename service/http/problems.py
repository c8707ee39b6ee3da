"""Every error as ``application/problem+json`` (RFC 9457), without a word of the case."""

from collections.abc import Sequence
from http import HTTPStatus
from traceback import extract_tb
from typing import Any

from flask import Flask, Response, current_app, json, request
from werkzeug.exceptions import HTTPException

from service.contract.problems import Problem
from service.http.wsgi import REQUEST_ID
from service.reading.request import MOST_PROBLEMS, DoesNotFit
from service.reading.strict_json import BadJSON


def register(app: Flask) -> None:
    """Answer every error of the app as a problem."""
    app.register_error_handler(BadJSON, _bad_json)
    app.register_error_handler(DoesNotFit, does_not_fit)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _fault)


def problem(status: int, detail: str | None, errors: Sequence[Problem] = ()) -> Response:
    """Problem of this status; ``errors`` say where a request does not fit."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": errors,
    }
    return Response(json.dumps(body), status, mimetype="application/problem+json")


def _bad_json(error: BadJSON) -> Response:
    return problem(400, f"The body is not strict JSON: {error}.")


def does_not_fit(error: DoesNotFit) -> Response:
    """A 422 with everything that does not fit."""
    count = len(error.problems)
    what = f"{count} problem{'s' if count > 1 else ''}, listed below"
    if count >= MOST_PROBLEMS:
        what = f"{MOST_PROBLEMS} problems are listed below, and there may be more"
    return problem(422, f"The request does not fit: {what}.", error.problems)


def _http_error(error: HTTPException) -> Response:
    detail = error.description
    if error.code == 413:
        detail = f"The body is longer than the {request.max_content_length} bytes taken here."
    response = problem(error.code or 500, detail)
    for name, value in error.get_headers():  # Allow of a 405, for one
        if not name.startswith("Content-"):
            response.headers[name] = value
    return response


def _fault(error: Exception) -> Response:
    """A fault of our own; an exception's message may quote a case, so it is not logged."""
    at = extract_tb(error.__traceback__)[-1]
    fields = {
        "request_id": request.environ.get(REQUEST_ID),
        "route": str(request.url_rule or "other"),
        "error": type(error).__name__,
        "place": f"{at.filename}:{at.lineno}",
    }
    current_app.logger.error("fault", extra={"fields": fields})
    return problem(500, "The service failed; this is its fault, not the request's.")
