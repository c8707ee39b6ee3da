"""Clinicians' cases: what a person says, and what a guideline or textbook would have answered.

``data/vignettes/*.toml`` hold them. Urgencies and alerts are claims about safety; the likeliest
causes are claims about a model of simulated cases, not about patients.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from data.clinicians import load_vignettes
from data.vocabulary import CAUSES, URGENCIES, Answers
from data.wording import SOURCES
from models.artifact import load_current
from models.model import Model
from service.assessment.assess import assess
from service.contract.answers import Assessment
from service.reading.request import read_case
from service.safety.rules import RULES

Case = Mapping[str, Any]

CASES: Final = load_vignettes()
ALERTS: Final = {rule.alert for rule in RULES}
RANK: Final[Mapping[str | None, int]] = {urgency: i for i, urgency in enumerate((*URGENCIES, None))}
LIKELIEST: Final = 3  # so many causes are looked at
FEW: Final = 3  # answers of a frightened person


def urgency_at_least(said: Assessment, wanted: str) -> bool:
    """A danger must be seen by the rules; what is to be seen soon may come from the model."""
    urgent = said["rules_urgency"] if wanted in {"emergency", "same_day"} else said["urgency"]
    return RANK[urgent] <= RANK[wanted]


def alerts(said: Assessment) -> set[str]:
    return {alert["id"] for alert in said["alerts"]}


def likeliest(said: Assessment) -> list[str]:
    return [entry["cause"] for entry in (said["causes"] or [])[:LIKELIEST]]


CHECKS: Final[Mapping[str, Callable[[Assessment, Any], bool]]] = {
    "urgency_at_least": urgency_at_least,
    "urgency_at_most": lambda said, wanted: RANK[said["urgency"]] >= RANK[wanted],
    "alerts": lambda said, wanted: alerts(said) >= set(wanted),
    "no_alerts": lambda said, wanted: not alerts(said) & set(wanted),
    "among_likeliest": lambda said, wanted: set(likeliest(said)) >= set(wanted),
}


def answers(case: Case) -> Answers:
    return read_case({"answers": case["given"]})


def expected(key: str) -> Iterator[tuple[Case, str]]:
    """Each case and each id that it expects under ``key``."""
    for case in CASES:
        for wanted in case["expect"].get(key, []):
            yield case, wanted


@pytest.fixture(scope="module")
def model(models_dir: Path) -> Model:
    return load_current(models_dir)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_case_is_judged_as_a_clinician_would(case: Case, model: Model) -> None:
    """Every expectation holds."""
    said = assess(answers(case), model)
    failed = {key for key, wanted in case["expect"].items() if not CHECKS[key](said, wanted)}
    assert not failed, (said["urgency"], said["rules_urgency"], alerts(said), likeliest(said))


def test_there_are_many_cases_each_with_its_own_name() -> None:
    """At least 70, and no name twice."""
    names = Counter(case["name"] for case in CASES)
    assert len(names) >= 70
    assert set(names.values()) == {1}


def test_a_folder_without_cases_is_an_error(tmp_path: Path) -> None:
    """None of none would be no news: it says where they should be."""
    with pytest.raises(FileNotFoundError, match=re.escape(str(tmp_path))):
        load_vignettes(tmp_path)


def test_cases_name_only_what_exists() -> None:
    """Findings, levels, sources, alerts, causes, urgencies and expectations are known."""
    for case in CASES:
        expect = case["expect"]
        assert case.keys() == {"name", "source", "given", "expect"}, case["name"]
        assert answers(case), case["name"]  # raises when a finding or level is unknown
        assert case["source"] in SOURCES, case["name"]
        assert expect, case["name"]
        assert expect.keys() <= CHECKS.keys(), case["name"]
        assert {*expect.get("alerts", []), *expect.get("no_alerts", [])} <= ALERTS, case["name"]
        assert set(expect.get("among_likeliest", [])) <= CAUSES.keys(), case["name"]
        urgencies = {expect[key] for key in expect if key.startswith("urgency")}
        assert urgencies <= RANK.keys(), case["name"]


def test_every_alert_and_every_cause_is_expected_twice() -> None:
    """By two cases."""
    for key, ids in (("alerts", ALERTS), ("among_likeliest", set(CAUSES))):
        counts = Counter(wanted for _, wanted in expected(key))
        assert [wanted for wanted in sorted(ids) if counts[wanted] < 2] == []


def test_every_rule_fires_where_its_alert_is_expected() -> None:
    """In at least one case."""
    fired = {
        rule
        for case, wanted in expected("alerts")
        for alert in assess(answers(case), None)["alerts"]
        if alert["id"] == wanted
        for rule in alert["rules"]
    }
    assert [rule.id for rule in RULES if rule.id not in fired] == []


def test_every_emergency_is_seen_from_the_few_answers_of_a_frightened_person() -> None:
    """Each condition with a rule for an emergency has a case of at most three answers."""
    seen = {
        wanted
        for case, wanted in expected("alerts")
        if case["expect"].get("urgency_at_least") == "emergency" and len(case["given"]) <= FEW
    }
    emergencies = {rule.alert for rule in RULES if rule.action.urgency == "emergency"}
    assert emergencies - seen == set()


def test_the_young_get_no_probabilities_and_are_seen_soon(model: Model) -> None:
    """Whatever was answered, under 18."""
    young = [case for case in CASES if case["given"].get("age", 18) < 18]
    assert young
    for case in young:
        said = assess(answers(case), model)
        assert said["causes"] is None
        assert RANK[said["urgency"]] <= RANK["soon"]
