"""Around Flask: who may ask, and what every answer carries, whatever was asked.

Nothing here looks into a case. It stands outside Flask so that it holds of every answer, errors of
Flask's own included, and costs little.
"""

import hmac
import re
from collections.abc import Callable, Iterable
from random import Random
from time import perf_counter
from typing import Any, Final

from service.gateway import REFUSED, Environ, Headers, Wsgi
from service.problems import problem
from service.settings import Settings

OPEN: Final = ("/livez", "/readyz")  # asked by what keeps the service running, without a key
REQUEST_ID: Final = "supine.request_id"
EVERYWHERE: Final[Headers] = [  # unless the answer itself says otherwise
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
]
WHY: Final = {
    400: "The request is cut short, or does not name exactly one host.",
    401: "This service asks for its key, as Authorization: Bearer KEY.",
    408: "The request took too long to come in.",
    503: "Too many large requests at once; try again.",
}
_ID: Final = re.compile(r"[A-Za-z0-9._\-]{1,64}", re.ASCII)
_TRACE: Final = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)

Told = Callable[[Environ, int, float, list[bytes]], None]


class Guard:
    """A WSGI application around another one."""

    def __init__(self, app: Wsgi, settings: Settings, told: Iterable[Told]) -> None:
        """``told`` gets environment, status, seconds and the parts of the body of each answer."""
        self._app, self._told = app, list(told)
        self._random = Random()  # noqa: S311 - an id that is no secret
        self._key = f"Bearer {settings.api_key}".encode() if settings.api_key else b""
        self._cors = _cors(settings.cors_origin)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        began = perf_counter()
        identity = self._identity(environ)
        status = 500

        def start(line: str, headers: Headers, exc_info: Any = None) -> Any:
            nonlocal status
            status = int(line[:3])
            self._complete(environ, headers, identity)
            return start_response(line, headers, exc_info)

        parts = self._answer(environ, start)
        try:
            body = list(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        seconds = perf_counter() - began
        for tell in self._told:
            tell(environ, status, seconds, body)
        return body

    def _answer(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        refused = environ.get(REFUSED)
        if refused is None and self._key and not self._may_ask(environ):
            refused = 401
        if refused is None:
            return self._app(environ, start)
        response = problem(refused, WHY[refused])
        if refused == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        if refused == 503:
            response.headers["Retry-After"] = "1"
        return response(environ, start)

    def _may_ask(self, environ: Environ) -> bool:
        given = environ.get("HTTP_AUTHORIZATION", "").encode("latin-1", "replace")
        return (
            environ["PATH_INFO"] in OPEN
            or (bool(self._cors) and environ["REQUEST_METHOD"] == "OPTIONS")
            or hmac.compare_digest(given, self._key)
        )

    def _identity(self, environ: Environ) -> str:
        """The caller's id of the request, else its trace, else a new one."""
        given: str = environ.get("HTTP_X_REQUEST_ID", "")
        if given and _ID.fullmatch(given):
            identity = given
        elif trace := _traced(environ):
            identity = trace[1]
        else:
            identity = f"{self._random.getrandbits(64):016x}"
        environ[REQUEST_ID] = identity
        return identity

    def _complete(self, environ: Environ, headers: Headers, identity: str) -> None:
        present = dict(headers)
        headers += [header for header in EVERYWHERE if header[0] not in present]
        headers.append(("X-Request-Id", identity))
        if _traced(environ):
            headers.append(("traceparent", environ["HTTP_TRACEPARENT"]))
        headers += self._cors


def _traced(environ: Environ) -> re.Match[str] | None:
    """The trace that a request is part of, if it names one."""
    return _TRACE.fullmatch(environ["HTTP_TRACEPARENT"]) if "HTTP_TRACEPARENT" in environ else None


def _cors(origin: str) -> Headers:
    if not origin:
        return []
    return [
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
        ("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Request-Id, traceparent"),
        ("Access-Control-Expose-Headers", "X-Request-Id, ETag"),
        ("Access-Control-Max-Age", "600"),
        ("Vary", "Origin"),
    ]
