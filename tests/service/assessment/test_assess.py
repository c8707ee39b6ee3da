"""The assessment: how rules and model compose, field by field; one case and many."""

import json
import secrets
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from data.vocabulary import CAUSES, FINDINGS, UNDER_AGE, URGENCIES, VERSION
from data.wording import WORDING
from models.model import Care
from service.assessment.assess import SLICE, assess, assess_batch
from service.assessment.opinion import ModelProblem
from service.contract.answers import Assessment
from service.contract.safety import Alert, Unasked
from service.safety.rules import RULES
from tests.service.safety.second_statement import STATED, reads

SAFETY = ("rules_urgency", "urgency_settled", "alerts", "unasked", "wells", "safety_net")
ALL_CLEAR = {  # the fewest answers that rule out every emergency and same-day rule
    "breath_chest": "none",
    "leg_swelling": "none",
    "calf_wider_3cm": "no",
    "pitting_dent": "none",
    "loc_calf": "no",
    "loc_thigh": "no",
    "active_cancer": "no",
    "leg_paralysis_cast": "no",
    "weakness": "none",
    "recent_immobility": "none",
    "deep_vein_tenderness": "no",
    "surface_veins": "none",
    "leg_colour": "normal",
    "saddle_bladder_bowel": "no",
    "back_buttock_radiation": "none",
    "pain_intensity": "mild",
    "skin_redness": "none",
    "fever_chills": "no",
    "skin_wound": "none",
    "joint_swelling": "none",
    "numbness": "none",
    "urine_change": "none",
    "diabetes": "no",
    "recent_exertion_injury": "none",
    "walking_effect": "none_or_better",
    "relief_leg_down": "no",
    "joint_site": "none",
}
ALL_QUIET = ALL_CLEAR | {  # the fewest that rule out every slower rule too
    "weight_loss": "no",
    "skin_change": "none",
    "morning_stiffness": "none",
    "widespread_bone_muscle_pain": "no",
}
WARM_SWOLLEN_CALF = {"leg_swelling": "one_lower_leg", "skin_warmth": "yes", "loc_calf": "yes"}
EMERGENCY = {"breath_chest": "sudden_breath_chest_collapse"}
TIER = {rule.id: rule.action.urgency for rule in RULES}  # test_rules states it a second time


def safety(assessment):
    """Bytes of the part that answers alone decide."""
    return json.dumps([assessment[key] for key in SAFETY]).encode()


def test_nothing_answered_is_undetermined(model):
    """Neither alert nor reassurance, whatever the model; every question is open."""
    for judge in (None, model, ModelProblem("refused", "")):
        said = assess({}, judge)
        assert (said["rules_urgency"], said["alerts"]) == (None, [])
        assert not said["urgency_settled"]
    assert assess({}, None)["urgency"] == "undetermined"
    assert assess({}, None)["urgency_basis"] == "none"


def test_nothing_answered_is_undetermined_even_if_the_model_is_calm(make_model):
    """A model whose own tier is self-care does not close a danger question."""
    said = assess({}, make_model(nocturnal_leg_cramps=0.99))
    assert (said["urgency"], said["urgency_basis"]) == ("undetermined", "none")
    assert said["causes"][0]["cause"] == "nocturnal_leg_cramps"


def test_self_care_needs_every_danger_ruled_out_and_a_model(make_model):
    """Take away any one answer, or the model, and it is no longer said."""
    calm = make_model(nocturnal_leg_cramps=0.99)
    said = assess(ALL_QUIET, calm)
    assert (said["urgency"], said["urgency_basis"]) == ("self_care", "model")
    assert said["urgency_settled"]
    assert said["unasked"] == []
    said = assess(ALL_CLEAR, calm)
    assert (said["urgency"], said["urgency_settled"]) == ("self_care", False)
    assert {entry["could_raise_to"] for entry in said["unasked"]} == {"soon"}
    assert assess(ALL_CLEAR, None)["urgency"] == "undetermined"
    assert assess(ALL_CLEAR, ModelProblem("refused", ""))["urgency"] == "undetermined"
    for answer in ALL_CLEAR:
        fewer = {key: level for key, level in ALL_CLEAR.items() if key != answer}
        assert assess(fewer, calm)["urgency"] == "undetermined", answer


@pytest.mark.parametrize(
    ("causes", "expected", "why"),
    [
        ({"deep_vein_thrombosis": 0.05}, "same_day", ["deep_vein_thrombosis"]),
        ({"deep_vein_thrombosis": 0.0499, "nocturnal_leg_cramps": 0.9}, "self_care", []),
        (
            {"deep_vein_thrombosis": 0, "peripheral_artery_disease": 0.2, "sciatica": 0.7},
            "soon",
            ["peripheral_artery_disease"],
        ),
        (
            {"deep_vein_thrombosis": 0.1, "peripheral_artery_disease": 0.9},
            "same_day",
            ["deep_vein_thrombosis"],
        ),
        (
            {"deep_vein_thrombosis": 0, "none_of_these": 0.4, "positional": 0.3},
            "soon",
            ["none_of_these"],
        ),
        ({"deep_vein_thrombosis": 0, "none_of_these": 0.3, "positional": 0.4}, "self_care", []),
    ],
)
def test_the_model_s_urgency_is_the_most_urgent_cause_that_reaches_its_threshold(
    make_model, causes, expected, why
):
    """At the threshold it counts, below it does not; none_of_these leading is at least soon."""
    said = assess(ALL_CLEAR, make_model(**causes))
    assert (said["urgency"], said["urgency_basis"]) == (expected, "model")
    assert said["urgency_causes"] == why


def test_what_to_do_is_said_and_an_open_danger_does_not_wait_for_weeks(make_model):
    """In the words of the urgency; for soon, that dangers were not asked about."""
    assert assess(EMERGENCY, None, "112")["what_to_do"].startswith("Call 112 now.")
    unlisted = make_model(none_of_these=0.9)
    closed, opened = assess(ALL_CLEAR, unlisted), assess({}, unlisted)
    assert closed["urgency"] == opened["urgency"] == "soon"
    assert "still open" not in closed["what_to_do"]
    assert opened["what_to_do"].startswith(closed["what_to_do"])
    assert "still open" in opened["what_to_do"]
    assert assess(WARM_SWOLLEN_CALF, make_model(deep_vein_thrombosis=0.9))["urgency_causes"] == []


def test_the_model_raises_what_the_rules_say_and_never_lowers_it(make_model):
    """An emergency of the rules stands against any model; a same-day model raises nothing fired."""
    calm, alarmed = make_model(positional=0.99), make_model(deep_vein_thrombosis=0.9)
    assert assess(EMERGENCY, calm)["urgency"] == "emergency"
    assert assess(EMERGENCY, alarmed)["urgency_basis"] == "rules"
    assert assess({}, alarmed)["urgency"] == "same_day"
    assert assess({}, alarmed)["urgency_basis"] == "model"
    assert assess(WARM_SWOLLEN_CALF, alarmed)["urgency_basis"] == "rules"
    worse = replace(alarmed, care={**alarmed.care, "deep_vein_thrombosis": Care("emergency", 0.5)})
    said = assess(WARM_SWOLLEN_CALF, worse)
    assert (said["urgency"], said["urgency_basis"]) == ("emergency", "model")
    assert said["rules_urgency"] == "same_day"


def test_under_18_gets_the_rules_at_least_soon_and_no_probabilities(model):
    """With and without a model; the rules speak as for an adult."""
    for judge in (model, None, ModelProblem("refused", "")):
        said = assess({"age": UNDER_AGE, **ALL_CLEAR}, judge)
        assert (said["urgency"], said["urgency_basis"]) == ("soon", "none")
        assert said["causes"] is None
        assert said["model"]["status"] == "not_applicable"
        assert said["model"]["reason"] == WORDING.service("under_18")
        assert said["model"]["version"] == getattr(judge, "version", None)
        assert assess({"age": UNDER_AGE, **EMERGENCY}, judge)["urgency"] == "emergency"
    assert model.asked == []
    child = assess({"age": UNDER_AGE, **WARM_SWOLLEN_CALF}, model)
    assert safety(child) == safety(assess({"age": "18-29", **WARM_SWOLLEN_CALF}, model))


def test_a_warm_swollen_calf_is_at_least_same_day_whatever_else_is_answered(model, cases):
    """With every level of every other finding, and with two thousand whole cases."""
    others = [
        {finding.id: level}
        for finding in FINDINGS.values()
        for level in (*finding.levels, *([UNDER_AGE] if finding.id == "age" else []))
    ]
    for said in assess_batch(
        [{**other, **WARM_SWOLLEN_CALF} for other in others + cases(2000)[1]], model
    ):
        assert URGENCIES.index(said["urgency"]) <= URGENCIES.index("same_day")
        assert "DVT" in [alert["id"] for alert in said["alerts"]]


def test_a_broken_model_costs_the_probabilities_and_says_so(broken_models):
    """Status failed, causes null, the words for it; never the error itself."""
    for fault, broken in broken_models.items():
        said = assess(WARM_SWOLLEN_CALF, broken)
        assert said["causes"] is None, fault
        assert said["model"] == {
            "version": broken.version,
            "status": "failed",
            "reason": WORDING.service("model_failed"),
        }
        assert said["urgency"] == "same_day"
        assert assess(ALL_CLEAR, broken)["urgency"] == "undetermined", fault


def test_per_cent_are_no_probabilities(make_model):
    """A model on another scale has failed."""
    right = make_model()
    wrong = replace(right, says=lambda codes: 100 * right.predict_proba(codes))
    assert assess({}, right)["model"]["status"] == "ok"
    assert assess({}, wrong)["model"]["status"] == "failed"
    assert assess({}, wrong)["causes"] is None


def test_every_answer_says_that_it_is_no_all_clear(model):
    """In these words, with a model and without, for children too."""
    for case in ({}, ALL_QUIET, EMERGENCY, {"age": UNDER_AGE}):
        for judge in (model, None, ModelProblem("refused", "")):
            notice = assess(case, judge)["notice"]
            for words in ("not a diagnosis", "no alert is not an all-clear", "simulated cases"):
                assert words in notice


def test_a_missing_or_refused_model_is_named_as_such():
    """None is a model that is missing; the operator's detail stays with the operator."""
    said = assess({}, None)["model"]
    assert said == {
        "version": None,
        "status": "missing",
        "reason": WORDING.service("model_missing"),
    }
    said = assess({}, ModelProblem("refused", "/srv/models is a link"))["model"]
    assert said["status"] == "refused"
    assert said["reason"] == WORDING.service("model_refused")


def test_causes_are_all_sixteen_likeliest_first_with_ties_in_vocabulary_order(make_model, model):
    """Labels and groups beside them; they sum to 1; an even model keeps the vocabulary's order."""
    even = assess({}, make_model())["causes"]
    assert [entry["cause"] for entry in even] == list(CAUSES)
    for entry in assess(WARM_SWOLLEN_CALF, model)["causes"]:
        assert list(entry) == ["cause", "label", "group", "probability"]
        assert entry["group"] == CAUSES[entry["cause"]]
        assert entry["label"] == WORDING.label(entry["cause"])
    p = [entry["probability"] for entry in assess(WARM_SWOLLEN_CALF, model)["causes"]]
    assert p == sorted(p, reverse=True)
    assert abs(sum(p) - 1) <= 1e-9


def test_an_answer_has_the_contract_s_fields_in_its_order(model):
    """Nothing missing, nothing more, and it is JSON as it stands."""
    said = assess(WARM_SWOLLEN_CALF, model)
    for part, shape in (
        (said, Assessment),
        (said["alerts"][0], Alert),
        (said["unasked"][0], Unasked),
    ):
        always = shape.__required_keys__
        assert list(part) == [name for name in shape.__annotations__ if name in always]
    assert said["vocabulary"] == VERSION
    assert said["notice"] == WORDING.service("notice")
    assert json.loads(json.dumps(said, allow_nan=False)) == said


def test_an_alert_gathers_the_rules_of_one_condition_and_their_reasons():
    """One DVT alert of three rules; because lists every answer that met one of them."""
    case = {
        **WARM_SWOLLEN_CALF,
        "laterality": "one_leg",
        "active_cancer": "yes",
        "prior_vte": "pe_only",
        "recent_immobility": "long_travel",
    }
    (alert,) = assess(case, None)["alerts"]
    assert alert["id"] == "DVT"
    assert alert["rules"] == ["DVT-1", "DVT-2", "DVT-3"]
    assert alert["because"] == [
        "loc_calf",
        "laterality",
        "leg_swelling",
        "skin_warmth",
        "active_cancer",
        "prior_vte",
    ]
    assert alert["source"].count("NG158") == 1
    assert "pulmonary embolism; Wells" in alert["source"]
    assert "in one leg only. Calf or thigh pain" in alert["reason"]
    assert "Given here: active cancer; an earlier clot in a leg or lung" in alert["reason"]


def test_the_wells_alert_lists_the_points_that_were_given():
    """Those and no others."""
    case = {"active_cancer": "yes", "leg_swelling": "both_legs", "prior_vte": "dvt"}
    (alert,) = assess(case, None)["alerts"]
    assert alert["rules"] == ["DVT-3"]
    assert alert["reason"].endswith("Given here: active cancer; an earlier clot in a leg or lung.")


def test_a_doctor_s_other_explanation_takes_nothing_away():
    """The -2 of the Wells score is never applied."""
    case = {"active_cancer": "yes", "prior_vte": "dvt"}
    with_it = assess({**case, "doctor_other_explanation": "yes"}, None)
    assert safety(with_it) == safety(assess(case, None))


def test_alerts_are_ordered_most_urgent_first():
    """PHLEG before DVT and PREG, which keep the order of the table."""
    case = {
        "leg_swelling": "one_whole_leg",
        "leg_colour": "blue_purple",
        "hormonal_state": "pregnant",
    }
    said = assess(case, None)
    assert [alert["id"] for alert in said["alerts"]] == ["PHLEG", "DVT", "PREG"]
    assert said["urgency"] == "emergency"
    assert said["urgency_settled"]


def test_unasked_lists_only_what_could_raise_above_the_rules_urgency():
    """After a same-day alert only the emergencies are open; after an emergency nothing is."""
    said = assess(WARM_SWOLLEN_CALF, None)
    assert {
        "finding": "breath_chest",
        "question": WORDING.question("breath_chest"),
        "could_raise_to": "emergency",
        "rules": ["PE-1"],
    } in said["unasked"]
    assert {entry["could_raise_to"] for entry in said["unasked"]} == {"emergency"}
    said = assess(ALL_CLEAR | {"leg_swelling": "one_whole_leg"}, None)
    assert said["unasked"] == []
    asked = {k: v for k, v in ALL_CLEAR.items() if k not in {"leg_colour", "breath_chest"}}
    said = assess(asked | {"leg_swelling": "one_whole_leg"}, None)
    findings = {entry["finding"] for entry in said["unasked"]}
    assert {"leg_colour", "breath_chest", "onset_speed"} <= findings
    assert not findings & asked.keys()
    assert assess(EMERGENCY, None)["unasked"] == []


def test_unasked_is_ordered_by_expected_harm_and_names_the_rules():
    """With nothing answered every finding of every rule is listed once, decisive ones first."""
    unasked = assess({}, None)["unasked"]
    read = {finding.id for rule in RULES for finding in rule.condition.reads()}
    assert {entry["finding"] for entry in unasked} == read
    assert len(unasked) == len(read)
    order = [entry["finding"] for entry in unasked]
    for decisive, slower in (
        ("breath_chest", "calf_wider_3cm"),  # one answer each, emergency before same day
        ("calf_wider_3cm", "skin_warmth"),  # a same-day rule by itself before one of several
        ("leg_colour", "weight_loss"),  # part of an emergency before a slow danger by itself
        ("weight_loss", "laterality"),
    ):
        assert order.index(decisive) < order.index(slower)
    known = assess({"leg_colour": "blue_purple"}, None)["unasked"]
    assert [e["finding"] for e in known].index("onset_speed") < order.index("onset_speed")
    by_finding = {entry["finding"]: entry["rules"] for entry in unasked}
    stated = {rule for rule in STATED if FINDINGS["leg_swelling"] in reads(rule)}
    assert set(by_finding["leg_swelling"]) == stated
    raising = {e["finding"]: e["could_raise_to"] for e in unasked}
    assert raising["breath_chest"] == raising["leg_colour"] == "emergency"
    assert (raising["loc_calf"], raising["weight_loss"]) == ("same_day", "soon")


def test_a_less_urgent_rule_leaves_self_care_possible_but_not_settled(make_model):
    """Only emergencies and same-day rules must be ruled out; the open question is still listed."""
    calm = make_model(positional=0.99)
    asked = ALL_QUIET | {"onset_speed": "gradual_months", "episode_pattern": "under_10_min"}
    del asked["weight_loss"]
    said = assess(asked, calm)
    assert (said["urgency"], said["urgency_settled"]) == ("self_care", False)
    assert [entry["could_raise_to"] for entry in said["unasked"]] == ["soon"]
    assert assess({**asked, "weight_loss": "yes"}, calm)["urgency"] == "soon"


@pytest.mark.slow
def test_a_batch_equals_its_single_answers_and_asks_the_model_for_many_at_once(model, cases):
    """To the last bit, on three thousand cases of every length, children among them."""
    child = {"age": UNDER_AGE}
    several = [child, *cases(3000)[1], child, {}]
    said = assess_batch(several, model)
    assert (sum(model.asked), len(model.asked)) == (len(several) - 2, -(-len(several) // SLICE))
    assert said == [assess(case, model) for case in several]
    assert assess_batch([], model) == []


def test_a_model_that_fails_on_one_case_costs_only_that_case_its_causes(model, cases):
    """The batch still equals the single answers, whether it gives NaN or raises."""
    codes, several = cases(40)

    def raising(rows):
        if (rows == codes[7]).all(axis=1).any():
            raise ArithmeticError
        return model.predict_proba(rows)

    def nan(rows):
        bad = (rows == codes[7]).all(axis=1)[:, None]
        return np.where(bad, np.nan, model.predict_proba(rows))

    for says in (raising, nan):
        odd = replace(model, says=says)
        said = assess_batch(several, odd)
        assert [i for i, a in enumerate(said) if a["model"]["status"] == "failed"] == [7]
        assert said == [assess(case, odd) for case in several]


@pytest.mark.slow
def test_alerts_and_urgency_compose_the_same_way_over_a_million_random_cases(
    draw_codes, to_answers, make_model
):
    """Rule values of a million cases; of each block the first that show a value anew, and more."""
    seed, calm = secrets.randbits(32), make_model(positional=0.99)
    met = np.zeros((len(RULES), 3), bool)
    for block in range(10):
        codes = draw_codes(100_000, np.random.default_rng([seed, block]))
        fired = np.column_stack([rule.condition.certain(codes) for rule in RULES])
        could = np.column_stack([rule.condition.possible(codes) for rule in RULES])
        assert not (fired & ~could).any(), seed
        for value, column in enumerate((fired, could & ~fired, ~could)):
            met[:, value] |= column.any(axis=0)
        for row in range(500):
            said = assess(to_answers(codes[row]), calm)
            check_composition(said, fired[row], could[row] & ~fired[row], seed)
    assert met.all(), seed  # every rule was seen fired, open and ruled out


def check_composition(said, fired, could, seed):
    """Groups, their order, urgency and what is open, from the rules' values alone."""
    ids = np.array([rule.id for rule in RULES])
    groups = {}
    for name in ids[fired]:
        groups.setdefault(name.rpartition("-")[0], []).append(name)
    worst = {group: _worst(TIER[name] for name in names) for group, names in groups.items()}
    assert {alert["id"]: alert["urgency"] for alert in said["alerts"]} == worst, seed
    assert all(sorted(a["rules"]) == sorted(groups[a["id"]]) for a in said["alerts"]), seed
    tiers = [alert["urgency"] for alert in said["alerts"]]
    assert all(URGENCIES.index(a) <= URGENCIES.index(b) for a, b in pairwise(tiers))
    rules_urgency = _worst(worst.values())
    danger = any(TIER[name] in {"emergency", "same_day"} for name in ids[could])
    calm = "undetermined" if danger else "self_care"
    assert said["rules_urgency"] == rules_urgency
    assert said["urgency"] == _worst(filter(None, (rules_urgency, calm)))
    raising = {name for name in ids[could] if _worst((TIER[name], rules_urgency)) != rules_urgency}
    assert {rule for entry in said["unasked"] for rule in entry["rules"]} == raising
    assert said["urgency_settled"] == (not raising)


def _worst(tiers):
    order = [*URGENCIES, None]
    return min(tiers, key=order.index, default=None)
