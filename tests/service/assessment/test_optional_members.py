"""What a request may ask for beside the probabilities, held against asking again."""

import json
from math import log10

import pytest

from data.vocabulary import CAUSES, FINDINGS, SETTINGS, URGENCIES
from service.app import create_app

ALL = {"explain": True, "doubt": True, "steady": True}
SWELLING = {"age": 58, "leg_swelling": "one_lower_leg", "skin_warmth": True, "sex": "female"}


@pytest.fixture(scope="module")
def client(models_dir):
    """Of the service with a model that was really trained."""
    return create_app(models_dir).test_client()


@pytest.fixture
def people(cases):
    """Cases at random as a request states them, of 1 to 14 answers."""

    def some(n, seed):
        drawn = []
        for i, answers in enumerate(cases(n, seed)[1]):
            drawn.append(dict(list(answers.items())[i % 20 : i % 20 + 1 + i % 14]))
        return [case for case in drawn if case]

    return some


def ask(client, body):
    response = client.post("/v1/predict", json=body)
    assert response.status_code == 200, response.json
    return response.json


def ask_all(client, bodies):
    return client.post("/v1/predict/batch", json={"cases": bodies}).json["results"]


@pytest.fixture
def stated(to_json):
    return lambda answers: {"answers": to_json(answers)}


def probabilities(answer):
    return {entry["cause"]: entry["probability"] for entry in answer["causes"]}


def leading(answer):
    return answer["causes"][0]["cause"]


def changed(answers):
    """The same answers with one of them another, in every way, age under 18 left out."""
    for finding, given in answers.items():
        for level in FINDINGS[finding].levels:
            if level != given:
                yield finding, level, {**answers, finding: level}


@pytest.mark.parametrize("prevalence", [None, "vascular_clinic", {"sciatica": 0.5}])
def test_contributions_sum_to_the_log_odds_that_are_returned(client, people, stated, prevalence):
    """Prior and what each group adds, for each cause that is explained."""
    for case in people(60, 1):
        answer = ask(client, {**stated(case), "explain": True, "prevalence": prevalence})
        told = answer["explanation"]["causes"]
        assert [entry["cause"] for entry in told] == [c["cause"] for c in answer["causes"][:3]]
        for entry in told:
            parts = [entry["prior"], *entry["contributions"]]
            assert sum(part["decibans"] for part in parts) == pytest.approx(
                entry["total"], abs=1e-9
            )
            p = probabilities(answer)[entry["cause"]]
            assert entry["total"] == pytest.approx(10 * log10(p / (1 - p)), abs=1e-6)
            findings = [f for part in parts for f in part["findings"]]
            assert sorted(findings) == sorted(case)


def test_enough_is_enough_and_none_of_it_can_be_spared(client, people, stated):
    """These answers alone give the leading cause, and without any one of them it is another."""
    for case in people(60, 2):
        answer = ask(client, {**stated(case), "explain": True})
        kept = {finding: case[finding] for finding in answer["explanation"]["enough"]}
        assert leading(ask(client, stated(kept))) == leading(answer)
        for finding in kept:
            fewer = {f: level for f, level in kept.items() if f != finding}
            assert leading(ask(client, stated(fewer))) != leading(answer)


def test_every_figure_is_cited_and_assumptions_are_counted(client):
    """Grades A to C, sources that are listed; the share is of the amounts, prior included."""
    told = ask(client, {"answers": SWELLING, "explain": True})["explanation"]
    for entry in told["causes"]:
        parts = [entry["prior"], *entry["contributions"]]
        assumed = sum(abs(part["decibans"]) for part in parts if part["assumed"])
        total = sum(abs(part["decibans"]) for part in parts)
        assert entry["assumed_share"] == pytest.approx(assumed / total)
        for part in parts:
            assert part["grade"] in "ABC"
            assert set(part["sources"]) - {"assumption", "article"} <= set(told["sources"])
            assert part["assumed"] or "assumption" not in part["sources"]
    assert told["assumed_share"] == told["causes"][0]["assumed_share"]


def test_it_is_steady_if_no_changed_answer_changes_it(client, people, stated):
    """All changes are asked: urgency, leading cause, and the one that topples it furthest."""
    for case in people(30, 3):
        answer = ask(client, {**stated(case), "steady": True, "explain": True})
        changes = list(changed(case))
        asked = ask_all(client, [stated(other) for *_, other in changes])
        ranks = [URGENCIES.index(other["urgency"]) for other in asked]
        here = URGENCIES.index(answer["urgency"])
        urgency, cause = answer["steady"]["urgency"], answer["steady"]["leading_cause"]
        assert urgency["holds_if_any_one_answer_is_wrong"] == all(rank == here for rank in ranks)
        for turn, worst in (("falls", max(ranks)), ("rises", min(ranks))):
            moved = worst > here if turn == "falls" else worst < here
            assert (urgency[turn] or {}).get("urgency") == (URGENCIES[worst] if moved else None)
        topple = {
            f for (f, *_), o in zip(changes, asked, strict=True) if leading(o) != leading(answer)
        }
        assert set(cause["toppled_by"]) == topple
        assert cause["holds_if_any_one_answer_is_wrong"] == (not topple)
        toppled = answer["explanation"]["toppled_by"]
        assert bool(toppled) == bool(topple)
        if toppled:
            other = ask(client, stated({**case, toppled["finding"]: toppled["answer"]}))
            assert leading(other) == toppled["leading"]
            p = probabilities(other)[toppled["leading"]]
            assert toppled["probability"] == pytest.approx(p, abs=1e-9)


@pytest.mark.parametrize("given", [*SETTINGS, {"deep_vein_thrombosis": 0.3, "sciatica": 0.01}])
def test_prevalence_moves_probabilities_by_its_ratio_and_no_alert(client, people, stated, given):
    """New over old share, for every cause; the urgency may rise by it and never falls."""
    prior = probabilities(ask(client, {"answers": {}}))
    for case in people(40, 4):
        usual = ask(client, stated(case))
        answer = ask(client, {**stated(case), "prevalence": given})
        rates, p = answer["prevalence"]["rates"], probabilities(usual)
        assert sum(rates.values()) == pytest.approx(1)
        weighed = {cause: p[cause] * rates[cause] / prior[cause] for cause in CAUSES}
        total = sum(weighed.values())
        for cause, probability in probabilities(answer).items():
            assert probability == pytest.approx(weighed[cause] / total, abs=1e-9)
        assert URGENCIES.index(answer["urgency"]) <= URGENCIES.index(usual["urgency"])
        for untouched in ("alerts", "wells", "unasked", "rules_urgency", "warnings"):
            assert answer[untouched] == usual[untouched]
        if given == "primary_care":
            assert p == pytest.approx(probabilities(answer), abs=1e-9)


@pytest.mark.parametrize(
    ("option", "pointer"),
    [
        ({"prevalence": "bakery"}, "/prevalence"),
        ({"prevalence": 0.5}, "/prevalence"),
        ({"prevalence": {}}, "/prevalence"),
        ({"prevalence": {"flu": 0.5}}, "/prevalence/flu"),
        ({"prevalence": {"sciatica": 0}}, "/prevalence/sciatica"),
        ({"prevalence": {"sciatica": 1}}, "/prevalence/sciatica"),
        ({"prevalence": {"sciatica": True}}, "/prevalence/sciatica"),
        ({"prevalence": {"sciatica": 0.6, "bursitis": 0.4}}, "/prevalence"),
        ({"prevalence": dict.fromkeys(CAUSES, 0.01)}, "/prevalence"),
        ({"explain": "yes"}, "/explain"),
        ({"doubt": 1}, "/doubt"),
        ({"steady": []}, "/steady"),
        ({"explian": True}, "/explian"),
    ],
)
def test_an_option_that_does_not_fit_is_refused_where_it_stands(client, option, pointer):
    """Alone and in a batch."""
    response = client.post("/v1/predict", json={"answers": {}, **option})
    assert response.status_code == 422
    assert [problem["pointer"] for problem in response.json["errors"]] == [pointer]
    response = client.post("/v1/predict/batch", json={"cases": [{"answers": {}, **option}]})
    assert [problem["pointer"] for problem in response.json["errors"]] == [f"/cases/0{pointer}"]


def test_doubt_holds_the_probability_and_names_a_set(client, people, stated):
    """Intervals hold what is returned; set and fit only where they were measured."""
    for case in people(60, 5):
        answer = ask(client, {**stated(case), "doubt": True})
        doubt, p = answer["doubt"], probabilities(answer)
        assert [entry["cause"] for entry in doubt["intervals"]] == list(p)
        assert doubt["worlds"] == 16
        for entry in doubt["intervals"]:
            assert 0 <= entry["low"] <= p[entry["cause"]] <= entry["high"] <= 1
        if len(case) < 3:
            assert doubt["set"] is doubt["fit"] is doubt["fits"] is None
        else:
            assert doubt["set"]["causes"] == list(p)[: len(doubt["set"]["causes"])]
            assert abs(doubt["set"]["measured_coverage"] - doubt["set"]["coverage"]) < 0.05
            assert (doubt["advice"] is None) == doubt["fits"] == (doubt["fit"] >= 0.01)


def test_options_change_nothing_else_and_are_each_case_s_own(client, people, stated):
    """A batch answers each case as if it were alone, with the members it asked for alone."""
    plain = [stated(case) for case in people(30, 6)]
    wanted = [{}, ALL, {"doubt": True}, {"prevalence": "dialysis_unit"}]
    bodies = [{**case, **wanted[i % 4]} for i, case in enumerate(plain)]
    results = ask_all(client, bodies)
    assert results == [ask(client, body) for body in bodies]
    names = {"explain": "explanation", "doubt": "doubt", "steady": "steady"}
    for body, case, result in zip(bodies, plain, results, strict=True):
        extra = {names.get(option, option) for option in body if option != "answers"}
        if "prevalence" not in extra:
            assert {k: v for k, v in result.items() if k not in extra} == ask(client, case)
        assert set(result) == set(ask(client, case)) | extra


def test_an_option_that_is_false_or_null_is_not_asked_for(client):
    """To the byte."""
    off = {"explain": False, "doubt": None, "steady": False, "prevalence": None}
    bare = client.post("/v1/predict", json={"answers": SWELLING})
    assert client.post("/v1/predict", json={"answers": SWELLING, **off}).data == bare.data


def test_without_a_model_options_are_null_and_the_rules_answer(tmp_path):
    """As they would without them; so with a model that was made for less."""
    client = create_app(tmp_path).test_client()
    answer = ask(client, {"answers": SWELLING, **ALL, "prevalence": "vascular_clinic"})
    names = ("explanation", "doubt", "steady", "prevalence")
    assert [answer.pop(name) for name in names] == [None] * 4
    assert answer == ask(client, {"answers": SWELLING})


def test_answers_and_options_are_strict_json(client):
    """No NaN, and no name twice."""
    for options in ('"prevalence": {"sciatica": NaN}', '"explain": true, "explain": true'):
        body = f'{{"answers": {{}}, {options}}}'
        response = client.post("/v1/predict", data=body, content_type="application/json")
        assert response.status_code == 400
        json.loads(response.data)
