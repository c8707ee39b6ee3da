"""POST /v1/predict and /v1/predict/batch."""

from typing import Any

from flask import Blueprint, abort, request

from service.assess import assess, assess_batch
from service.contract import Assessment
from service.current import model
from service.request import Problem, read_batch, read_case
from service.strict_json import loads

SINGLE_LIMIT = 64 * 1024  # bytes of a body
BATCH_LIMIT = 32 * 1024 * 1024

bp = Blueprint("predict", __name__, url_prefix="/v1/predict")


@bp.post("")
def predict() -> Assessment:
    """Assess one case."""
    if request.args:
        abort(400, "There is no query parameter here.")
    return assess(read_case(_body(SINGLE_LIMIT)), model())


@bp.post("/batch")
def predict_batch() -> dict[str, Any]:
    """Assess many cases, in order; with on_error=skip the bad ones are reported and skipped."""
    query = list(request.args.items(multi=True))
    if query not in ([], [("on_error", "skip")]):
        abort(400, "The only query parameter here is on_error=skip.")
    cases = read_batch(_body(BATCH_LIMIT), skip=bool(query))
    said = iter(assess_batch([case for case in cases if not isinstance(case, list)], model()))
    return {"results": [_result(case) or next(said) for case in cases]}


def _result(case: Any) -> dict[str, list[Problem]] | None:
    return {"errors": case} if isinstance(case, list) else None


def _body(most_bytes: int) -> Any:
    """Body as strict JSON; 415, 413 or BadJSON where it is not."""
    parameters = {key: value.lower() for key, value in request.mimetype_params.items()}
    if request.mimetype != "application/json" or parameters not in ({}, {"charset": "utf-8"}):
        abort(415, "The Content-Type must be application/json, in UTF-8.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        abort(415, "There must be no Content-Encoding.")
    request.max_content_length = most_bytes
    return loads(request.get_data(cache=False))
