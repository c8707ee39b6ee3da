"""POST /v1/predict and /v1/predict/batch."""

from typing import Any

from flask import Blueprint, abort, current_app, request

from service.assess import assess, assess_batch
from service.contract import Assessment
from service.current import model
from service.metrics import KNOWN
from service.request import Problem, read_batch, read_case
from service.strict_json import loads

bp = Blueprint("predict", __name__, url_prefix="/v1/predict")


@bp.post("")
def predict() -> Assessment:
    """Assess one case."""
    if request.args:
        abort(400, "There is no query parameter here.")
    answers = read_case(_body("SINGLE_BYTES"))
    request.environ[KNOWN] = [len(answers)]
    return assess(answers, model())


@bp.post("/batch")
def predict_batch() -> dict[str, Any]:
    """Assess many cases, in order; with on_error=skip the bad ones are reported and skipped."""
    query = list(request.args.items(multi=True))
    if query not in ([], [("on_error", "skip")]):
        abort(400, "The only query parameter here is on_error=skip.")
    cases = read_batch(_body("BATCH_BYTES"), skip=bool(query))
    fitting = [case for case in cases if not isinstance(case, list)]
    request.environ[KNOWN] = [len(case) for case in fitting]
    said = iter(assess_batch(fitting, model()))
    return {"results": [_result(case) or next(said) for case in cases]}


def _result(case: Any) -> dict[str, list[Problem]] | None:
    return {"errors": case} if isinstance(case, list) else None


def _body(limit: str) -> Any:
    """Body as strict JSON of as many bytes as the app's config says; 415, 413 or BadJSON."""
    parameters = {key: value.lower() for key, value in request.mimetype_params.items()}
    if request.mimetype != "application/json" or parameters not in ({}, {"charset": "utf-8"}):
        abort(415, "The Content-Type must be application/json, in UTF-8.")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        abort(415, "There must be no Content-Encoding.")
    request.max_content_length = current_app.config[limit]
    return loads(request.get_data(cache=False))
