"""POST /v1/next: which questions to ask next, and whether the interview may stop.

Rules are certain: `dangers_ruled_out` is true only when no rule for an emergency or the same day
that could raise the urgency could still fire, whatever the rest of the answers. The model is
estimated: the rest of the interview is drawn from the model itself some times over.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from operator import le
from typing import Final, cast

import numpy as np
from flask import Blueprint, Response, abort, jsonify, request

from data.arrays import Codes
from data.judgements import JUDGEMENTS
from data.vocabulary import FINDINGS, URGENCIES, VERSION
from data.wording import WORDING
from models.expected_information import ExpectedInformation
from models.model import Model
from service.assessment.interview import Worth, open_rules, worths
from service.assessment.opinion import ModelProblem, model_ranks, opinions
from service.contract.answers import ModelState, Next, NextScreen, OpenRule, Stop
from service.http.body import read_body
from service.reading.cases import Cases
from service.reading.reader import one_case
from service.running.model_watcher import model
from service.safety.contradictions import cautions, renamed
from service.safety.rule import Rule
from service.safety.verdicts import ORDERED, TABLES, Verdict, judge

PLAYED: Final = 256  # ways in which the rest of an interview may go that are looked at
URGENCY_LIMIT: Final[float] = JUDGEMENTS["urgency_may_rise"]
LEADING_LIMIT: Final[float] = JUDGEMENTS["leading_may_change"]

bp = Blueprint("next", __name__, url_prefix="/v1")


@bp.post("/next")
def next_screen() -> Response:
    """Rank the screens that are left for one case."""
    if request.query_string and request.args:
        abort(400, "There is no query parameter here.")
    cases = one_case(read_body("SINGLE_BYTES"), options=())
    return jsonify(what_next(cases, model()))


def what_next(cases: Cases, model: Model | ModelProblem | None) -> Next:
    """What to ask the one case next; a model that cannot say costs it the chances alone."""
    (opinion,) = opinions(cases.codes, cases.children, model)
    state: ModelState = json.loads(bytes(opinion.state))
    case, former = cases.codes[0].copy(), cases.former[0] if cases.former else ()
    if cases.children[0]:
        case[FINDINGS["age"].index] = 1  # answered: no rule reads it, and no model is asked
    if state["status"] == "ok":
        with suppress(Exception):  # a wrong model may raise anything
            return _next(case, former, cast(Model, model), state)
        state = {**state, "status": "failed", "reason": WORDING.service("model_failed")}
    return _next(case, former, None, state)


def _next(case: Codes, former: Sequence[str], model: Model | None, state: ModelState) -> Next:
    (verdict,) = judge(TABLES.cells(case[None]))
    ranked, left = worths(case, verdict, model), open_rules(verdict)
    stop = _stop(case, verdict, model)
    chances = stop["urgency_rises"] or 0.0, stop["leading_changes"] or 0.0
    limits = stop["urgency_limit"], stop["leading_limit"]
    done = stop["dangers_ruled_out"] and all(map(le, chances, limits))
    return {
        "done": done,
        "stop": stop,
        "screens": [_screen(worth) for worth in ranked],
        "screens_left_estimate": 0 if done else _left(ranked, left),
        "open": [_rule(case, ORDERED[rule]) for rule in left],
        "warnings": cautions(bytes(case), verdict.contradictions) + renamed(former),
        "model": state,
        "vocabulary": VERSION,
        "notice": WORDING.service("notice"),
    }


def _stop(case: Codes, verdict: Verdict, model: Model | None) -> Stop:
    ruled_out = not any(_is_danger(rule) for rule in open_rules(verdict))
    rises, changes = _chances(case, verdict, model) if ruled_out and model else (None, None)
    return {
        "dangers_ruled_out": ruled_out,
        "urgency_rises": rises,
        "urgency_limit": URGENCY_LIMIT,
        "leading_changes": changes,
        "leading_limit": LEADING_LIMIT,
    }


def _is_danger(rule: int) -> bool:
    return ORDERED[rule].action.urgency in ("emergency", "same_day")


def _chances(case: Codes, verdict: Verdict, model: Model) -> tuple[float, float]:
    """Chance that the rest of the answers makes the model raise the urgency, or lead elsewhere."""
    rows = model.predict_proba(
        np.concatenate([case[None], ExpectedInformation(model, case).play(PLAYED)])
    )
    ranks, leading = model_ranks(rows, model), rows.argmax(axis=1)
    now = min(ranks[0], URGENCIES.index(verdict.urgency or "self_care"))
    return float(np.mean(ranks[1:] < now)), float(np.mean(leading[1:] != leading[0]))


def _left(ranked: list[Worth], left: list[int]) -> int:
    """Screens that a danger hangs on or that may change the leading cause; at least one."""
    read = {f.index for rule in left if _is_danger(rule) for f in ORDERED[rule].condition.reads()}
    needed = [
        worth
        for worth in ranked
        if read & {f.index for f in worth.findings} or (worth.told.change or 0.0) > LEADING_LIMIT
    ]
    return max(1, len(needed))


def _screen(worth: Worth) -> NextScreen:
    return {
        "id": worth.screen.id,
        "question": WORDING.screen(worth.screen.id),
        "danger": worth.screen.danger,
        "findings": [finding.id for finding in worth.findings],
        "bits": worth.told.bits,
        "harm": worth.told.harm,
        "changes_leading": worth.told.change,
    }


def _rule(case: Codes, rule: Rule) -> OpenRule:
    unknown = [finding.id for finding in rule.condition.reads() if not case[finding.index]]
    return {"rule": rule.id, "urgency": rule.action.urgency, "findings": unknown}
