"""A finding that got another id: the former one goes on working, and the answer says so."""

import json

import pandas as pd
import pytest

from data.vocabulary import RETIRED
from data.wording import WORDING
from service import assess
from service.offline.predict_file import main
from service.routes.openapi import description

NOW = {"leg_swelling": "one_lower_leg", "age": 58}
FORMER = {"swollen_leg": "one_lower_leg", "age": 58}


@pytest.fixture(autouse=True)
def another_id(monkeypatch):
    """As if leg_swelling had been called swollen_leg."""
    monkeypatch.setitem(RETIRED, "swollen_leg", "leg_swelling")


def ask(client, answers, **options):
    response = client.post("/v1/predict", json={"answers": answers, **options})
    assert response.status_code == 200, response.json
    return response.json


def test_the_answer_is_the_same_but_for_a_warning(client):
    """With the id to use from now on, behind what contradicts itself; options are kept."""
    told = {
        "findings": ["leg_swelling"],
        "detail": WORDING.service("former_id").format(former="swollen_leg", now="leg_swelling"),
    }
    for more in ({}, {"pitting_dent": "both_legs"}):
        now = ask(client, {**NOW, **more})
        former = ask(client, {**FORMER, **more})
        assert former.pop("warnings") == [*now.pop("warnings"), told]
        assert former == now
    assert "doubt" in ask(client, FORMER, doubt=True)


def test_in_a_batch_the_warning_is_that_of_the_case(client):
    """And the others have none."""
    cases = [{"answers": answers} for answers in (NOW, FORMER, {"bad": 1}, NOW)]
    response = client.post("/v1/predict/batch?on_error=skip", json={"cases": cases})
    given = [len(said["warnings"]) for said in response.json["results"] if "warnings" in said]
    assert given == [0, 1, 0]


@pytest.mark.parametrize("order", [1, -1])
def test_both_ids_at_once_are_refused(client, order):
    """Which of the two is meant would be a guess; null is no answer."""
    both = dict([*FORMER.items(), *NOW.items()][::order])
    response = client.post("/v1/predict", json={"answers": both})
    assert response.status_code == 422
    (problem,) = response.json["errors"]
    assert problem["detail"] == "leg_swelling is answered twice, by its former id too"
    assert ask(client, {**both, "swollen_leg": None})["alerts"]


def test_a_wrong_level_is_told_where_it_stands(client):
    """By the name that the caller used."""
    response = client.post("/v1/predict", json={"answers": {"swollen_leg": "yes"}})
    assert [entry["pointer"] for entry in response.json["errors"]] == ["/answers/swollen_leg"]


def test_next_knows_the_former_id_as_answered(client):
    """It is not asked again, and the same warning comes, behind what contradicts itself."""
    said = client.post("/v1/next", json={"answers": FORMER}).json
    assert "leg_swelling" not in json.dumps([screen["findings"] for screen in said["screens"]])
    for more in ({}, {"pitting_dent": "both_legs"}):
        told = client.post("/v1/next", json={"answers": {**FORMER, **more}}).json
        assert told["warnings"] == ask(client, {**FORMER, **more})["warnings"]
        assert len(told["warnings"]) == 1 + len(more)
    assert client.post("/v1/next", json={"answers": NOW}).json["warnings"] == []


def test_the_catalogue_and_the_description_name_it(client):
    """As retired and as deprecated."""
    assert client.get("/v1/findings").json["retired"] == {"swollen_leg": "leg_swelling"}
    answers = description.__wrapped__()["components"]["schemas"]["Answers"]["properties"]
    assert answers["swollen_leg"] == {**answers["leg_swelling"], "deprecated": True}


def test_a_table_with_a_former_column_is_assessed_alike(tmp_path):
    """One of them; with both it is refused."""
    now = assess(pd.DataFrame([NOW]), tmp_path)
    with pytest.warns(FutureWarning, match="swollen_leg is now called leg_swelling"):
        former = assess(pd.DataFrame([FORMER]), tmp_path)
    pd.testing.assert_frame_equal(former, now)
    with pytest.raises(ValueError, match="'leg_swelling': is there 2 times"):
        assess(pd.DataFrame([{**NOW, **FORMER}]), tmp_path)


def test_a_file_with_a_former_column_is_assessed_and_told(tmp_path, capsys):
    """On stderr, with the file's name, whether or not it is carried along beside."""
    path, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    path.write_text("swollen_leg\none_lower_leg\n", "utf-8")
    for keep in ([], ["--keep", "swollen_leg"]):
        assert main([str(path), str(out), "--force", "--models", str(tmp_path), *keep]) == 0
        assert f"{path}: swollen_leg is now called leg_swelling" in capsys.readouterr().err
        assert "same_day" in out.read_text("utf-8")
