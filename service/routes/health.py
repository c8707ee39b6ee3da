"""GET /livez and /readyz: whether the process runs, and whether it can answer in full."""

from flask import Blueprint

from service.contract.catalogue import Live, Ready
from service.running.model_watcher import model, trouble

bp = Blueprint("health", __name__)


@bp.get("/livez")
def livez() -> Live:
    """The process runs."""
    return {"status": "ok"}


@bp.get("/readyz")
def readyz() -> Ready:
    """The rules can answer; degraded says why no model does, or not the promoted one."""
    reason = trouble(model())
    return {"status": "degraded" if reason else "ok", "reason": reason}
