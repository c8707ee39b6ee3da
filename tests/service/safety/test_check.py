"""What is looked up in tables is what the conditions say, read plainly one by one."""

import json
import secrets

import msgspec
import numpy as np
import pytest

from data.vocabulary import FINDINGS, UNDER_AGE
from service.assessment.assess import assess_each
from service.contract.json_text import json_text
from service.reading.cases import cases_of
from service.safety import tables
from service.safety.check import check
from service.safety.conditions import any_of, at_least, is_one_of
from service.safety.contradictions import CONTRADICTIONS
from service.safety.rules import RULES, WELLS, V
from service.safety.tables import Table, Tables, TooWide
from service.safety.verdicts import ORDERED, TABLES
from tests.service.safety.plain import because, danger_open, missing, safety_part


def compare(several):
    """Each case, together and alone, against the plain statement."""
    cases = cases_of(several)
    texts = [json_text(said.answer) for said in assess_each(cases, None)]
    for answers, text, safety in zip(several, texts, check(cases.codes), strict=True):
        said, expected = json.loads(text), safety_part(answers)
        assert list({**said, **expected}.items()) == list(said.items()), answers
        assert safety.danger_open == danger_open(answers)
        assert safety.urgency == expected["rules_urgency"]


@pytest.mark.slow
def test_random_cases_of_every_length_are_judged_as_plainly_stated(draw_codes, to_answers):
    """Members, their order and all words; any seed, half of the cases with first levels alone."""
    seed = secrets.randbits(32)
    rng = np.random.default_rng(seed)
    codes = draw_codes(800, rng)
    calm = draw_codes(800, rng)
    calm[(calm > 1) & (rng.random(calm.shape) > rng.random((len(calm), 1)) / 2)] = 1
    compare([to_answers(row) for row in (*codes, *calm)])


@pytest.mark.slow
def test_every_single_answer_and_every_pair_of_answers_to_one_rule_is_judged_as_stated():
    """Swept: each level alone, and beside each level of one other finding of the same rule."""
    several = [{}, {"age": UNDER_AGE}]
    several += [{f.id: level} for f in FINDINGS.values() for level in f.levels]
    for rule in RULES:
        first, *others = rule.condition.reads()
        for other in others[:3]:
            several += [{first.id: a, other.id: b} for a in first.levels for b in other.levels]
    compare(several)


def test_one_case_alone_has_the_bytes_that_it_has_in_a_batch(cases, model):
    """To the last digit of the probabilities, across the slices of a long batch."""
    several = cases(600)[1]
    together = list(assess_each(cases_of(several), model))
    for answers, said in list(zip(several, together, strict=True))[::7]:
        assert list(assess_each(cases_of([answers]), model)) == [said]


def test_the_text_is_compact_json_and_says_what_is_counted(cases, model):
    """In UTF-8, no member twice, and nothing lost."""
    several = cases(300)[1]
    for answers, said in zip(several, assess_each(cases_of(several), model), strict=True):
        text, counted = json_text(said.answer), said.counted
        read = json.loads(text)
        assert counted.known == len(answers)
        assert msgspec.json.encode(read) == text
        assert counted.urgency == read["urgency"]
        fired = [rule for alert in read["alerts"] for rule in alert["rules"]]
        assert sorted(counted.rules) == sorted(fired)
        assert counted.likeliest == read["causes"][0]["cause"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_missing_answers_are_counted_as_plainly_stated(rule, cases):
    """Of every finding that the rule reads, in a batch as in one case."""
    codes, several = cases(60)
    for finding in rule.condition.reads():
        expected = [missing(rule.condition, answers, finding.id) for answers in several]
        assert rule.condition.missing(codes, finding).tolist() == expected


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_because_is_read_from_codes_as_from_answers(rule, cases):
    """For every rule, whether it fired or not."""
    codes, several = cases(60)
    for row, answers in zip(codes.tolist(), several, strict=True):
        assert list(rule.condition.because(row)) == because(rule.condition, answers)


def test_every_condition_has_its_table_and_all_of_them_are_small():
    """Rules, Wells points and contradictions, in this order: what is looked up fits a cache."""
    conditions = [rule.condition for rule in ORDERED]
    conditions += [*WELLS.values(), *(condition for _, condition in CONTRADICTIONS)]
    assert [table.condition for table in TABLES.tables] == conditions
    assert len(TABLES.value) < 200_000


def test_a_table_tells_apart_what_its_condition_does_and_no_more():
    """Unknown, none and a met level of two; a finding read twice has one axis."""
    table = Table(any_of(is_one_of(V.leg_swelling, "one_lower_leg", "one_whole_leg")))
    assert table.shape == (3,)
    twice = Table(at_least(2, is_one_of(V.sex, "male"), is_one_of(V.sex, "male", "female")))
    assert (twice.shape, twice.fired.tolist()) == ((3,), [False, False, True])


def test_points_that_a_reason_lists_are_those_of_the_wells_score():
    """They are counted once for both."""
    assert all(rule.points in ({}, WELLS) for rule in RULES)


def test_a_condition_too_wide_for_a_table_is_refused_at_once(monkeypatch):
    """Before any memory is taken; the message shows the condition."""
    monkeypatch.setattr(tables, "MOST_CELLS", 8)
    with pytest.raises(TooWide, match="skin_warmth"):
        Tables([any_of(is_one_of(V.skin_warmth, "yes"), is_one_of(V.fever_chills, "yes"))])
