"""GET /about: intended use, limits, model, rules, causes and sources, from what is in force."""

from typing import Any

from flask import Blueprint, render_template

from data.vocabulary import CAUSES, FINDINGS
from data.wording import SOURCES
from service.assessment.opinion import ModelProblem
from service.pages.page import guarded
from service.running.model_watcher import model
from service.safety.verdicts import ORDERED

bp = Blueprint("about", __name__)
bp.after_request(guarded)


@bp.get("/about")
def about() -> str:
    """What this is, as a page."""
    return render_template(
        "about.html",
        causes=CAUSES,
        findings=FINDINGS,
        rules=ORDERED,
        sources=SOURCES,
        model=_model(),
    )


def _model() -> dict[str, Any]:
    """Version, numbers of cases and scores of the served model, or why there is none."""
    served = model()
    if isinstance(served, ModelProblem):
        return {"version": None, "reason": served.detail}
    manifest = served.manifest
    return {
        "version": served.version,
        "cases": manifest.get("cases", 0),
        "tests": manifest.get("test_cases", 0),
        "scores": manifest.get("scores", {}).get("all", {}),
    }
