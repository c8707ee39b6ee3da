"""Why a case is as urgent as it is: one sentence, and no alert's longer time without it."""

import pytest

from data.wording import WORDING
from service.assessment.assess import assess, assess_batch
from service.safety.rules import RULES
from tests.service.assessment.test_assess import ALL_CLEAR, EMERGENCY

SHORTEST = WORDING.urgency_reason("shortest")
TIMES = ("minutes", "today", "days", "two_weeks")
ACTION = {rule.id: rule.action for rule in RULES}
WITHIN = {"emergency": "minutes", "same_day": "today", "soon": "two_weeks"}
CLAUDICATION = {"walking_effect": "claudication_eases_standing"}
STIFF_JOINTS = {"joint_swelling": "several_joints", "morning_stiffness": "over_60min"}


@pytest.mark.parametrize(
    ("answers", "shares", "key", "what", "shortest"),
    [
        (EMERGENCY, None, "rules", None, None),
        (CLAUDICATION, None, "rules", "Calf pain that comes with walking", False),
        (CLAUDICATION | STIFF_JOINTS, None, "rules", "Calf pain that comes with walking", True),
        (
            CLAUDICATION,
            {"deep_vein_thrombosis": 0.9},
            "model",
            WORDING.label("deep_vein_thrombosis"),
            True,
        ),
        ({}, {"deep_vein_thrombosis": 0.9}, "model", WORDING.label("deep_vein_thrombosis"), False),
        (ALL_CLEAR, {"nocturnal_leg_cramps": 0.99}, "ruled_out", None, False),
        (ALL_CLEAR, None, "no_model", None, False),
        ({}, {"nocturnal_leg_cramps": 0.99}, "open", None, False),
        ({}, None, "open", None, False),
        ({"age": "under_18"}, None, "under_18", None, False),
    ],
)
def test_a_case_says_why_it_is_as_urgent_as_it_is(make_model, answers, shares, key, what, shortest):
    """By whom, for what, and that the shorter time holds where an alert gives a longer one."""
    model = None if shares is None else make_model(**{"deep_vein_thrombosis": 0, **shares})
    reason = assess(answers, model)["urgency_reason"]
    assert reason.startswith(WORDING.urgency_reason(key, what="").rstrip())
    assert what is None or what in reason
    assert shortest is None or (SHORTEST in reason) == shortest
    assert reason.endswith(".")
    assert reason.count(".") == 1


def test_no_alert_s_longer_time_stands_without_it(cases, model):
    """Of random cases: an alert whose time is not the shortest is answered by the reason."""
    _, drawn = cases(3000, seed=5)
    longer = 0
    for said in assess_batch(drawn, model):
        times = [TIMES.index(alert["within"]) for alert in said["alerts"]]
        holds = min([*times, TIMES.index(WITHIN.get(said["urgency"], "two_weeks"))])
        if any(time > holds for time in times):
            longer += 1
            assert SHORTEST in said["urgency_reason"]
    assert longer > 100


def test_the_title_of_an_alert_is_a_phrase_that_fits_into_the_reason():
    """No full stop in it, or the reason would be several sentences."""
    assert all("." not in rule.action.title for rule in RULES)


def test_an_alert_gives_the_shortest_time_of_the_rules_that_raised_it(cases):
    """Vein disease may wait two weeks, and days where the pain is new."""
    _, drawn = cases(3000, seed=6)
    new = {"skin_change": "brown_eczema_ankle", "onset_speed": "hours_to_days"}
    (vein,) = assess(new, None)["alerts"]
    assert (vein["rules"], vein["within"]) == (["VEIN-2", "VEIN-1"], "days")
    for said in assess_batch([new, *drawn], None):
        for alert in said["alerts"]:
            times = [TIMES.index(ACTION[rule].within) for rule in alert["rules"]]
            assert TIMES.index(alert["within"]) == min(times)
            assert times == sorted(times)
