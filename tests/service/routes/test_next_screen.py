"""POST /v1/next: the most telling screen first, and when it is enough."""

from itertools import islice

import numpy as np
import pytest

from data.build import load_world
from data.screens import SCREENS
from data.vocabulary import CAUSES, FINDINGS, URGENCIES
from models.artifact import load_current
from service.app import create_app
from service.assessment.interview import BIT
from service.assessment.opinion import ModelProblem
from service.reading.cases import Cases, cases_of
from service.routes.next_screen import what_next
from service.safety import verdicts

DANGERS = ("emergency", "same_day")
SEED = 20


def judge(codes):
    return verdicts.judge(verdicts.TABLES.cells(codes))


@pytest.fixture(scope="module")
def trained(models_dir):
    return load_current(models_dir)


@pytest.fixture(scope="module")
def complete():
    """Simulated people with an answer to everything, and their causes."""
    drawn = load_world().sample(200_000, np.random.default_rng(SEED))
    whole = (drawn.codes > 0).all(axis=1)
    return drawn.codes[whole], drawn.cause[whole]


def interview(row, model):
    """Each state of an interview that shows the first screen every time, with what was said."""
    case = np.zeros(len(FINDINGS), np.uint8)
    while True:
        said = what_next(Cases(case[None], [False]), model)
        yield case.copy(), said
        if not said["screens"]:
            return
        shown = [FINDINGS[finding].index for finding in said["screens"][0]["findings"]]
        case[shown] = row[shown]


def test_it_answers_with_every_screen_that_has_an_open_question(models_dir):
    """Each once, with what has no answer, the most telling first, and nothing else."""
    client = create_app(models_dir).test_client()
    said = client.post("/v1/next", json={"answers": {"age": 58, "urge_to_move": True}}).json
    left = {f.id for f in FINDINGS.values()} - {"age", "urge_to_move"}
    assert sorted(f for screen in said["screens"] for f in screen["findings"]) == sorted(left)
    assert {screen["id"] for screen in said["screens"]} == SCREENS.keys() - {"urge"}
    value = [screen["bits"] + screen["harm"] / BIT for screen in said["screens"]]
    assert value == sorted(value, reverse=True)
    assert all(screen["question"].endswith((".", "?")) for screen in said["screens"])
    assert said["model"]["status"] == "ok"
    assert not said["done"]


def test_a_clot_is_asked_about_the_leg_within_the_first_four(trained, complete):
    """Every simulated one that is not sent to be seen today by what it said before."""
    codes, cause = complete
    clots = codes[cause == list(CAUSES).index("deep_vein_thrombosis")][:60]
    assert len(clots) == 60
    sent = 0
    for row in clots:
        states = list(islice(interview(row, trained), 4))
        shown = [said["screens"][0]["id"] for _, said in states]
        if "swelling" not in shown:
            (verdict,) = judge(states[-1][0][None])
            assert verdict.urgency in DANGERS
            sent += 1
    assert sent < 20


def test_sixteen_screens_tell_nearly_all_that_the_whole_interview_does(trained, complete):
    """95 % of the information on the cause, on average: of what doubt there was, as much is gone.

    The doubt is measured by the model's own entropy: the chance that the true cause was given
    says the same on average (the model is calibrated), but varies far more.
    """
    doubt = np.zeros(3)
    for row in complete[0][:100]:
        after, _ = next(islice(interview(row, trained), 16, None))
        p = trained.predict_proba(np.array([np.zeros_like(row), after, row]))
        doubt -= (p * np.log2(p + 1e-300)).sum(axis=1)
    assert doubt[0] - doubt[1] >= 0.95 * (doubt[0] - doubt[2])


def test_once_the_dangers_are_ruled_out_no_answer_raises_the_rules_to_one(trained, complete):
    """Played out over many ways in which the rest may be answered, impossible ones included."""
    rng = np.random.default_rng()
    for row in complete[0][:25]:
        states = interview(row, trained)
        case = next(case for case, said in states if said["stop"]["dangers_ruled_out"])
        rest = np.tile(case, (400, 1))
        for finding in FINDINGS.values():
            drawn = rng.integers(1, len(finding.levels) + 1, len(rest))
            rest[:, finding.index] = np.where(case[finding.index], rest[:, finding.index], drawn)
        now = judge(case[None])[0].urgency
        for verdict in judge(rest):
            assert verdict.urgency in (now, "soon") or now not in (None, "soon")
            assert verdict.urgency not in DANGERS or verdict.urgency == now


def test_after_done_the_rest_of_the_interview_seldom_changes_what_was_said(trained, complete):
    """Leading cause and urgency, over simulated people, within the limits that are stated."""
    codes, _ = complete
    stopped, changed, rises = 0, 0, 0
    for row in codes[:80]:
        case, said = next(pair for pair in interview(row, trained) if pair[1]["done"])
        before, after = (trained.predict_proba(x[None])[0] for x in (case, row))
        stopped += 1
        changed += before.argmax() != after.argmax()
        urgency = [judge(x[None])[0].urgency for x in (case, row)]
        rises += urgency[1] in DANGERS and urgency[1] != urgency[0]
    assert rises == 0
    limit = said["stop"]["leading_limit"]
    assert changed <= stopped * limit + 3 * np.sqrt(stopped * limit)


def test_an_interview_ends_and_is_then_done(trained, complete):
    """No screen twice; all asked, nothing is open."""
    *_, (case, said) = interview(complete[0][0], trained)
    assert (case == complete[0][0]).all()
    assert said["done"]
    assert (said["screens"], said["open"], said["screens_left_estimate"]) == ([], [], 0)


def test_a_rule_that_is_open_keeps_the_interview_going(trained, complete):
    """With its unanswered findings; a rule for later is listed and does not."""
    row = complete[0][0].copy()
    for finding, danger in (("breath_chest", True), ("walking_effect", False)):
        case = row.copy()
        case[FINDINGS[finding].index] = 0
        case[FINDINGS["weight_loss"].index] = 1
        said = what_next(Cases(case[None], [False]), trained)
        rules = {entry["rule"]: entry for entry in said["open"]}
        if judge(case[None])[0].urgency in DANGERS:
            continue
        assert rules
        assert all(entry["findings"] == [finding] for entry in said["open"])
        assert said["stop"]["dangers_ruled_out"] != danger
        assert not (danger and said["done"])


@pytest.mark.parametrize("why", ["missing", "child", "wrong"])
def test_without_a_model_the_danger_questions_come_first(why, trained, model):
    """No bits, and harm from the rules alone."""
    child = {"age": "under_18"} if why == "child" else {}
    served = {"missing": ModelProblem("missing", ""), "child": trained, "wrong": model}[why]
    said = what_next(cases_of([child]), served)
    assert said["model"]["status"] == {
        "missing": "missing", "child": "not_applicable", "wrong": "failed"
    }[why]  # fmt: skip
    assert {screen["bits"] for screen in said["screens"]} == {None}
    harm = [screen["harm"] for screen in said["screens"]]
    assert harm == sorted(harm, reverse=True)
    assert [screen["danger"] for screen in said["screens"][:2]] == [True, True]
    assert not said["done"]
    listed = {finding for screen in said["screens"] for finding in screen["findings"]}
    assert ("age" in listed) == (why != "child")


def test_open_rules_are_those_that_could_still_raise_the_urgency(trained, draw_codes):
    """Most urgent first, each with at least one unanswered finding that it reads."""
    for row in draw_codes(60, np.random.default_rng()):
        (verdict,) = judge(row[None])
        said = what_next(Cases(row[None], [False]), trained)
        ranks = [URGENCIES.index(entry["urgency"]) for entry in said["open"]]
        assert ranks == sorted(ranks)
        assert all(rank < URGENCIES.index(verdict.urgency or "self_care") for rank in ranks)
        assert all(entry["findings"] for entry in said["open"])


def test_a_bad_request_is_refused_as_elsewhere(client):
    """Unknown findings, other members, query parameters."""
    assert client.post("/v1/next", json={"answers": {"x": 1}}).status_code == 422
    assert client.post("/v1/next", json={"answers": {}, "n": 1}).status_code == 422
    assert client.post("/v1/next?n=1", json={"answers": {}}).status_code == 400
    assert client.post("/v1/next", data="{", content_type="application/json").status_code == 400
    assert client.post("/v1/next", data="{}").status_code == 415
