"""Where the microseconds of one request go: each stage timed while whole requests are answered.

The parts are timed in place, so that each finds the processor's caches as its neighbours left
them; timed alone, over and over, every part would look twice as fast.
"""

import io
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks import apps
from benchmarks.bare import bare
from service.assessment import assess, opinion
from service.reading import fast_decoder
from service.routes import predict
from service.safety import check

ROUNDS = 5
Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


def table(bodies: list[bytes]) -> str:
    """Median microseconds of each stage; what is indented is a part of what stands above it."""
    whole = {name: _whole(app, bodies) for name, app in (("bare", bare), ("", apps.supine))}
    spent = _timed(bodies)
    lines = [("Flask route with a constant answer", whole["bare"]), ("POST /v1/predict", whole[""])]
    lines += [(stage, median(times) * 1e6) for stage, times in spent.items()]
    rest = whole[""] - sum(time for stage, time in lines[2:] if not stage.startswith(" "))
    lines.append(("Flask and what is left", rest))
    return "\n".join(f"{stage:<42}{microseconds:8.1f}" for stage, microseconds in lines)


def _whole(app: Application, bodies: list[bytes]) -> float:
    times = [call(app, body) for _ in range(ROUNDS) for body in bodies]
    return median(times) * 1e6


def _timed(bodies: list[bytes]) -> dict[str, list[float]]:
    """Seconds of each stage, request by request; the service is left as it was."""
    model = apps.supine.extensions["model"]
    places = {
        "read and check the body's headers": (predict, "read_body"),
        "parse, validate, codes": (fast_decoder, "case"),
        "safety part": (assess, "check"),
        "  rules, Wells points, contradictions": (type(check.TABLES), "cells"),
        "  what they say": (check, "judge"),
        "  signs that would complete a rule": (check, "signs"),
        "  unasked": (check, "unasked"),
        "  alerts": (check, "alerts"),
        "  Wells score": (check, "score"),
        "  safety net": (check, "safety_net"),
        "model": (assess, "opinions"),
        "  features and probabilities": (type(model), "predict_proba"),
        "  causes and urgency": (opinion, "_opinion"),
        "put the answer together": (assess, "_assessed"),
        "encode": (predict, "json_line"),
        "response": (predict, "Written"),
    }
    spent: dict[str, list[float]] = {stage: [] for stage in places}
    kept = {stage: getattr(*place) for stage, place in places.items()}
    try:
        for stage, (owner, name) in places.items():
            setattr(owner, name, _clocked(kept[stage], spent[stage]))
        _whole(apps.supine, bodies)
    finally:
        for stage, (owner, name) in places.items():
            setattr(owner, name, kept[stage])
    return spent


def _clocked(function: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    def clocked(*args: Any, **options: Any) -> Any:
        began = time.perf_counter()
        result = function(*args, **options)
        spent.append(time.perf_counter() - began)
        return result

    return clocked


def call(app: Application, body: bytes, path: str = "/v1/predict") -> float:
    """Seconds that one request takes; AssertionError if it is refused."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    said: list[str] = []
    began = time.perf_counter()
    b"".join(app(environ, lambda status, _headers, _=None: said.append(status)))
    spent = time.perf_counter() - began
    if said != ["200 OK"]:
        raise AssertionError(said)
    return spent
