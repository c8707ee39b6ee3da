"""Requests and answers as WSGI has them (PEP 3333), and what we add to their environment."""

import sys
from collections.abc import Callable, Iterable
from typing import Any, Final

Headers = list[tuple[str, str]]
Environ = dict[str, Any]
Answer = tuple[int, Headers, bytes]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

REFUSED: Final = "supine.refused"  # in an environ: status with which to answer, unasked
REQUEST_ID: Final = "supine.request_id"
ASSESSED: Final = "supine.assessed"  # what is said of the case of a request, before its route
SAID: Final = "supine.said"  # what was said, a Counted for each case
SKIPPED: Final = "supine.skipped"  # how many cases of a batch do not fit
BEGAN: Final = "supine.began"  # when a request was in (perf_counter)
_KEYS: Final = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


def environ_of(scope: Any) -> Environ:
    """WSGI environment of a request (PEP 3333), but for its input."""
    client, _, _ = scope.client.rpartition(":")
    server, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "replace").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": "HTTP/1.0" if scope.http_version == "1" else "HTTP/1.1",
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "REMOTE_ADDR": client.strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    _add_headers(environ, scope.headers.items())
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    elif "HTTP_HOST" not in environ and environ["SERVER_PROTOCOL"] == "HTTP/1.1":
        environ[REFUSED] = 400
    return environ


def _add_headers(environ: Environ, headers: Iterable[tuple[str, str]]) -> None:
    """Headers as WSGI names them, and whether one of them can be read in two ways."""
    for name, value in headers:
        if "_" in name:  # x_y would pass for x-y
            continue
        key = _KEYS.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
        if key not in environ:
            environ[key] = value
            continue
        if name == "host":
            environ[REFUSED] = 400  # two readers could take two hosts
        environ[key] += f",{value}"
    if "HTTP_TRANSFER_ENCODING" in environ:
        # The server does not tell a body in chunks that ends from one that is cut or garbled, and
        # half a form may lack the sign that raises an alert.
        chunked = environ["HTTP_TRANSFER_ENCODING"].lower() == "chunked"
        environ[REFUSED] = 411 if chunked else 400


def call(app: Wsgi, environ: Environ) -> Answer:
    """Status, headers and body that a WSGI application answers with."""
    started: list[Any] = []
    parts: Iterable[bytes] = ()
    try:
        parts = app(environ, lambda status, headers, _=None: started.extend((status, headers)))
        body = b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
        environ["wsgi.input"].close()  # one that failed would keep it until it is collected
    status, headers = started
    headers.append(("Server", "supine"))  # else the server's own name stands there
    return int(status[:3]), headers, body
