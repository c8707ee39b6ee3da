"""Log lines on stderr, plain or JSON: events, and a line a request where it is asked for.

No line holds anything of a case: not the body, not the query, and of the path only what the
service itself has a route for.
"""

import json
import logging
import logging.config
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Final

from service.http.middleware import Told
from service.http.wsgi import REQUEST_ID, Environ

METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS")
OTHER: Final = "other"  # the route of a path that is not served
log = logging.getLogger("service.access")


class Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record; what an exception says is left out, it may quote a case."""
        line = {**_stamp(record), "event": record.getMessage(), **getattr(record, "fields", {})}
        return json.dumps(line, ensure_ascii=False)


class Plain(logging.Formatter):
    """Time, level, event and its fields, for a person."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record, without what an exception says."""
        fields = getattr(record, "fields", {}).items()
        words = [*_stamp(record).values(), record.getMessage(), *(f"{k}={v}" for k, v in fields)]
        return " ".join(words).replace("\n", " ")


def _stamp(record: logging.LogRecord) -> dict[str, str]:
    time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    return {"time": time, "level": record.levelname.lower()}


def config(log_format: str) -> dict[str, Any]:
    """For `logging.config.dictConfig`; of the server only what goes wrong is told."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"service.http.logs.{log_format.capitalize()}"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {"_granian": {"level": "WARNING"}, "asyncio": {"level": "CRITICAL"}},
    }


def access(routes: Collection[str]) -> Told:
    """Writes a line a request."""

    def tell(environ: Environ, status: int, seconds: float, body: list[bytes]) -> None:
        path = environ["PATH_INFO"]
        known = path in routes and environ["REQUEST_METHOD"] in METHODS
        fields = {
            "request_id": environ[REQUEST_ID],
            "method": environ["REQUEST_METHOD"] if known else OTHER,
            "route": path if path in routes else OTHER,
            "status": status,
            "ms": round(seconds * 1000, 2),
            "bytes": sum(map(len, body)),
        }
        log.info("request", extra={"fields": fields})

    return tell
