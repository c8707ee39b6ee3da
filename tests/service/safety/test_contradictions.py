"""Answers that cannot both be right come back as warnings."""

import pytest

from service.assessment.assess import assess

CONTRADICTORY = [
    {"hormonal_state": "pregnant", "sex": "male"},
    {"hormonal_state": "postpartum_6wk", "sex": "male"},
    {"hormonal_state": "pregnant", "age": "60-69"},
    {"hormonal_state": "pregnant", "age": "80plus"},
    {"leg_swelling": "none", "pitting_dent": "one_leg"},
    {"leg_swelling": "none", "pitting_dent": "both_legs"},
    {"leg_swelling": "none", "calf_wider_3cm": "yes"},
    {"laterality": "both_legs", "pitting_dent": "one_leg"},
    {"laterality": "both_legs", "calf_wider_3cm": "yes"},
]
CONSISTENT = [
    {},
    {"hormonal_state": "oestrogen_therapy", "sex": "male", "age": "60-69"},
    {"hormonal_state": "pregnant", "sex": "female", "age": "40-49"},
    {"hormonal_state": "pregnant", "age": "under_18"},
    {"leg_swelling": "both_legs", "pitting_dent": "both_legs", "laterality": "both_legs"},
    {"leg_swelling": "one_lower_leg", "calf_wider_3cm": "yes", "laterality": "one_leg"},
    {"leg_swelling": "none", "pitting_dent": "none", "calf_wider_3cm": "no"},
]


@pytest.mark.parametrize("case", CONTRADICTORY, ids=lambda case: "-".join(case.values()))
def test_a_contradiction_is_a_warning_that_names_both_findings(case, model):
    """And nothing is refused: the case is assessed as it stands."""
    said = assess(case, model)
    (warning,) = said["warnings"]
    assert set(warning["findings"]) == set(case)
    assert warning["detail"].endswith(".")
    assert said["causes"] is not None


@pytest.mark.parametrize("case", CONSISTENT, ids=lambda case: "-".join(case.values()) or "empty")
def test_consistent_answers_bring_no_warning(case, model):
    """Nor does what was left unanswered."""
    assert assess(case, model)["warnings"] == []


def test_several_contradictions_come_together(model):
    """Each with its own findings."""
    case = {"sex": "male", "hormonal_state": "pregnant", "leg_swelling": "none"}
    said = assess({**case, "calf_wider_3cm": "yes", "laterality": "both_legs"}, model)
    assert len(said["warnings"]) == 3
