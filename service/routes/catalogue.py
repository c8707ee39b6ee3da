"""GET /v1/findings, /v1/causes, /v1/rules and /v1/model: what can be asked, said and raised."""

from typing import Any

from flask import Blueprint, Response, request

from data.vocabulary import CAUSES, FINDINGS, RETIRED, VERSION, Finding
from data.wording import SOURCES, WORDING
from service.assessment.opinion import ModelProblem
from service.contract.catalogue import (
    CauseEntry,
    Causes,
    FindingEntry,
    Findings,
    RuleEntry,
    Rules,
    ServedModel,
)
from service.running.model_watcher import emergency_number, model
from service.safety.certificate import certificate
from service.safety.localised import localised
from service.safety.rule import Rule
from service.safety.rules import RULES

bp = Blueprint("catalogue", __name__, url_prefix="/v1")


@bp.after_request
def may_be_kept(response: Response) -> Response:
    """A copy may be kept if it is checked before use: another model or release may be here."""
    if response.status_code == 200 and request.method in ("GET", "HEAD"):
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        response.make_conditional(request)
    return response


@bp.get("/findings")
def findings() -> Findings:
    """Every question, with the answers it takes."""
    entries = [_finding(finding) for finding in FINDINGS.values()]
    return {"vocabulary": VERSION, "findings": entries, "retired": RETIRED}


def _finding(finding: Finding[Any]) -> FindingEntry:
    entry: FindingEntry = {
        "finding": finding.id,
        "group": finding.group,
        "kind": finding.kind,
        "question": WORDING.question(finding.id),
    }
    if finding.kind == "numeric":
        entry["minimum"], entry["maximum"] = finding.limits
        entry["unit"] = WORDING.unit(finding.id) or ""
    elif finding.kind != "boolean":
        entry["levels"] = {x: WORDING.level(finding.id, x) for x in finding.levels}
    return entry


@bp.get("/causes")
def causes() -> Causes:
    """Every cause, in the order of every tie."""
    return {"vocabulary": VERSION, "causes": [_cause(*cause) for cause in CAUSES.items()]}


def _cause(cause: str, group: str | None) -> CauseEntry:
    words, more = WORDING.label(cause), WORDING.description(cause)
    return {"cause": cause, "group": group, "label": words, "description": more}


@bp.get("/rules")
def rules() -> Rules:
    """Every safety rule, as it is applied, and what was proven of them."""
    entries = [_rule(rule) for rule in RULES]
    return {"vocabulary": VERSION, "certificate": certificate(), "rules": entries}


def _rule(rule: Rule) -> RuleEntry:
    return {
        "id": rule.id,
        "alert": rule.alert,
        "urgency": rule.action.urgency,
        "within": rule.action.within,
        "title": rule.action.title,
        "reason": rule.sentence,
        "advice": localised(rule.action.advice, emergency_number()),
        "condition": str(rule.condition),
        "source": SOURCES[rule.source].citation,
    }


@bp.get("/model")
def served_model() -> ServedModel:
    """The model's manifest, but for its golden cases; or why there is no model."""
    served = model()
    if isinstance(served, ModelProblem):
        return {"version": None, "status": served.status, "reason": served.detail}
    manifest = {key: value for key, value in served.manifest.items() if key != "golden"}
    return {"version": served.version, "status": "ok", "reason": None, "manifest": manifest}
