"""The certificate is of the rules in force, and any change of a rule voids it."""

import json
from dataclasses import replace

import pytest

from service.safety import certificate
from service.safety.conditions import any_of, is_one_of
from service.safety.rules import RULES, V


def test_the_committed_certificate_is_of_the_rules_in_force():
    """The rules changed since they were proven: run `make certify`, and commit what it writes."""
    said = certificate.certificate()
    assert said["valid"], "the rules changed: run `make certify`"
    assert said["rules"] == len(RULES)
    assert said["combinations_by_rule"].keys() == {rule.id for rule in RULES}
    assert said["combinations"] == sum(said["combinations_by_rule"].values())
    assert said["cases"] >= 10_000_000


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_change_of_any_rule_changes_the_digest(rule):
    """Its condition, urgency, time, source or id; or the rule left out."""
    at = RULES.index(rule)
    wider = any_of(rule.condition, is_one_of(V.weight_loss, "no"))
    urgency = "soon" if rule.action.urgency != "soon" else "same_day"
    within = "days" if rule.action.within != "days" else "today"
    changes = [
        [replace(rule, condition=wider)],
        [replace(rule, action=replace(rule.action, urgency=urgency))],
        [replace(rule, action=replace(rule.action, within=within))],
        [replace(rule, source=rule.source + "x")],
        [replace(rule, id=rule.id + "0")],
        [],
    ]
    digests = {certificate.digest([*RULES[:at], *new, *RULES[at + 1 :]]) for new in changes}
    assert len(digests) == len(changes)
    assert certificate.digest() not in digests


def test_the_wording_of_a_rule_is_not_what_was_proven():
    """A better sentence needs no new proof."""
    reworded = [replace(RULES[0], sentence="Other words."), *RULES[1:]]
    assert certificate.digest(reworded) == certificate.digest()


def test_the_rules_route_shows_the_certificate(client):
    """As it was written, with whether it still holds."""
    said = client.get("/v1/rules").get_json()["certificate"]
    written = json.loads(certificate.PATH.read_text("utf-8"))
    assert said == {**written, "valid": True}


@pytest.mark.parametrize("content", [None, "", "{", "[]", "{}", '{"digest": "0"}'])
def test_a_missing_or_wrong_certificate_is_not_valid_and_stops_nothing(
    client, monkeypatch, tmp_path, content
):
    """The rules are served all the same."""
    path = tmp_path / "certificate.json"
    if content is not None:
        path.write_text(content)
    monkeypatch.setattr(certificate, "PATH", path)
    said = client.get("/v1/rules").get_json()
    assert said["certificate"]["valid"] is False
    assert len(said["rules"]) == len(RULES)
