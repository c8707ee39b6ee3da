"""DataFrames of cases: the same answers as by HTTP, and each of them that of its row."""

import numpy as np
import pandas as pd
import pytest

from data.vocabulary import CAUSES, FINDINGS
from service import assess
from service.app import create_app
from service.offline.frame import RowsDoNotFit


@pytest.fixture
def table(cases, to_json):
    """Cases at random as a table with all columns, and as a request states them."""
    stated = [to_json(answers) for answers in cases(60, seed=3)[1]]
    return pd.DataFrame(stated, columns=list(FINDINGS)), stated


def same(row, answer):
    assert row["urgency"] == answer["urgency"]
    assert row["urgency_settled"] == answer["urgency_settled"]
    fired = [rule for alert in answer["alerts"] for rule in alert["rules"]]
    assert row["rules"] == " ".join(fired)
    for entry in answer["causes"]:
        assert row[entry["cause"]] == pytest.approx(entry["probability"], abs=1e-12)
    assert row["likeliest"] == answer["causes"][0]["cause"]


def test_a_table_is_answered_as_by_http(table, models_dir):
    """Row by row, under the index that it has."""
    frame, stated = table
    frame.index = [f"patient {i}" for i in range(len(frame))]
    client = create_app(models_dir).test_client()
    bodies = [{"answers": answers} for answers in stated]
    results = client.post("/v1/predict/batch", json={"cases": bodies}).json["results"]
    said = assess(frame, models_dir)
    assert list(said.index) == list(frame.index)
    for (_, row), answer in zip(said.iterrows(), results, strict=True):
        same(row, answer)


def test_a_wrong_table_names_every_place(models_dir):
    """Rows counted from 0, with their index, of which nothing is printed as it stands."""
    frame = pd.DataFrame({"age": [58, 7000], "sex": ["fmale", None]}, index=["a", "b\x1b[2J"])
    with pytest.raises(RowsDoNotFit) as caught:
        assess(frame, models_dir)
    first, second = str(caught.value).splitlines()
    assert first.startswith("row 0 (index 'a'), sex: must be one of female, male, or empty")
    assert second.startswith("row 1 (index 'b\\x1b[2J'), age: must be a whole number from 0 to 120")


def test_without_a_model_the_rules_answer(tmp_path):
    """Probabilities are missing."""
    said = assess(pd.DataFrame({"leg_swelling": ["one_lower_leg"]}), tmp_path)
    assert said["urgency"].tolist() == ["same_day"]
    assert said[list(CAUSES)].isna().all(axis=None)


A = pd.DataFrame({"patient": ["A"], "leg_swelling": ["one_lower_leg"], "breath_chest": [None]})
B = pd.DataFrame({"patient": ["B"], "breath_chest": ["sudden_breath_chest_collapse"]})


def test_frames_put_together_keep_each_row_s_own_answer(tmp_path):
    """Two rows of the same label are two rows; a name to keep is one column, however given."""
    for keep in ("patient", ["patient"], ("patient", "patient"), pd.Index(["patient"])):
        said = assess(pd.concat([A, B]), tmp_path, keep=keep)
        assert list(said.index) == [0, 0]
        assert said[["patient", "urgency"]].to_numpy().tolist() == [
            ["A", "same_day"],
            ["B", "emergency"],
        ]


def test_a_column_to_keep_is_one_that_is_there_and_that_the_answer_has_not(tmp_path):
    """Else it is refused in plain words; it may be named by anything, and hold anything."""
    for name in ("urgency", "rules", "model", "sciatica"):
        with pytest.raises(RowsDoNotFit, match=f"'{name}': the answer has one of that name"):
            assess(A.rename(columns={"patient": name}), tmp_path, keep=name)
    with pytest.raises(RowsDoNotFit, match="'name': to be kept, but not there"):
        assess(A, tmp_path, keep=["patient", "name"])
    with pytest.raises(RowsDoNotFit, match="'patient': is there 2 times"):
        assess(pd.concat([A, A[["patient"]]], axis=1), tmp_path, keep="patient")
    for name in (5, ("a", "b"), np.nan, "x\n\x1b[2J"):
        frame = A.rename(columns={"patient": name}).assign(day=pd.Timestamp("2026-11-29"))
        said = assess(frame, tmp_path, keep=["day", name])
        assert list(said.columns[:2]) == ["day", name]
        assert said.iloc[0, 1] == "A"
        assert said["day"].dtype == frame["day"].dtype
        with pytest.raises(RowsDoNotFit) as refused:
            assess(frame, tmp_path)
        assert all(line.isprintable() for line in str(refused.value).splitlines())


def test_a_finding_that_is_kept_is_read_all_the_same(tmp_path):
    """To carry an answer along must not silence its alert."""
    said = assess(A, tmp_path, keep=["patient", "leg_swelling"])
    assert said.loc[0, ["leg_swelling", "urgency"]].tolist() == ["one_lower_leg", "same_day"]


def test_values_are_taken_by_their_types(tmp_path):
    """NumPy's as Python's, whatever stands for missing as unknown, text as in a CSV."""
    told = {"age": 58, "skin_warmth": True, "leg_swelling": "one_lower_leg"}
    expected = assess(pd.DataFrame([told]), tmp_path)
    for age in (58.0, np.int8(58), np.float64(58), "58", " 58,0 "):
        for warm in (np.True_, "yes", "TRUE"):
            for missing in (None, pd.NA, pd.NaT, np.nan, "", " "):
                row = {**told, "age": age, "skin_warmth": warm, "sex": missing, "bmi": missing}
                frame = pd.DataFrame([row], dtype=object)
                pd.testing.assert_frame_equal(assess(frame, tmp_path), expected)
    with pytest.raises(RowsDoNotFit, match="age: must be a whole number"):
        assess(pd.DataFrame({"age": [58.5]}), tmp_path)


def test_a_thousand_problems_are_enough(tmp_path):
    """More are counted."""
    with pytest.raises(RowsDoNotFit) as refused:
        assess(pd.DataFrame({"age": [7000] * 1500}), tmp_path)
    lines = str(refused.value).splitlines()
    assert len(lines) == 1001
    assert lines[-1] == "and 500 more"
