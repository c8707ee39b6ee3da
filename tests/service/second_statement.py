"""The rules stated a second time, as a table of answers, and every combination of what one reads.

A row of ROWS lists answers that together fire its rule, and one row is enough. DVT-3 counts
instead: each line of POINTS is one point, met by any of its answers. ``a|b`` is either level, and
a ``+`` continues a row. Nothing here knows the conditions of the service.
"""

from functools import cache

import numpy as np

from data.vocabulary import FINDINGS

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
        leg_colour=pale_or_cold|blue_purple  onset_speed=hours_to_days
    """,
    "ALI-2": """
        leg_colour=pale_or_cold|blue_purple  numbness=sudden_new_foot_or_leg
        leg_colour=pale_or_cold|blue_purple  weakness=sudden_cannot_move
    """,
    "ALI-3": """
        leg_colour=pale_or_cold|blue_purple  pain_intensity=unbearable
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
    "PHLEG-2": """
        leg_swelling=one_lower_leg|one_whole_leg  leg_colour=blue_purple +
            pain_intensity=severe|unbearable
    """,
    "ACS-3": """
        pain_intensity=unbearable  recent_exertion_injury=injury_or_blow
        pain_intensity=unbearable  leg_paralysis_cast=yes
    """,
    "NEURO-4": """
        weakness=sudden_cannot_move
    """,
    "NEURO-5": """
        weakness=both_legs_or_thighs  onset_speed=sudden_minutes|hours_to_days
        weakness=both_legs_or_thighs  active_cancer=yes
    """,
    "SEPSIS-1": """
        fever_chills=yes  pain_intensity=unbearable
    """,
    "SPINE-1": """
        fever_chills=yes  back_buttock_radiation=buttock_only
        fever_chills=yes  back_buttock_radiation=back_pain_separate
        fever_chills=yes  back_buttock_radiation=travels_down_leg
    """,
    "JOINT-4": """
        fever_chills=yes  pain_intensity=severe|unbearable  joint_site=hip|knee
        fever_chills=yes  pain_intensity=severe|unbearable  joint_site=ankle_heel|several
    """,
    "PMR-1": """
        morning_stiffness=over_60min  widespread_bone_muscle_pain=yes
    """,
    "INJURY-1": """
        recent_exertion_injury=injury_or_blow  pain_intensity=severe|unbearable
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
_TIERS = {
    ("emergency", "minutes"): """
        PE-1 PHLEG-1 PHLEG-2 ALI-1 ALI-2 ALI-3 CES-1 CES-2 NEURO-4 NSTI-1 NSTI-2 ACS-1 ACS-2
        ACS-3 FOOT-1 JOINT-1
    """,
    ("same_day", "today"): """
        DVT-1 DVT-2 DVT-3 PREG-1 CLTI-1 CLTI-2 CLTI-3 CES-3 NEURO-1 NEURO-5 CELL-1 CELL-2 SEPSIS-1
        SPINE-1 JOINT-2 JOINT-3 JOINT-4 KIDNEY-1 KIDNEY-2 OEDEMA-1 INJURY-1
    """,
    ("soon", "days"): "CLTI-4 CLTI-5 NEURO-2 NEURO-3 RA-1 PMR-1",
    ("soon", "two_weeks"): "PAD-1 FOOT-2 VEIN-1 CANCER-1 CANCER-2",
}
URGENCY = {rule: how for how, rules in _TIERS.items() for rule in rules.split()}


@cache
def rows(rule):
    """Rows (points, for DVT-3) of a rule, each as pairs of a column and the codes that meet it."""
    text = POINTS if rule == "DVT-3" else ROWS[rule]
    lines = filter(None, map(str.split, text.replace("+\n", "").splitlines()))
    return [[_pair(*answer.split("=")) for answer in line] for line in lines]


def _pair(name, levels):
    finding = FINDINGS[name]
    return finding.index, [finding.levels.index(level) + 1 for level in levels.split("|")]


def reads(rule):
    """Findings that a rule names, in vocabulary order."""
    named = {column for row in rows(rule) for column, _ in row}
    return tuple(finding for finding in FINDINGS.values() if finding.index in named)


def points(codes):
    """The points of DVT-3, shape (points, n)."""
    met = [[np.isin(codes[:, column], given) for column, given in row] for row in rows("DVT-3")]
    return np.array([np.any(point, axis=0) for point in met])


def fires(rule, codes):
    """Whether a rule fires, case by case."""
    if rule == "DVT-3":
        return points(codes).sum(axis=0) >= 2
    met = [[np.isin(codes[:, column], given) for column, given in row] for row in rows(rule)]
    return np.any([np.all(row, axis=0) for row in met], axis=0)


@cache
def grid(findings):
    """Codes of every combination of some findings, unknown included, and an axis for each."""
    shape = tuple(len(finding.levels) + 1 for finding in findings)
    codes = np.zeros((np.prod(shape), len(FINDINGS)), np.uint8)
    for finding, column in zip(findings, np.indices(shape, np.uint8), strict=True):
        codes[:, finding.index] = column.ravel()
    return codes, shape


def completions(fired, shape, combine):
    """At each combination: ``combine`` (np.any, np.all) over every way to fill in its unknowns."""
    values = fired.reshape(shape).copy()
    for axis in range(len(shape)):
        view = np.moveaxis(values, axis, 0)
        view[0] = combine(view[1:], axis=0)
    return values.ravel()
