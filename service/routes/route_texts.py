"""What is said of each route in /openapi.json: its purpose, what it takes, answers and refuses.

A test asks every route in every way and compares.
"""

from typing import Any, Final, NamedTuple

from service.contract.problems import Problem
from service.http.middleware import OPEN, WHY
from service.http.paths import BATCH


class Route(NamedTuple):
    """One route: what it is for, what it answers with and what it is asked with."""

    name: str  # for programs that are made from the description
    summary: str
    answer: str  # name of a schema, or a media type
    body: str | None = None  # name of a schema
    parameters: tuple[str, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether a copy of the answer may be kept, and is checked by its ETag."""
        return "If-None-Match" in self.parameters


class Refusal(NamedTuple):
    """An answer that is a problem: its status, why, and what the problem then says for example."""

    status: int
    why: str
    detail: str
    errors: tuple[Problem, ...] = ()
    header: str | None = None  # beside those of every answer


KEPT: Final = ("If-None-Match",)
ROUTES: Final = {
    "/v1/predict": Route("predict", "Assess one case.", "Assessment", "Case"),
    "/v1/predict/batch": Route(
        "predictBatch", "Assess many cases.", "Results", "Batch", ("on_error",)
    ),
    "/v1/next": Route("next", "Rank the screens of questions that are left.", "Next", "Interview"),
    "/v1/findings": Route(
        "findings", "Every question and the answers that it takes.", "Findings", None, KEPT
    ),
    "/v1/causes": Route("causes", "Every cause.", "Causes", None, KEPT),
    "/v1/rules": Route(
        "rules", "Every safety rule, and what was proven of them.", "Rules", None, KEPT
    ),
    "/v1/model": Route(
        "model", "The served model, or why there is none.", "ServedModel", None, KEPT
    ),
    "/livez": Route("live", "The process runs.", "Live"),
    "/readyz": Route("ready", "Whether the service can answer in full.", "Ready"),
    "/metrics": Route("metrics", "Counters for Prometheus.", "text/plain"),
    "/client.py": Route(
        "client", "The Python client, of the standard library alone.", "text/x-python", None, KEPT
    ),
    "/openapi.json": Route("description", "This description.", "Description"),
}
REFUSALS: Final = {
    "BadRequest": Refusal(
        400, "It is cut short, or not asked of exactly one host that is trusted here.", WHY[400]
    ),
    "BadBody": Refusal(
        400,
        "No strict JSON, or a query that is not taken here; or the request is cut short, "
        "or not asked of exactly one host that is trusted here.",
        "The body is not strict JSON: the same key twice in one object: age.",
    ),
    "NoKey": Refusal(
        401,
        "The service has an API key, and the request none or another.",
        WHY[401],
        header="WWW-Authenticate",
    ),
    "OtherMethod": Refusal(
        405,
        "The route takes another method.",
        "The method is not allowed for the requested URL.",
        header="Allow",
    ),
    "TooSlow": Refusal(408, "The body took too long.", WHY[408]),
    "NoLength": Refusal(411, "The body is sent in chunks, without its length.", WHY[411]),
    "TooLong": Refusal(
        413, "The body is too long.", "The body is longer than the 65536 bytes taken here."
    ),
    "OtherType": Refusal(
        415,
        "Not application/json in UTF-8, or compressed.",
        "The Content-Type must be application/json, in UTF-8.",
    ),
    "DoesNotFit": Refusal(
        422,
        "It does not fit the vocabulary; each problem with its place.",
        "The request does not fit: 2 problems, listed below.",
        (
            {
                "pointer": "/answers/leg_sweling",
                "detail": "no such finding; did you mean leg_swelling?",
            },
            {"pointer": "/answers/age", "detail": "must be from 0 to 120"},
        ),
    ),
    "Fault": Refusal(
        500,
        "A fault of the service.",
        "The service failed; this is its fault, not the request's.",
    ),
    "Busy": Refusal(
        503, "Too many large requests, or answers not taken yet.", WHY[503], header="Retry-After"
    ),
}
BARE: Final = {"431": "The headers are too long or too many; no body and no id is sent."}
OF_ALL: Final = ("OtherMethod", "TooSlow", "NoLength", "Fault")
OF_GET: Final = ("BadRequest", *OF_ALL)
OF_POST: Final = ("BadBody", *OF_ALL, "TooLong", "OtherType", "DoesNotFit")

HEADERS: Final = {  # of answers; where one is sent, it is always sent, but for traceparent
    "X-Request-Id": "Id of the request: the caller's own, else of its trace, else a new one.",
    "traceparent": "That of the request, if it has a valid one.",
    "ETag": "Of this very content; sent back as If-None-Match, it saves sending that again.",
    "WWW-Authenticate": "How to send the key: Bearer.",
    "Allow": "Methods that the route takes.",
    "Retry-After": "Seconds after which to ask again.",
}
EVERYWHERE: Final = ("X-Request-Id", "traceparent")  # in requests and answers
PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "on_error": {
        "in": "query",
        "description": "skip answers the cases that fit, and says of the others what does not.",
        "schema": {"enum": ["skip"]},
    },
    "X-Request-Id": {
        "in": "header",
        "description": "The caller's id of the request, up to 64 of A-Z a-z 0-9 . _ -",
        "schema": {"type": "string"},
    },
    "traceparent": {
        "in": "header",
        "description": "W3C trace context of which the request is a part.",
        "schema": {"type": "string"},
    },
    "If-None-Match": {
        "in": "header",
        "description": "ETag of the copy that the caller has; a 304 says that it is still right.",
        "schema": {"type": "string"},
    },
}

ASKED: Final = {  # schemas of what is asked
    "Answers": "What a person said; what is unknown is null or left out, and never taken as no.",
    "Interview": "The answers so far.",
    "Case": "The answers of one person, and what else is asked for.",
    "Batch": "Cases, each as if it were alone.",
}
MEMBERS: Final = {  # of those schemas, but for the findings
    "answers": "The answers, by finding.",
    "cases": "The cases, in the order of their answers.",
    "explain": "Say what each answer adds to the odds of the leading causes.",
    "doubt": "Say how sure the probabilities are, and whether the answers fit what is known.",
    "steady": "Say whether the answer holds if any one of the answers given is wrong.",
    "prevalence": "How common the causes are: a setting, or shares. It never lowers the urgency.",
}
OPTIONS: Final = {"explain": True, "doubt": True, "steady": True, "prevalence": "vascular_clinic"}


def refusals(path: str) -> list[str]:
    """Names of the problems that a route may answer with, by status."""
    names = [*(OF_POST if ROUTES[path].body else OF_GET)]
    names += [] if path in OPEN else ["NoKey"]
    names += ["Busy"] if path == BATCH else []
    return sorted(names, key=lambda name: REFUSALS[name].status)
