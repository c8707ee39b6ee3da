"""Every rule, over every answer and unknown that it reads, against a second statement of it."""

from functools import cache

import numpy as np
import pytest

from data.vocabulary import FINDINGS
from data.wording import SOURCES
from service.safety import RULES

# The same rules as rows of answers that fire them: one row is enough, and a row needs all of
# its answers. DVT-3 counts instead: each line is one point, met by any of its answers.
ROWS = {
    "DVT-1": """
        leg_swelling=one_lower_leg
        leg_swelling=one_whole_leg
        calf_wider_3cm=yes
        pitting_dent=one_leg
    """,
    "DVT-2": """
        loc_calf=yes  laterality=one_leg  skin_warmth=yes
        loc_calf=yes  laterality=one_leg  skin_redness=local_patch
        loc_calf=yes  laterality=one_leg  skin_redness=spreading_or_blistering
        loc_calf=yes  laterality=one_leg  deep_vein_tenderness=yes
        loc_calf=yes  skin_warmth=yes  skin_redness=local_patch
        loc_calf=yes  skin_warmth=yes  skin_redness=spreading_or_blistering
        loc_calf=yes  skin_warmth=yes  deep_vein_tenderness=yes
        loc_calf=yes  skin_redness=local_patch  deep_vein_tenderness=yes
        loc_calf=yes  skin_redness=spreading_or_blistering  deep_vein_tenderness=yes
        loc_thigh=yes  laterality=one_leg  skin_warmth=yes
        loc_thigh=yes  laterality=one_leg  skin_redness=local_patch
        loc_thigh=yes  laterality=one_leg  skin_redness=spreading_or_blistering
        loc_thigh=yes  laterality=one_leg  deep_vein_tenderness=yes
        loc_thigh=yes  skin_warmth=yes  skin_redness=local_patch
        loc_thigh=yes  skin_warmth=yes  skin_redness=spreading_or_blistering
        loc_thigh=yes  skin_warmth=yes  deep_vein_tenderness=yes
        loc_thigh=yes  skin_redness=local_patch  deep_vein_tenderness=yes
        loc_thigh=yes  skin_redness=spreading_or_blistering  deep_vein_tenderness=yes
    """,
    "PE-1": """
        breath_chest=sudden_breath_chest_collapse
    """,
    "PHLEG-1": """
        leg_swelling=one_whole_leg  leg_colour=blue_purple
    """,
    "PREG-1": """
        hormonal_state=pregnant  leg_swelling=one_lower_leg
        hormonal_state=pregnant  leg_swelling=one_whole_leg
        hormonal_state=pregnant  calf_wider_3cm=yes
        hormonal_state=pregnant  pitting_dent=one_leg
        hormonal_state=pregnant  laterality=one_leg  loc_calf=yes
        hormonal_state=pregnant  laterality=one_leg  loc_thigh=yes
        hormonal_state=postpartum_6wk  leg_swelling=one_lower_leg
        hormonal_state=postpartum_6wk  leg_swelling=one_whole_leg
        hormonal_state=postpartum_6wk  calf_wider_3cm=yes
        hormonal_state=postpartum_6wk  pitting_dent=one_leg
        hormonal_state=postpartum_6wk  laterality=one_leg  loc_calf=yes
        hormonal_state=postpartum_6wk  laterality=one_leg  loc_thigh=yes
    """,
    "ALI-1": """
        leg_colour=pale_or_cold|blue_purple  onset_speed=sudden_minutes
    """,
    "ALI-2": """
        leg_colour=pale_or_cold|blue_purple  numbness=sudden_new_foot_or_leg
        leg_colour=pale_or_cold|blue_purple  weakness=sudden_cannot_move
    """,
    "ALI-3": """
        leg_colour=pale_or_cold|blue_purple  onset_speed=sudden_minutes +
            pain_intensity=severe|unbearable
        leg_colour=pale_or_cold|blue_purple  onset_speed=hours_to_days +
            pain_intensity=severe|unbearable
    """,
    "CLTI-1": """
        skin_wound=black_tissue
    """,
    "CLTI-2": """
        skin_wound=foot_toe_sore  leg_colour=pale_or_cold
        skin_wound=foot_toe_sore  leg_colour=blue_purple
        skin_wound=foot_toe_sore  relief_leg_down=yes
        skin_wound=foot_toe_sore  diabetes=yes
    """,
    "CLTI-3": """
        relief_leg_down=yes  leg_colour=pale_or_cold
        relief_leg_down=yes  leg_colour=blue_purple
    """,
    "CLTI-4": """
        relief_leg_down=yes  rest_lying_effect=worse_any_rest
        relief_leg_down=yes  rest_lying_effect=worse_only_lying
    """,
    "CLTI-5": """
        skin_wound=foot_toe_sore
    """,
    "PAD-1": """
        walking_effect=claudication_eases_standing
    """,
    "CES-1": """
        saddle_bladder_bowel=yes
    """,
    "CES-2": """
        back_buttock_radiation=travels_down_leg  weakness=both_legs_or_thighs
        back_buttock_radiation=travels_down_leg  weakness=sudden_cannot_move
    """,
    "CES-3": """
        back_buttock_radiation=travels_down_leg  laterality=both_legs  onset_speed=sudden_minutes
        back_buttock_radiation=travels_down_leg  laterality=both_legs  onset_speed=hours_to_days
        back_buttock_radiation=travels_down_leg  laterality=both_legs  onset_speed=weeks
    """,
    "NEURO-1": """
        weakness=sudden_cannot_move
        numbness=sudden_new_foot_or_leg
    """,
    "NEURO-2": """
        numbness=both_feet_sock  weakness=mild_one_leg
        numbness=both_feet_sock  weakness=both_legs_or_thighs
        numbness=both_feet_sock  weakness=sudden_cannot_move
        numbness=both_feet_sock  unsteady_walking=yes
    """,
    "NEURO-3": """
        back_buttock_radiation=travels_down_leg  weakness=mild_one_leg
        back_buttock_radiation=travels_down_leg  weakness=both_legs_or_thighs
        back_buttock_radiation=travels_down_leg  weakness=sudden_cannot_move
    """,
    "NSTI-1": """
        skin_redness=spreading_or_blistering  fever_chills=yes
        skin_redness=spreading_or_blistering  pain_intensity=unbearable
    """,
    "NSTI-2": """
        pain_intensity=unbearable  fever_chills=yes  skin_warmth=yes
        pain_intensity=unbearable  fever_chills=yes  skin_redness=local_patch
        pain_intensity=unbearable  fever_chills=yes  skin_redness=spreading_or_blistering
    """,
    "ACS-1": """
        muscle_hardening=constantly_tense_hard  pain_intensity=severe|unbearable +
            recent_exertion_injury=injury_or_blow
        muscle_hardening=constantly_tense_hard  pain_intensity=severe|unbearable +
            recent_exertion_injury=unusual_hard_exercise
        muscle_hardening=constantly_tense_hard  pain_intensity=severe|unbearable +
            leg_paralysis_cast=yes
        muscle_hardening=constantly_tense_hard  pain_intensity=severe|unbearable +
            numbness=sudden_new_foot_or_leg
        muscle_hardening=constantly_tense_hard  pain_intensity=severe|unbearable +
            weakness=sudden_cannot_move
    """,
    "ACS-2": """
        muscle_hardening=constantly_tense_hard  pain_intensity=unbearable
    """,
    "FOOT-1": """
        skin_wound=black_tissue  fever_chills=yes
        skin_wound=black_tissue  skin_redness=spreading_or_blistering
        skin_wound=foot_toe_sore  fever_chills=yes
        skin_wound=foot_toe_sore  skin_redness=spreading_or_blistering
    """,
    "FOOT-2": """
        numbness=both_feet_sock  diabetes=yes
    """,
    "CELL-1": """
        skin_redness=spreading_or_blistering
    """,
    "CELL-2": """
        fever_chills=yes  skin_redness=local_patch
        fever_chills=yes  skin_redness=spreading_or_blistering
        fever_chills=yes  skin_warmth=yes
    """,
    "VEIN-1": """
        skin_change=brown_eczema_ankle
        skin_wound=ankle_shin_sore
    """,
    "JOINT-1": """
        joint_swelling=one_hot_cannot_move  fever_chills=yes
    """,
    "JOINT-2": """
        joint_swelling=one_hot_cannot_move
    """,
    "JOINT-3": """
        joint_swelling=one_joint|one_hot_cannot_move  fever_chills=yes
        joint_swelling=one_joint|one_hot_cannot_move  skin_warmth=yes  onset_speed=sudden_minutes
        joint_swelling=one_joint|one_hot_cannot_move  skin_warmth=yes  onset_speed=hours_to_days
    """,
    "RA-1": """
        joint_swelling=several_joints  morning_stiffness=30_to_60min
        joint_swelling=several_joints  morning_stiffness=over_60min
    """,
    "KIDNEY-1": """
        urine_change=much_reduced
    """,
    "KIDNEY-2": """
        kidney_disease=known_ckd|dialysis  leg_swelling=both_legs  onset_speed=sudden_minutes
        kidney_disease=known_ckd|dialysis  leg_swelling=both_legs  onset_speed=hours_to_days
        kidney_disease=known_ckd|dialysis  leg_swelling=both_legs  onset_speed=weeks
    """,
    "OEDEMA-1": """
        leg_swelling=both_legs  onset_speed=sudden_minutes
        leg_swelling=both_legs  onset_speed=hours_to_days
    """,
    "CANCER-1": """
        weight_loss=yes
    """,
    "CANCER-2": """
        active_cancer=yes  episode_pattern=constant
        active_cancer=yes  widespread_bone_muscle_pain=yes
    """,
}
POINTS = """
    active_cancer=yes
    leg_paralysis_cast=yes  weakness=sudden_cannot_move
    recent_immobility=bedridden_or_surgery
    deep_vein_tenderness=yes
    leg_swelling=one_whole_leg
    calf_wider_3cm=yes
    pitting_dent=one_leg
    surface_veins=new_nonvaricose
    prior_vte=dvt  prior_vte=pe_only
"""
URGENCY = {
    (
        "emergency",
        "minutes",
    ): "PE-1 PHLEG-1 ALI-1 ALI-2 ALI-3 CES-1 CES-2 NSTI-1 NSTI-2 ACS-1 ACS-2 FOOT-1 JOINT-1",
    (
        "same_day",
        "today",
    ): "DVT-1 DVT-2 DVT-3 PREG-1 CLTI-1 CLTI-2 CLTI-3 CES-3 NEURO-1 CELL-1 CELL-2 "
    "JOINT-2 JOINT-3 KIDNEY-1 KIDNEY-2 OEDEMA-1",
    ("soon", "days"): "CLTI-4 CLTI-5 NEURO-2 NEURO-3 RA-1",
    ("soon", "two_weeks"): "PAD-1 FOOT-2 VEIN-1 CANCER-1 CANCER-2",
}
URGENCY = {rule: how for how, rules in URGENCY.items() for rule in rules.split()}
RULE = {rule.id: rule for rule in RULES}


def table(text):
    """Lines of ``finding=level|level ...`` (+ continues one), as lists of (column, codes)."""
    pairs = [
        [pair.split("=") for pair in line.split()]
        for line in text.replace("+\n", "").split("\n")
        if line.strip()
    ]
    return [
        [
            (FINDINGS[f].index, [FINDINGS[f].levels.index(v) + 1 for v in vs.split("|")])
            for f, vs in row
        ]
        for row in pairs
    ]


def fires(rule, codes):
    """Second statement of a rule: whether it fires, case by case."""
    met = [
        [np.isin(codes[:, column], given) for column, given in row]
        for row in table(POINTS if rule == "DVT-3" else ROWS[rule])
    ]
    if rule == "DVT-3":
        return np.sum([np.any(point, axis=0) for point in met], axis=0) >= 2
    return np.any([np.all(row, axis=0) for row in met], axis=0)


@cache
def grid(rule):
    """Codes of every combination of what a rule reads, and one axis a finding to see them by."""
    findings = RULE[rule].condition.reads()
    shape = tuple(len(finding.levels) + 1 for finding in findings)
    codes = np.zeros((np.prod(shape), len(FINDINGS)), np.uint8)
    for finding, column in zip(findings, np.indices(shape, np.uint8), strict=True):
        codes[:, finding.index] = column.ravel()
    return codes, shape


each_rule = pytest.mark.parametrize("rule", RULE)


def test_the_two_statements_are_about_the_same_rules():
    """No rule without a second statement, and none stated that is gone."""
    assert RULE.keys() == {*ROWS, "DVT-3"} == URGENCY.keys()
    assert len(RULES) == len(RULE)


@each_rule
def test_a_rule_reads_exactly_what_its_second_statement_names(rule):
    """Nothing more, nothing less."""
    rows = table(POINTS if rule == "DVT-3" else ROWS[rule])
    stated = {column for row in rows for column, _ in row}
    assert {finding.index for finding in RULE[rule].condition.reads()} == stated


@each_rule
def test_a_rule_fires_exactly_where_its_second_statement_does(rule):
    """On every combination of levels and unknown of what it reads."""
    codes, _ = grid(rule)
    assert np.array_equal(RULE[rule].condition.certain(codes), fires(rule, codes))


@each_rule
def test_an_answer_in_place_of_unknown_never_stops_a_rule(rule):
    """Along every axis of the enumeration: fired while unknown means fired at each level."""
    codes, shape = grid(rule)
    fired = RULE[rule].condition.certain(codes).reshape(shape)
    for axis in range(len(shape)):
        assert (fired.take([0], axis) <= fired).all()


@each_rule
def test_a_rule_could_fire_exactly_where_some_completion_fires(rule):
    """Possible is what filling in the unknowns can reach, no more and no less."""
    codes, shape = grid(rule)
    reachable = fires(rule, codes).reshape(shape)
    for axis in range(len(shape)):
        view = np.moveaxis(reachable, axis, 0)
        view[0] |= view[1:].any(axis=0)
    assert np.array_equal(RULE[rule].condition.possible(codes), reachable.ravel())


@each_rule
def test_one_case_is_judged_as_in_the_enumeration(rule):
    """The scalar path and the vectorised one agree, on up to two thousand combinations."""
    codes, _ = grid(rule)
    codes = codes[:: max(1, len(codes) // 2000)]
    condition = RULE[rule].condition
    names = list(FINDINGS.values())
    for row, fired, possible in zip(
        codes, condition.certain(codes), condition.possible(codes), strict=True
    ):
        case = {names[i].id: names[i].levels[row[i] - 1] for i in np.flatnonzero(row)}
        expected = "fired" if fired else "could_fire" if possible else "ruled_out"
        assert condition.value(case) == expected


def test_half_a_million_combinations_make_up_the_wells_rule():
    """The enumeration of DVT-3 is whole."""
    assert len(grid("DVT-3")[0]) == 518_400


@each_rule
def test_a_rule_says_how_urgent_it_is_and_on_what_ground(rule):
    """Urgency, time, a source that exists, a sentence, advice that works in any country."""
    action = RULE[rule].action
    assert (action.urgency, action.within) == URGENCY[rule]
    assert SOURCES[RULE[rule].source].citation
    assert RULE[rule].sentence.endswith(".")
    assert "your local emergency number" in action.advice
    assert "Do not" in action.advice or "do not" in action.advice


def test_no_rule_reads_age():
    """An age below 18 has no code of its own, so a batch could not tell it from unknown."""
    assert not any(f.id == "age" for rule in RULES for f in rule.condition.reads())
