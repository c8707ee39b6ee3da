"""Around Flask: who may ask, and what every answer carries, whatever was asked.

Nothing here looks into a case. It stands outside Flask so that it holds of every answer, errors of
Flask's own included, and costs little.
"""

import hmac
import re
from collections.abc import Callable, Iterable, Sequence
from random import Random
from time import perf_counter
from typing import Any, Final

from flask import Response
from werkzeug.sansio.utils import host_is_trusted

from service.http.problems import problem
from service.http.wsgi import BEGAN, REFUSED, REQUEST_ID, Environ, Headers, Wsgi
from service.settings import Settings

OPEN: Final = ("/livez", "/readyz")  # asked by what keeps it running: by address, without a key
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
    411: "The length of the body must be told beforehand, as Content-Length.",
    503: "Too many large requests at once, or answers that nobody has taken yet; try again.",
}
NOT_TRUSTED: Final = "The host that the request names is not one that this service answers for."
ASKED: Final = "Authorization, Content-Type, If-None-Match, X-Request-Id, traceparent"
TOLD: Final = "X-Request-Id, ETag, Retry-After, traceparent, WWW-Authenticate, Allow"
_ID: Final = re.compile(r"[A-Za-z0-9._\-]{1,64}", re.ASCII)
_BEARER: Final = re.compile(r"bearer[ \t]+(.*)", re.ASCII | re.IGNORECASE)  # RFC 9110, 11.1
_TRACE: Final = re.compile(  # version ff and ids of zeros alone are invalid
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII
)

Told = Callable[[Environ, int, float, list[bytes]], None]


class Guard:
    """A WSGI application around another one."""

    def __init__(
        self,
        app: Wsgi,
        settings: Settings,
        told: Iterable[Told],
        ahead: Callable[[Sequence[Environ]], None] = lambda _: None,
    ) -> None:
        """``told`` gets environment, status, seconds and the parts of the body of each answer.

        ``ahead`` gets requests that are answered next, to do what they may share.
        """
        self._app, self._told, self._ahead = app, list(told), ahead
        self._random = Random()  # noqa: S311 - an id that is no secret
        self._key = settings.api_key.encode()
        self._hosts = settings.trusted_hosts
        self._cors = _cors(settings.cors_origin)
        self._looks = bool(self._key or self._hosts or self._cors)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        began = environ.get(BEGAN) or perf_counter()
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
        own = self._own(environ)
        return self._app(environ, start) if own is None else own(environ, start)

    def refuses(self, environ: Environ) -> bool:
        """Whether Flask will not be asked, whatever the body holds: then nobody has to keep it."""
        return self._own(environ) is not None

    def ahead(self, environs: Sequence[Environ]) -> None:
        """Let what several requests share be done at once; those that are refused share nothing."""
        self._ahead([environ for environ in environs if not self.refuses(environ)])

    def _own(self, environ: Environ) -> Response | None:
        """The answer to what Flask is not asked, if this is such a request."""
        if not (self._looks or REFUSED in environ):
            return None
        is_open = environ["PATH_INFO"] in OPEN
        if REFUSED in environ:
            return _refusal(environ[REFUSED])
        host = environ.get("HTTP_HOST", "").lower()  # names of hosts have no case
        if self._hosts and not (is_open or host_is_trusted(host, self._hosts)):
            return problem(400, NOT_TRUSTED)
        if self._cors and _is_preflight(environ):
            return _empty(204)  # of any path: only then a browser shows its page the 404
        if self._key and not (is_open or self._has_key(environ)):
            return _refusal(401)
        return None

    def _has_key(self, environ: Environ) -> bool:
        given = _BEARER.fullmatch(environ.get("HTTP_AUTHORIZATION", ""))
        key = given[1].encode("latin-1", "replace") if given else b""
        return hmac.compare_digest(key, self._key)

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


def _refusal(status: int) -> Response:
    response = problem(status, WHY[status])
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if status == 503:
        response.headers["Retry-After"] = "1"
    return response


def _is_preflight(environ: Environ) -> bool:
    """Whether a browser asks if a page of another origin may ask."""
    headers = ("HTTP_ORIGIN", "HTTP_ACCESS_CONTROL_REQUEST_METHOD")
    return environ["REQUEST_METHOD"] == "OPTIONS" and all(name in environ for name in headers)


def _empty(status: int) -> Response:
    response = Response(status=status)
    del response.headers["Content-Type"]
    return response


def _traced(environ: Environ) -> re.Match[str] | None:
    """The trace that a request is part of, if it names one."""
    return _TRACE.fullmatch(environ["HTTP_TRACEPARENT"]) if "HTTP_TRACEPARENT" in environ else None


def _cors(origin: str) -> Headers:
    if not origin:
        return []
    return [
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
        ("Access-Control-Allow-Headers", ASKED),
        ("Access-Control-Expose-Headers", TOLD),
        ("Access-Control-Max-Age", "600"),
        ("Vary", "Origin"),
    ]
