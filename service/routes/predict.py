"""POST /v1/predict and /v1/predict/batch."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import islice
from typing import Any

from flask import Blueprint, Response, abort, request

from service.assessment.assess import SLICE, Assessed, Counted, assess_each
from service.contract.json_text import json_line, json_text
from service.contract.problems import Skipped
from service.http.body import read_body
from service.http.raw_response import Written
from service.http.wsgi import ASSESSED, SAID, SKIPPED
from service.reading.cases import Cases
from service.reading.reader import many_cases, one_case
from service.running.model_watcher import emergency_number, model

bp = Blueprint("predict", __name__, url_prefix="/v1/predict")


@bp.post("")
def predict() -> Response:
    """Assess one case."""
    environ = request.environ
    if environ.get("QUERY_STRING") and request.args:
        abort(400, "There is no query parameter here.")
    assessed = environ.get(ASSESSED) or _assess()
    environ[SAID] = [assessed.counted]
    return Written(json_line(assessed.answer))


@bp.post("/batch")
def predict_batch() -> Response:
    """Assess many cases, in order; with on_error=skip the bad ones are reported and skipped."""
    query = list(request.args.items(multi=True))
    if query not in ([], [("on_error", "skip")]):
        abort(400, "The only query parameter here is on_error=skip.")
    cases, problems = many_cases(read_body("BATCH_BYTES"), skip=bool(query))
    request.environ[SKIPPED] = len(problems) - problems.count(None)
    answers = _answers(cases)
    return _results(Skipped(errors=p) if p else next(answers) for p in problems)


def _assess() -> Assessed:
    cases = one_case(read_body("SINGLE_BYTES"))
    (assessed,) = assess_each(cases, model(), emergency_number())
    return assessed


def _answers(cases: Cases) -> Iterator[dict[str, Any]]:
    """Each assessment; what may be counted of it is left for the metrics."""
    counted: list[Counted] = []
    request.environ[SAID] = counted
    for one in assess_each(cases, model(), emergency_number()):
        counted.append(one.counted)
        yield one.answer


def _results(results: Iterator[Mapping[str, Any]]) -> Response:
    """The answer to a batch, in slices: memory holds it once, and others get their turn between."""
    before, written = b'{"results":[', BytesIO()
    while some := list(islice(results, SLICE)):
        written.write(before)
        written.write(memoryview(json_text(some))[1:-1])
        before = b","
    written.write(b"]}\n")
    return Written(written.getvalue())
