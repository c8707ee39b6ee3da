"""Every rule, over every answer and unknown that it reads, against a second statement of it."""

import secrets

import numpy as np
import pytest

from data.vocabulary import FINDINGS, URGENCIES
from data.wording import SOURCES
from service.safety.rules import RULES
from tests.service.safety.second_statement import (
    FIRST_LIST,
    STATED,
    URGENCY,
    completions,
    fires,
    first_list,
    grid,
    points,
    reads,
)

RULE = {rule.id: rule for rule in RULES}
each_rule = pytest.mark.parametrize("rule", RULE)


def test_the_two_statements_are_about_the_same_rules():
    """No rule without a second statement, and none stated that is gone."""
    assert RULE.keys() == STATED.keys()
    assert len(RULES) == len(RULE)


@each_rule
def test_a_rule_reads_exactly_what_its_second_statement_names(rule):
    """Nothing more, nothing less."""
    assert RULE[rule].condition.reads() == reads(rule)


@each_rule
def test_a_rule_fires_exactly_where_its_second_statement_does(rule):
    """On every combination of levels and unknown of what it reads."""
    codes, _ = grid(RULE[rule].condition.reads())
    assert np.array_equal(RULE[rule].condition.certain(codes), fires(rule, codes))


@each_rule
def test_an_answer_in_place_of_unknown_never_stops_a_rule(rule):
    """Along every axis of the enumeration: fired while unknown means fired at each level."""
    codes, shape = grid(RULE[rule].condition.reads())
    fired = RULE[rule].condition.certain(codes).reshape(shape)
    for axis in range(len(shape)):
        assert (fired.take([0], axis) <= fired).all()


@each_rule
def test_a_rule_could_fire_exactly_where_some_completion_fires(rule):
    """Possible is what filling in the unknowns can reach, no more and no less."""
    codes, shape = grid(RULE[rule].condition.reads())
    reachable = completions(fires(rule, codes), shape, np.any)
    assert np.array_equal(RULE[rule].condition.possible(codes), reachable)


@each_rule
def test_a_rule_fires_exactly_where_every_completion_fires(rule):
    """Nothing that the unknowns cannot change is left open."""
    codes, shape = grid(RULE[rule].condition.reads())
    unavoidable = completions(fires(rule, codes), shape, np.all)
    assert np.array_equal(RULE[rule].condition.certain(codes), unavoidable)


@each_rule
def test_one_case_is_judged_as_in_the_enumeration(rule):
    """The scalar path and the vectorised one agree, on up to two thousand combinations."""
    codes, _ = grid(RULE[rule].condition.reads())
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
    assert len(grid(RULE["DVT-3"].condition.reads())[0]) == 518_400


@each_rule
def test_the_points_that_a_reason_lists_are_the_second_statements(rule):
    """One by one and in order, for DVT-3; the other rules count nothing."""
    codes, _ = grid(reads(rule))
    listed = [point.certain(codes[::97]) for point in RULE[rule].points.values()]
    assert np.array_equal(listed, points(rule, codes[::97]))


@each_rule
def test_a_rule_says_how_urgent_it_is_and_on_what_ground(rule):
    """Urgency, time, a source that exists, a sentence, advice that works in any country."""
    action = RULE[rule].action
    assert (action.urgency, action.within) == URGENCY[rule]
    assert SOURCES[RULE[rule].source].citation
    assert RULE[rule].sentence.endswith(".")
    assert "your local emergency number" in action.advice
    assert "Do not" in action.advice or "do not" in action.advice


@each_rule
def test_a_rule_says_which_red_flag_it_comes_from_and_why_it_departs(rule):
    """A line of the first list or "new"; and a reason, unless it is as listed."""
    flag, why = STATED[rule]["from"], STATED[rule]["why"]
    assert flag in {*FIRST_LIST, "new"}
    assert why == "as listed" or why.endswith(".")
    assert flag != "new" or why != "as listed"


def test_every_red_flag_of_the_first_list_has_a_rule():
    """And none is kept that no rule comes from."""
    assert {entry["from"] for entry in STATED.values()} == {*FIRST_LIST, "new"}


def test_no_case_is_less_urgent_than_the_first_list_of_red_flags_had_it(draw_codes):
    """Tier by tier, on two hundred thousand random cases of every length."""
    codes = draw_codes(200_000, np.random.default_rng(secrets.randbits(32)))
    fired = {rule.id: rule.condition.certain(codes) for rule in RULES}
    for tier in ("emergency", "same_day", "soon"):
        reached = URGENCIES[: URGENCIES.index(tier) + 1]
        at_least = np.any([fired[r.id] for r in RULES if r.action.urgency in reached], axis=0)
        asked = first_list(tier, codes)
        assert asked.any()
        assert not (asked & ~at_least).any(), tier


def test_no_rule_reads_age():
    """An age below 18 has no code of its own, so a batch could not tell it from unknown."""
    assert not any(f.id == "age" for rule in RULES for f in rule.condition.reads())


ONSET = FINDINGS["onset_speed"]
WITHIN_DAYS = [ONSET.code("sudden_minutes"), ONSET.code("hours_to_days")]
SOON = [rule.id for rule in RULES if rule.action.urgency == "soon"]


def fired_by(codes, wanted):
    """Whether a rule of which this is so fires, case by case."""
    return np.any([rule.condition.certain(codes) for rule in RULES if wanted(rule.action)], axis=0)


@pytest.mark.parametrize("rule", SOON)
def test_what_is_said_of_a_chronic_state_is_not_all_that_is_said_of_an_acute_one(rule):
    """Begun within days it asks for the same day, or for days if it states why that is enough."""
    findings = tuple(dict.fromkeys((*RULE[rule].condition.reads(), ONSET)))
    codes, _ = grid(findings)
    acute = np.isin(codes[:, ONSET.index], WITHIN_DAYS) & RULE[rule].condition.certain(codes)
    assert acute.any()
    today = fired_by(codes[acute], lambda action: action.urgency in ("emergency", "same_day"))
    if not today.all():
        assert STATED[rule]["acute"].endswith(".")
        days = fired_by(codes[acute], lambda action: action.within == "days")
        assert (today | days).all()
    else:
        assert "acute" not in STATED[rule]
