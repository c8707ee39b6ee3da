"""POST /v1/predict and /v1/predict/batch."""

from collections.abc import Iterator
from io import BytesIO
from itertools import islice

from flask import Blueprint, Response, abort, request

from service.assessment.assess import SLICE, Answer, Counted, Said, assess_each
from service.contract.json_text import json_line, json_text
from service.contract.problems import Skipped
from service.http.body import read_body
from service.http.raw_response import Written
from service.http.wsgi import ASSESSED, SAID, SKIPPED
from service.reading import fast_decoder
from service.reading.batch_decoder import opened
from service.reading.cases import Cases, cases_of
from service.reading.request import Stated, read_batch, read_stated
from service.reading.strict_json import loads
from service.running.model_watcher import emergency_number, model

bp = Blueprint("predict", __name__, url_prefix="/v1/predict")


@bp.post("")
def predict() -> Response:
    """Assess one case."""
    environ = request.environ
    if environ.get("QUERY_STRING") and request.args:
        abort(400, "There is no query parameter here.")
    said = environ.get(ASSESSED) or _assessed()
    environ[SAID] = [said.counted]
    return Written(json_line(said.answer))


@bp.post("/batch")
def predict_batch() -> Response:
    """Assess many cases, in order; with on_error=skip the bad ones are reported and skipped."""
    query = list(request.args.items(multi=True))
    if query not in ([], [("on_error", "skip")]):
        abort(400, "The only query parameter here is on_error=skip.")
    body = read_body("BATCH_BYTES")
    if cases := fast_decoder.batch(body):
        return _results(_answers(cases))
    read = read_batch(opened(body), skip=bool(query))
    fitting = [case for case in read if isinstance(case, Stated)]
    request.environ[SKIPPED] = len(read) - len(fitting)
    answers = _answers(_exactly(fitting))
    skipped = (Skipped(errors=case) if isinstance(case, list) else None for case in read)
    return _results(errors or next(answers) for errors in skipped)


def _assessed() -> Said:
    body = read_body("SINGLE_BYTES")
    cases = fast_decoder.case(body) or _exactly([read_stated(loads(body))])
    (said,) = assess_each(cases, model(), emergency_number())
    return said


def _exactly(stated: list[Stated]) -> Cases:
    """Cases with what each asks for beside its answers, and how it names them."""
    options, former = [case.options for case in stated], [case.former for case in stated]
    return cases_of(
        [case.answers for case in stated],
        options if any(map(any, options)) else None,
        former if any(former) else None,
    )


def _answers(cases: Cases) -> Iterator[Answer]:
    """Each assessment; what may be counted of it is left for the metrics."""
    said: list[Counted] = []
    request.environ[SAID] = said
    for one in assess_each(cases, model(), emergency_number()):
        said.append(one.counted)
        yield one.answer


def _results(results: Iterator[Answer | Skipped]) -> Response:
    """The answer to a batch, in slices: memory holds it once, and others get their turn between."""
    before, written = b'{"results":[', BytesIO()
    while some := list(islice(results, SLICE)):
        written.write(before)
        written.write(memoryview(json_text(some))[1:-1])
        before = b","
    written.write(b"]}\n")
    return Written(written.getvalue())
