"""Bodies of requests, and the headers that say what they are."""

import re
from typing import Final

from flask import abort, current_app, request

from service.http.wsgi import Environ

_JSON: Final = re.compile(r'application/json *(; *charset *= *"?utf-8"? *)?;? *', re.IGNORECASE)


def misfit(environ: Environ) -> str | None:
    """Why the headers say that this is not a plain body of JSON; None if they do not."""
    kind = environ.get("CONTENT_TYPE", "")
    if kind != "application/json" and not _JSON.fullmatch(kind):
        return "The Content-Type must be application/json, in UTF-8."
    if environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        return "There must be no Content-Encoding."
    return None


def read_body(limit: str) -> bytes:
    """Body that claims to be JSON, as long as the app's config allows; else 415 or 413."""
    environ = request.environ
    if problem := misfit(environ):
        abort(415, problem)
    most, length = current_app.config[limit], environ.get("CONTENT_LENGTH", "")
    if length.isdecimal() and int(length) <= most:
        body: bytes = environ["wsgi.input"].read(int(length))
        if len(body) == int(length):
            return body
    request.max_content_length = most  # what is too long or cut short, Flask refuses
    return request.get_data(cache=False)
