"""A client for the service: one file of the standard library alone, as GET /client.py hands it out.

    with Client("http://127.0.0.1:8000") as supine:
        supine.predict({"age": 58, "leg_swelling": "one_lower_leg"})["urgency"]

An assessment keeps nothing, so whatever got no answer is asked again. Also a command:
``python client.py '{"age": 58}'`` prints the answer of the service at URL (with API_KEY).
"""

import json
import os
import random
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from itertools import islice
from typing import Any, Final, Literal, NotRequired, TypedDict, Unpack, cast
from urllib.parse import quote, urlsplit

AGAIN: Final = (429, 502, 503, 504)  # statuses after which asking again may help
PAUSE: Final = 0.2  # seconds before the first repetition; doubled each time, and somewhat random
HOST: Final = re.compile(r"[\w.\-:%]+")
SECONDS: Final = re.compile("[0-9]{1,9}")  # a Retry-After; a date is not read
PLACE: Final = re.compile("/cases/([0-9]+)")  # at the beginning of a pointer into a batch
Case = Mapping[str, Any]  # answers by finding: true, false, a level or a number; None, NaN: unknown
Object = dict[str, Any]  # of which /openapi.json describes the members
Urgency = Literal["emergency", "same_day", "soon", "undetermined", "self_care"]


class Options(TypedDict, total=False):
    """What a case may ask for beside its probabilities; /openapi.json says what each brings."""

    explain: bool | None
    doubt: bool | None
    steady: bool | None
    prevalence: str | Mapping[str, float] | None  # a setting, or shares of some causes


class Assessment(TypedDict):
    """Everything said about one case; /openapi.json describes each member."""

    urgency: Urgency
    urgency_basis: Literal["rules", "model", "none"]
    urgency_causes: list[str]
    what_to_do: str
    urgency_reason: str
    rules_urgency: Urgency | None
    urgency_settled: bool
    alerts: list[Object]
    unasked: list[Object]
    wells: Object | None
    safety_net: list[Object]
    causes: list[Object] | None
    warnings: list[Object]
    model: Object
    prevalence: NotRequired[Object | None]
    explanation: NotRequired[Object | None]
    doubt: NotRequired[Object | None]
    steady: NotRequired[Object | None]
    vocabulary: str
    notice: str


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
        """``key`` is the service's API_KEY; ValueError for a URL that is none.

        ``timeout`` in seconds is waited for an answer, and at most before one of the ``repeat``
        repetitions if the service asks for that (Retry-After).
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not HOST.fullmatch(host):
            raise ValueError("it must begin with http:// or https:// and a host")
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = kind(host, parts.port, timeout=timeout)
        self._path, self._timeout, self._repeat = parts.path.rstrip("/"), timeout, repeat
        self._headers = {"Content-Type": "application/json"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; it is opened again when needed."""
        self._connection.close()

    def predict(self, answers: Case, **options: Unpack[Options]) -> Assessment:
        """Assessment of one case; Refused or Unanswered."""
        return cast("Assessment", self.send("/v1/predict", _text(_case(answers, options))))

    def next_screen(self, answers: Case) -> Object:
        """What to ask after these answers, and whether to stop; Refused or Unanswered."""
        return cast("Object", self.send("/v1/next", _text(_case(answers))))

    def predict_batch(
        self,
        cases: Iterable[Case],
        size: int = 1000,
        on_error: Literal["skip"] | None = None,
        **options: Unpack[Options],
    ) -> list[Assessment | Object]:
        """Assessments in order, asked for ``size`` at a time, up to 10,000; Refused, Unanswered.

        With ``on_error="skip"``, a case that does not fit has its errors in place of an assessment;
        without, it is refused. Either way its place is that among ``cases``. ``options`` are those
        of every case; with all of them 10,000 at once take longer than ``timeout``.
        """
        return list(self.predict_stream(cases, size, on_error, **options))

    def predict_stream(
        self,
        cases: Iterable[Case],
        size: int = 1000,
        on_error: Literal["skip"] | None = None,
        **options: Unpack[Options],
    ) -> Iterator[Assessment | Object]:
        """The same, one assessment after another: asks as they are taken, and holds one part."""
        if size < 1:
            raise ValueError("size must be 1 or more")
        path = "/v1/predict/batch" + (f"?on_error={quote(on_error)}" if on_error else "")
        rest, first = iter(cases), 0
        while part := [_case(case, options) for case in islice(rest, size)]:
            yield from self._part(path, part, first)
            first += len(part)

    def _part(self, path: str, part: list[Any], first: int) -> list[Any]:
        """Results for cases of which the first is that many in; places are counted from there."""
        try:
            results = self.send(path, _text({"cases": part}))["results"]
        except Refused as problem:
            places = [(_moved(place, first), why) for place, why in problem.problems]
            raise Refused(problem.status, problem.detail, places) from None
        for error in (error for result in results for error in result.get("errors", ())):
            error["pointer"] = _moved(error["pointer"], first)
        return cast("list[Any]", results)

    def get(self, path: str) -> Any:
        """What the service says at another of its paths, such as /v1/findings."""
        return self._ask("GET", path, None)

    def send(self, path: str, body: bytes) -> Any:
        """Answer to a body that is JSON already."""
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: bytes | None) -> Any:
        pause = 0.0
        for attempt in range(self._repeat + 1):
            time.sleep(pause)
            pause = PAUSE * 2**attempt * random.uniform(0.5, 1.5)  # noqa: S311
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
            told = response.headers.get("Retry-After", "").strip()
            pause += min(float(told), self._timeout) if SECONDS.fullmatch(told) else 0
        raise trouble


def _case(answers: Case, options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A case as it is sent."""
    known = {name: None if _unknown(value) else value for name, value in answers.items()}
    return {"answers": known, **(options or {})}


def _unknown(value: Any) -> bool:
    """Whether it is NaN, NaT or NA: whatever does not equal itself, or cannot say that it does."""
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"  # of pandas


def _text(body: Any) -> bytes:
    return json.dumps(body, allow_nan=False, default=_plain).encode()


def _plain(value: Any) -> Any:
    """A NumPy number or truth value as Python's own; a Decimal, as of a database, as a float."""
    if isinstance(value, Decimal):
        return float(value)
    if not hasattr(value, "item"):
        raise TypeError(f"{type(value).__name__} is neither true, false, a level nor a number")
    return value.item()


def _moved(pointer: str, first: int) -> str:
    """A place in a part as one in the whole, of which the part has the cases from ``first`` on."""
    place = PLACE.match(pointer)
    return f"/cases/{first + int(place[1])}{pointer[place.end() :]}" if place else pointer


def _said(response: HTTPResponse, content: bytes) -> Any:
    kind = response.headers.get_content_type()
    try:
        said = json.loads(content)
    except ValueError:
        said = None
    if response.status == 200 and kind == "application/json" and said is not None:
        return said
    if kind != "application/problem+json" or not isinstance(said, dict):
        raise Unanswered(f"{response.status} {response.reason}, which is not of this service")
    detail = str(said.get("detail") or said.get("title") or response.reason)
    raise Refused(response.status, detail, list(_listed(said.get("errors"))))


def _listed(errors: Any) -> Iterator[tuple[str, str]]:
    """Places and reasons; the problem of a gateway has none, or others (RFC 9457)."""
    for entry in errors if isinstance(errors, list) else ():
        if isinstance(entry, dict) and entry.keys() >= {"pointer", "detail"}:
            yield str(entry["pointer"]), str(entry["detail"])


if __name__ == "__main__":
    url = os.environ.get("URL", "http://127.0.0.1:8000")
    try:
        with Client(url, os.environ.get("API_KEY")) as supine:
            answer = supine.send("/v1/predict", f'{{"answers": {" ".join(sys.argv[1:])}}}'.encode())
    except (Refused, Unanswered, ValueError) as problem:
        sys.exit(f"No answer from {url}: {problem}")
    sys.stdout.write(json.dumps(answer, indent=1, ensure_ascii=False) + "\n")
