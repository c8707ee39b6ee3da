"""Come back if: exactly the single new signs that would raise today's urgency."""

import pytest

from data.vocabulary import FINDINGS, URGENCIES
from data.wording import WORDING
from service.assessment.assess import assess
from service.safety.rules import RULES
from service.safety.safety_net import _SIGNS, LASTING, MOST


def net_of(answers):
    return assess(answers, None)["safety_net"]


def urgency_of(answers):
    return assess(answers, None)["rules_urgency"]


def rank(urgency):
    return URGENCIES.index(urgency) if urgency else len(URGENCIES)


def test_each_sign_would_raise_the_urgency_it_names(cases):
    """Adding any of its levels to the answers makes the rules at least that urgent."""
    signs = 0
    for answers in cases(300)[1]:
        today = urgency_of(answers)
        net = net_of(answers)
        assert len(net) <= MOST
        for sign in net:
            for level in sign["levels"]:
                after = urgency_of({**answers, sign["finding"]: level})
                assert rank(after) <= rank(sign["urgency"]) < rank(today)
                signs += 1
    assert signs > 100


def test_no_single_new_sign_that_matters_is_left_out(cases):
    """Swept over every finding and level: whatever raises the urgency has its alert in the net."""
    for answers in cases(60)[1]:
        today = urgency_of(answers)
        net = net_of(answers)
        if len(net) == MOST:
            continue
        listed = {sign["rule"].rpartition("-")[0] for sign in net}
        for finding in FINDINGS.values():
            if finding.id not in LASTING:
                for level in finding.levels:
                    after = assess({**answers, finding.id: level}, None)
                    urgency = after["rules_urgency"]
                    if rank(urgency) < rank(today):
                        worst = {a["id"] for a in after["alerts"] if a["urgency"] == urgency}
                        assert worst & listed, (answers, finding.id, level)


def test_most_urgent_first_and_one_for_each_alert():
    """With nothing answered: the clot in the lung and the saddle numbness lead."""
    net = net_of({})
    assert [sign["rule"] for sign in net[:2]] == ["PE-1", "CES-1"]
    assert len(net) == MOST == 5
    alerts = [sign["rule"].rpartition("-")[0] for sign in net]
    assert len(set(alerts)) == len(alerts)
    ranks = [rank(sign["urgency"]) for sign in net]
    assert ranks == sorted(ranks)


def test_an_emergency_leaves_nothing_to_come_back_for():
    """Nothing is more urgent than now."""
    assert assess({"breath_chest": "sudden_breath_chest_collapse"}, None)["safety_net"] == []


def test_what_cannot_newly_appear_is_not_named(cases):
    """Nobody is told to come back if they turn out to be pregnant or the onset changes."""
    for answers in cases(100)[1]:
        for sign in net_of(answers):
            assert sign["finding"] not in LASTING


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_sign_says_what_to_do(rule):
    """The words are those of the sign itself; how urgent, the rule's."""
    for sign in net_of({}):
        if sign["rule"] == rule.id:
            assert sign["sign"] == WORDING.sign(sign["finding"], sign["levels"])
            assert (sign["urgency"], sign["within"]) == (rule.action.urgency, rule.action.within)


def test_the_local_emergency_number_takes_the_place_of_the_words():
    """In alerts and in the net; without the setting the words hold in any country."""
    answers = {"leg_swelling": "one_lower_leg"}
    assert "your local emergency number" in assess(answers, None)["alerts"][0]["advice"]
    said = assess(answers, None, emergency_number="112")
    for entry in (*said["alerts"], *said["safety_net"]):
        assert "112" in entry["advice"]
        assert "your local emergency number" not in entry["advice"]


def test_the_catalogue_has_words_for_just_the_signs_that_can_be_named():
    """None is missing, and none is there for nothing."""
    named = {finding for _, finding, _ in _SIGNS if finding}
    assert named == set(WORDING.tables["signs"])
