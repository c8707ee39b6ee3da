"""The Wells score: points, what gave them, what is not known; shown, and never used to lower."""

import pytest

from data.vocabulary import FINDINGS
from data.wording import SOURCES
from service.assessment.assess import assess
from service.safety.wells import STRATA

ITEMS = {  # the score's nine items, stated a second time
    "active_cancer": ["yes"],
    "leg_paralysis_cast": ["yes"],
    "recent_immobility": ["bedridden_or_surgery"],
    "deep_vein_tenderness": ["yes"],
    "leg_swelling": ["one_whole_leg"],
    "calf_wider_3cm": ["yes"],
    "pitting_dent": ["one_leg"],
    "surface_veins": ["new_nonvaricose"],
    "prior_vte": ["dvt", "pe_only"],
}


NO_ITEM = {finding: FINDINGS[finding].levels[0] for finding in (*ITEMS, "weakness")}


def score(answers):
    return assess(answers, None)["wells"]


def test_points_are_the_items_that_are_given_and_the_rest_is_unknown_or_denied(cases):
    """Against a second count, on two thousand cases; weakness counts with the cast."""
    for answers in cases(2000)[1]:
        said = score(answers)
        points = sum(answers.get(f) in levels for f, levels in ITEMS.items())
        sudden = answers.get("weakness") == "sudden_cannot_move"
        points += sudden and answers.get("leg_paralysis_cast") != "yes"
        signs = [f for f in answers if FINDINGS[f].group == "leg_signs"]
        assert (said is None) == (not points and not signs)
        if said:
            assert said["points"] == points == len(said["given"])
            assert said["possible_points"] == points + len(said["unknown"])
            unlikely = "unlikely" if said["possible_points"] < 2 else None
            assert said["stratum"] == ("likely" if points >= 2 else unlikely)
            assert (said["published_share"] is None) == (said["stratum"] is None)


def test_every_dvt_alert_comes_with_the_score(cases):
    """Whatever raised it."""
    seen = 0
    for answers in cases(500)[1]:
        said = assess(answers, None)
        if "DVT" in {alert["id"] for alert in said["alerts"]} and said["wells"] is None:
            raise AssertionError(answers)
        seen += said["wells"] is not None
    assert seen > 100


def test_no_leg_sign_and_no_point_means_no_score():
    """A score of nothing would look like a result."""
    assert assess({"age": "50-59", "loc_calf": "yes"}, None)["wells"] is None


@pytest.mark.parametrize("other", ["yes", "no"])
@pytest.mark.parametrize("swelling", ["none", "one_whole_leg"])
def test_a_doctors_other_explanation_never_subtracts(other, swelling):
    """The two points that a clinician may take off are not ours to take."""
    answers = {"leg_swelling": swelling, "prior_vte": "dvt"}
    assert score({**answers, "doctor_other_explanation": other}) == score(answers)


def test_the_score_says_that_a_low_one_excludes_nothing():
    """With the published share of its stratum and where it comes from."""
    said = score(NO_ITEM)
    assert said["points"] == said["possible_points"] == 0
    assert said["published_share"] == 0.055
    assert "excludes nothing" in said["note"]
    assert (
        " ".join(said) == "points possible_points given unknown stratum published_share source note"
    )
    assert said["source"] == SOURCES[STRATA[-1]["source"]].citation
    for stratum in STRATA:
        assert stratum["source"] in SOURCES
    assert [s["at_least"] for s in STRATA] == sorted([s["at_least"] for s in STRATA], reverse=True)


def test_little_known_is_no_low_score():
    """As long as open items could make it likely, it is in no stratum."""
    said = score({"leg_swelling": "none"})
    assert said["points"] == 0
    assert (said["stratum"], said["published_share"]) == (None, None)


def test_a_low_score_lowers_no_urgency():
    """One swollen lower leg scores nothing and is seen the same day all the same."""
    said = assess({"leg_swelling": "one_lower_leg"}, None)
    assert said["wells"]["points"] == 0
    assert said["urgency"] == "same_day"
