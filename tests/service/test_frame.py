"""Tables of cases: the same answers as by HTTP, and no row lost."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from data.vocabulary import CAUSES, FINDINGS
from service import assess
from service.app import create_app
from service.frame import RowsDoNotFit

ROOT = Path(__file__).parents[2]


@pytest.fixture
def table(cases, to_json):
    """Cases at random as a table with all columns, and as a request states them."""
    stated = [to_json(answers) for answers in cases(60, seed=3)[1]]
    return pd.DataFrame(stated, columns=list(FINDINGS)), stated


def run(*words, models):
    command = [
        sys.executable,
        "-m",
        "service",
        "predict",
        *map(str, words),
        "--models",
        str(models),
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


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


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_is_answered_as_a_table(table, models_dir, tmp_path, ending):
    """CSV and Parquet, in and out, with the columns to carry along."""
    frame, _ = table
    frame = frame.assign(patient=[f"p{i}" for i in range(len(frame))])
    path, out = tmp_path / f"cases.{ending}", tmp_path / f"out.{ending}"
    if ending == "csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path, index=False)
    done = run(path, out, "--keep", "patient", models=models_dir)
    assert done.returncode == 0, done.stderr
    read = pd.read_csv(out, keep_default_na=False) if ending == "csv" else pd.read_parquet(out)
    expected = assess(frame, models_dir, keep=["patient"])
    assert list(read["patient"]) == list(frame["patient"])
    assert list(read["row"]) == list(range(2, 62) if ending == "csv" else range(1, 61))
    assert list(read["urgency"]) == list(expected["urgency"])
    for cause in CAUSES:
        assert read[cause].to_numpy() == pytest.approx(expected[cause].to_numpy(), abs=1e-12)
    assert not list(tmp_path.glob("*.rejected.csv"))


def test_rows_that_do_not_fit_are_told_and_kept(models_dir, tmp_path):
    """Line and column, every problem; the others are answered, on the standard output."""
    path = tmp_path / "cases.csv"
    path.write_text("age,leg_swelling,skin_warmth\n58,one_lower_leg,yes\n999,one_leg,maybe\n,,\n")
    done = run(path, models=models_dir)
    assert done.returncode == 2
    assert "row 3: age: " in done.stderr
    assert "leg_swelling: " in done.stderr
    assert "skin_warmth: " in done.stderr
    assert "row 2" not in done.stderr
    kept = pd.read_csv(tmp_path / "cases.rejected.csv", dtype=str)
    assert list(kept["row"]) == ["3"]
    assert list(kept["age"]) == ["999"]
    lines = done.stdout.splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [["2", "same_day"], ["4", "undetermined"]]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cases.csv", "agee\n58\n", "column agee: no such finding; did you mean age?"),
        ("cases.csv", "", "No columns"),
        ("cases.txt", "age\n58\n", "must end in .csv or .parquet"),
        ("cases.parquet", "age\n58\n", "arquet"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(models_dir, tmp_path, name, content, said):
    """In one line, and nothing is written."""
    path = tmp_path / name
    path.write_text(content)
    done = run(path, models=models_dir)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert not done.stdout
    assert "Traceback" not in done.stderr


def test_a_wrong_table_names_every_place(models_dir):
    """Rows by their index."""
    frame = pd.DataFrame({"age": [58, 7000], "sex": ["fmale", None]}, index=["a", "b"])
    with pytest.raises(RowsDoNotFit) as caught:
        assess(frame, models_dir)
    assert "row a, sex: " in str(caught.value)
    assert "row b, age: " in str(caught.value)


def test_without_a_model_the_rules_answer(tmp_path):
    """Probabilities are missing."""
    said = assess(pd.DataFrame({"leg_swelling": ["one_lower_leg"]}), tmp_path)
    assert said["urgency"].tolist() == ["same_day"]
    assert said[list(CAUSES)].isna().all(axis=None)
