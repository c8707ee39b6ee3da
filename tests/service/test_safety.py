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
    "DVT-1": ("same_day", "today"),
    "DVT-2": ("same_day", "today"),
    "DVT-3": ("same_day", "today"),
    "PE-1": ("emergency", "minutes"),
    "PHLEG-1": ("emergency", "minutes"),
    "PREG-1": ("same_day", "today"),
}
RULE = {rule.id: rule for rule in RULES}


def table(text):
    """Lines of ``finding=level`` pairs, as lists of (column, code)."""
    pairs = [
        [pair.split("=") for pair in line.split()] for line in text.split("\n") if line.strip()
    ]
    return [[(FINDINGS[f].index, FINDINGS[f].levels.index(v) + 1) for f, v in row] for row in pairs]


def fires(rule, codes):
    """Second statement of a rule: whether it fires, case by case."""
    if rule == "DVT-3":
        met = [np.any([codes[:, f] == v for f, v in row], axis=0) for row in table(POINTS)]
        return np.sum(met, axis=0) >= 2
    return np.any(
        [np.all([codes[:, f] == v for f, v in row], axis=0) for row in table(ROWS[rule])], axis=0
    )


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
