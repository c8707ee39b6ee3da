"""A client for the service, of the standard library alone.

    with Client("http://127.0.0.1:8000") as supine:
        supine.predict({"age": 58, "leg_swelling": "one_lower_leg"})["urgency"]

An assessment keeps nothing, so whatever got no answer is asked again.
"""

import json
import random
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:  # whoever only asks needs none of the service
    from service.contract import Assessment, Next, Skipped

AGAIN: Final = (429, 502, 503, 504)  # statuses after which asking again may help
PAUSE: Final = 0.2  # seconds before the first repetition; doubled each time, and somewhat random
HOST: Final = re.compile(r"[\w.\-:%]+")
Case = Mapping[str, Any]  # answers by finding: true, false, a level, a number or None


class Refused(Exception):  # noqa: N818 - reads as what happened
    """The service does not take a request; ``problems`` are pairs of place and reason."""

    def __init__(self, status: int, detail: str, problems: Sequence[tuple[str, str]] = ()) -> None:
        self.status, self.detail, self.problems = status, detail, tuple(problems)
        lines = [f"{pointer}: {reason}" for pointer, reason in problems]
        super().__init__("\n".join(lines or [detail]))


class Unanswered(Exception):  # noqa: N818 - reads as what happened
    """Nobody answered, or not as this service does, however often it was asked."""


class Client:
    """One connection to a service; not to be shared by threads."""

    def __init__(
        self, url: str, key: str | None = None, timeout: float = 10, repeat: int = 3
    ) -> None:
        """``key`` is the service's API_KEY, ``timeout`` in seconds; ValueError for another URL."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not HOST.fullmatch(host):
            raise ValueError("it must begin with http:// or https:// and a host")
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(host, parts.port, timeout=timeout)
        self._path, self._repeat = parts.path.rstrip("/"), repeat
        self._headers = {"Content-Type": "application/json"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; it is opened again when needed."""
        self._connection.close()

    def predict(self, answers: Case, **options: Any) -> "Assessment":
        """Assessment of one case; Refused or Unanswered."""
        asked = json.dumps({"answers": dict(answers), **options}, allow_nan=False)
        return cast("Assessment", self.send("/v1/predict", asked.encode()))

    def next_screen(self, answers: Case) -> "Next":
        """What to ask after these answers, and whether to stop; Refused or Unanswered."""
        asked = json.dumps({"answers": dict(answers)}, allow_nan=False)
        return cast("Next", self.send("/v1/next", asked.encode()))

    def predict_batch(
        self, cases: Iterable[Case], size: int = 1000, skip: bool = False
    ) -> "Iterator[Assessment | Skipped]":
        """Assessments in order, asked for ``size`` at a time, up to 10,000; Refused, Unanswered.

        With ``skip``, a case that does not fit has its errors in place of an assessment;
        without, it is refused with its place in the part that was sent.
        """
        path = "/v1/predict/batch" + ("?on_error=skip" if skip else "")
        rest = iter(cases)
        while part := [{"answers": dict(case)} for case in islice(rest, size)]:
            answer = self.send(path, json.dumps({"cases": part}, allow_nan=False).encode())
            yield from answer["results"]

    def get(self, path: str) -> Any:
        """What the service says at another of its paths, such as /v1/findings."""
        return self._ask("GET", path, None)

    def send(self, path: str, body: bytes) -> Any:
        """Answer to a body that is JSON already."""
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: bytes | None) -> Any:
        for attempt in range(self._repeat + 1):
            if attempt:
                time.sleep(PAUSE * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))  # noqa: S311
            try:
                self._connection.request(method, self._path + path, body, self._headers)
                response = self._connection.getresponse()
                content = response.read()
            except (OSError, HTTPException) as error:
                self.close()
                trouble = Unanswered(getattr(error, "strerror", None) or type(error).__name__)
                trouble.__cause__ = error
                continue
            if response.status not in AGAIN:
                return _said(response, content)
            trouble = Unanswered(f"{response.status} {response.reason}")
        raise trouble


def _said(response: HTTPResponse, content: bytes) -> Any:
    kind = response.headers.get_content_type()
    if response.status == 200 and kind == "application/json":
        return json.loads(content)
    if kind != "application/problem+json":
        raise Unanswered(f"{response.status} {response.reason}, which is not of this service")
    problem = json.loads(content)
    listed = [(entry["pointer"], entry["detail"]) for entry in problem["errors"]]
    raise Refused(problem["status"], problem["detail"], listed)
