"""A clinic's own cases: a file that is read whole or refused, and a run that takes it in."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import training.run
from data.vocabulary import CAUSES, FINDINGS
from models.artifact import load
from tests.training.conftest import SmallWorld
from training import open_pipeline
from training.judge.gates import harm
from training.judge.held_out import held_out
from training.learn import site_file
from training.learn.pipeline import KINDS
from training.learn.site_data import SiteData, adapted, predicted
from training.learn.site_file import (
    BLOCK,
    COLUMNS,
    DOCS,
    EMPTY,
    SiteFileError,
    layout,
    read,
    template,
)
from training.run import train

ROW = "true,67,32.5,one_lower_leg,deep_vein_thrombosis"
HEAD = "fever_chills,age,bmi,leg_swelling,cause"


@pytest.fixture
def file(tmp_path):
    """Writes a CSV file."""

    def write(*lines, name="own.csv"):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return write


def own_of(world, n, seed=5):
    cases = world.sample(n, np.random.default_rng(seed))
    return SiteData(cases.codes, cases.cause)


def test_a_file_is_read_as_answers_are(file):
    """Levels, numbers, yes and no; what is empty, or has no column, is unknown."""
    own = read(file(HEAD, ROW, "no,,,,sciatica", "YES,18,,none,sciatica", *["", ROW] * 3))
    assert len(own.cause) == 6
    assert [list(CAUSES)[i] for i in own.cause[:2]] == ["deep_vein_thrombosis", "sciatica"]
    column = {name: own.codes[:, FINDINGS[name].index].tolist() for name in HEAD.split(",")[:-1]}
    assert column["fever_chills"][:3] == [2, 1, 2]
    assert column["age"][:3] == [FINDINGS["age"].code("60-69"), 0, FINDINGS["age"].code("18-29")]
    assert column["bmi"][:2] == [FINDINGS["bmi"].code("30-34.9"), 0]
    assert column["leg_swelling"][:2] == [FINDINGS["leg_swelling"].code("one_lower_leg"), 0]
    assert own.codes[1].astype(bool).sum() == 1


def test_parquet_says_the_same_as_csv(file, tmp_path):
    """With types, and nulls for what is unknown."""
    as_csv = read(file(HEAD, *[ROW] * 4, "no,,,,sciatica"))
    columns = {
        "fever_chills": [True] * 4 + [False],
        "age": [67] * 4 + [None],
        "bmi": [32.5] * 4 + [None],
        "leg_swelling": ["one_lower_leg"] * 4 + [None],
        "cause": ["deep_vein_thrombosis"] * 4 + ["sciatica"],
    }
    pq.write_table(pa.table(columns), tmp_path / "own.parquet")
    as_parquet = read(tmp_path / "own.parquet")
    assert (as_csv.codes == as_parquet.codes).all()
    assert (as_csv.cause == as_parquet.cause).all()
    assert as_csv.digest != as_parquet.digest


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["fever,age", "true,40"], ["no column cause"]),
        (["fatigue,fatigue,cause", ROW], ["'fatigue': is there 2 times"]),
        (
            ["fatige,cause", "true,sciatica"],
            ["'fatige': there is no such column; did you mean fatigue?"],
        ),
        ([HEAD, "maybe,40,20,none,sciatica"], ["line 2, fever_chills: must be yes, no"]),
        ([HEAD, *[ROW] * 5, "true,17,20,none,sciatica"], ["line 7, age: must be 18 or more"]),
        (
            [HEAD, "true,x,nan,none,sciatica"],
            ["line 2, age: must be a whole number", "line 2, bmi: must be a number"],
        ),
        ([HEAD, "true,40,20,left,gout"], ["line 2, leg_swelling: must be one", "line 2, cause"]),
        ([HEAD, "true,40"], ["line 2: has 2 values for 5 columns"]),
        ([HEAD, ROW], ["it has 1 cases; at least 5"]),
        ([""], ["no column cause"]),
        (['"fever,cause'], ["cannot be read"]),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_every_place(file, lines, words):
    """And nothing of it is used."""
    with pytest.raises(SiteFileError) as refused:
        read(file(*lines))
    assert all(each in str(refused.value) for each in words)


def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path):
    """Bytes that are no text, and a table that is none."""
    for name in ("own.csv", "own.parquet"):
        (tmp_path / name).write_bytes(b"\xff\xfe\x00PAR1")
        with pytest.raises(SiteFileError, match="cannot be read"):
            read(tmp_path / name)


def test_numbers_are_read_as_everywhere(file):
    """Digits of any script, a decimal comma; and nothing that could be another number."""
    wide = "".join(chr(0xFF10 + int(digit)) for digit in "67")
    own = read(file(HEAD, *[f'true,{wide},"32,5",none,sciatica'] * 5))
    assert own.codes[0, FINDINGS["age"].index] == FINDINGS["age"].code("60-69")
    assert own.codes[0, FINDINGS["bmi"].index] == FINDINGS["bmi"].code("30-34.9")
    for age, words in (
        ("5_8", "whole number"),
        ("58.5", "whole number"),
        ("1.958", "fewer digits"),
    ):
        with pytest.raises(SiteFileError, match=f"line 2, age: .*{words}") as refused:
            read(file("age,cause", f"{age},sciatica", *["58,sciatica"] * 5))
        assert "null" not in str(refused.value)


def test_too_many_cases_are_refused_before_they_are_held(file, tmp_path, monkeypatch):
    """By what a Parquet file says of itself, and while a CSV is read."""
    monkeypatch.setattr(site_file, "MOST", 10)
    lines = ["age,cause", *["58,sciatica"] * 10]
    assert len(read(file(*lines)).cause) == 10
    columns = {"age": [58] * 11, "cause": ["sciatica"] * 11}
    pq.write_table(pa.table(columns), tmp_path / "own.parquet")
    monkeypatch.setattr(site_file, "_case", lambda *_: pytest.fail("a row was read"))
    with pytest.raises(SiteFileError, match="more than 10 cases"):
        read(tmp_path / "own.parquet")
    monkeypatch.undo()
    monkeypatch.setattr(site_file, "MOST", 10)
    with pytest.raises(SiteFileError, match="more than 10 cases"):
        read(file(*lines, "58,sciatica", '"'))  # the rest is not looked at


def test_a_thousand_problems_are_enough_and_printed_without_harm(file):
    """More are counted; a name takes hold of no terminal and begins no line."""
    for lines in (
        ["age,cause", *["x,sciatica"] * 1500],
        [",".join([*(f"c{i}" for i in range(1499)), "c\x1b[2J", "cause"])],
    ):
        with pytest.raises(SiteFileError) as refused:
            read(file(*lines))
        told = str(refused.value).splitlines()
        assert len(told) == 1 + 1000 + 1
        assert told[-1] == "and 500 more"
    with pytest.raises(SiteFileError, match="line 1") as refused:
        read(file('"a\nb\x1b[2J",cause'))
    assert all(line.isprintable() for line in str(refused.value).splitlines())
    assert len(str(refused.value).splitlines()) == 2


def test_the_docs_have_the_columns():
    """`make docs` writes them, and the empty file, which can be filled in."""
    assert BLOCK.search(DOCS.read_text("utf-8"))[0] == layout() + "\n"
    assert EMPTY.read_text("utf-8") == template()
    assert all(f"| `{name}` |" in layout() for name in COLUMNS)


def test_a_run_takes_them_in_and_says_what_they_did(world, tmp_path, monkeypatch):
    """Pipeline and arrays still agree; the file's digest and the folds' scores are kept."""
    monkeypatch.setattr(training.run, "shortfalls", lambda _: [])
    own = SiteData(
        *[getattr(own_of(world, 200), name) for name in ("codes", "cause")], digest="d" * 64
    )
    plain = train(world, 20_000, 1, 2_000, tmp_path / "plain")
    result = train(world, 20_000, 1, 2_000, tmp_path / "own", own=own, weight=3.0)
    model, before = load(result.folder), load(plain.folder)
    pipeline = open_pipeline(result.folder)
    assert np.allclose(model.predict_proba(own.codes), pipeline["model"].predict_proba(own.codes))
    assert not np.allclose(model.weights, before.weights)
    expected = adapted(
        {name: getattr(before, name) for name in ("weights", "intercept", "cause")}, own, 3.0
    )
    assert np.array_equal(model.weights, expected["weights"])
    manifest = json.loads((result.folder / "manifest.json").read_text())
    assert manifest["own"]["sha256"] == "d" * 64
    assert (manifest["own"]["cases"], manifest["own"]["weight"]) == (200, 3.0)
    for page in ("report.html", "card.md"):
        assert "own cases" in (result.folder / page).read_text("utf-8")
        assert "own cases" not in (plain.folder / page).read_text("utf-8")


def test_own_cases_of_another_world_help_and_too_much_weight_does_harm(world, trained, tmp_path):
    """What makes held-out own cases worse beyond chance is not promoted, and told with a remedy."""
    other = SmallWorld()
    rng = np.random.default_rng(7)
    other.tables = [
        (table + rng.dirichlet(np.ones(table.shape[1]), size=32)) / 2 for table in world.tables
    ]
    many, few = own_of(other, 3_000), own_of(world, 100)
    arrays = {n: getattr(load(trained.folder), n) for n in ("weights", "intercept", "cause")}
    held = held_out(arrays, many, 1.0, 1)
    assert held.change.mean + 1.96 * held.change.error < 0
    assert held.with_own == pytest.approx(held.without + held.change.mean)
    assert harm(held) == []
    result = train(world, 400_000, 1, 4_000, tmp_path, own=few, weight=100.0)
    assert result.own.change.mean > 0
    assert not result.promoted
    assert "WEIGHT" in result.shortfalls[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_model_can_be_trained(world, tmp_path, monkeypatch, kind):
    """Its manifest names it, and what serves gives what was learnt."""
    monkeypatch.setattr(training.run, "shortfalls", lambda _: [])
    result = train(world, 20_000, 1, 2_000, tmp_path, kind=kind)
    model = load(result.folder)
    assert model.manifest["kind"] == kind
    codes = own_of(world, 50).codes
    proba = open_pipeline(result.folder)["model"].predict_proba(codes)
    assert np.allclose(predicted({n: getattr(model, n) for n in ("weights", "intercept", "cause")},
                                 codes), proba)  # fmt: skip
    assert len(model.cause) == {"flat": 16}.get(kind, len(model.cause))
