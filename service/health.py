"""GET /livez and /readyz: whether the process runs, and whether it can answer in full."""

from flask import Blueprint

from service.current import model
from service.opinion import ModelProblem

bp = Blueprint("health", __name__)


@bp.get("/livez")
def livez() -> dict[str, str]:
    """The process runs."""
    return {"status": "ok"}


@bp.get("/readyz")
def readyz() -> dict[str, str | None]:
    """The rules can answer; degraded says that no model does, and why."""
    served = model()
    if isinstance(served, ModelProblem):
        return {"status": "degraded", "reason": served.detail}
    return {"status": "ok", "reason": None}
