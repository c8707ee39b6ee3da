"""Two models side by side: the scores, and exactly the clinicians' cases that moved."""

from dataclasses import replace

import numpy as np
import pytest

from data.clinicians import FOLDER
from data.vocabulary import CAUSES
from models.artifact import load
from models.encoder import FIRST_ROW, ROWS
from models.model import Care, Model
from service.assessment.assess import assess
from training.judge.compare import compare, effect, full, main, served_by
from training.run import train

VERSION = "20260101T000000Z-0000000"
SCORES = {
    "all": {
        "model": {"log_loss": 1.5, "calibration_error": 0.006, "dvt_recall": 0.7},
        "ceiling": {"log_loss": 1.25, "calibration_error": 0.005, "dvt_recall": 0.8},
    }
}


@pytest.fixture
def model():
    """A model at random that is not too sure of anything."""
    rng = np.random.default_rng(4)
    weights = rng.normal(0, 0.3, (ROWS, len(CAUSES)))
    weights[FIRST_ROW] = 0
    care = {cause: Care("soon", 0.3) for cause in CAUSES}
    manifest = {"scores": SCORES, "knowledge": "0"}
    return Model(f"{VERSION}1", manifest, care, weights, np.zeros(16), np.arange(16))


def leaning(model, cause, by):
    """The same model, but for the prior of one cause."""
    intercept = model.intercept + by * (np.arange(16) == list(CAUSES).index(cause))
    return replace(model, version=f"{VERSION}2", intercept=intercept)


def test_a_model_compared_with_itself_moves_no_case(model):
    """Though it is asked all of them, the children too."""
    cases = compare(model, model)
    written = sum(path.read_text("utf-8").count("[[case]]") for path in FOLDER.glob("*.toml"))
    assert len(cases) == written > 100
    assert not any(case.moved for case in cases)
    assert {len(case.before.causes) for case in cases} == {0, 16}
    assert f"\n0 of {written} clinicians' cases moved" in full(model, model)


@pytest.mark.parametrize("by", [0.2, 0.6, -3.0])
def test_a_case_has_moved_if_anyone_would_notice(model, by):
    """Another urgency, another first cause, or a probability more than 5 points away."""
    other = leaning(model, "bursitis", by)
    cases = compare(model, other)
    for case in cases:
        was, now = case.before, case.after
        far = [abs(now.causes[cause] - p) > 0.05 for cause, p in was.causes.items()]
        first = list(was.causes)[:1] != list(now.causes)[:1]
        assert case.moved == (was.urgency != now.urgency or first or any(far))
    moved = [case.moved for case in cases]
    assert moved == sorted(moved, reverse=True)
    assert 0 < sum(moved) < len(moved)


def test_what_is_compared_is_the_whole_answer(model):
    """As the service would give it, rules included."""
    said = assess({"leg_swelling": "one_lower_leg"}, model)
    (case,) = [case for case in compare(model, model) if "thicker than the other" in case.name]
    assert case.before.urgency == said["urgency"] == "same_day"
    expected = {entry["cause"]: entry["probability"] for entry in said["causes"]}
    assert list(case.before.causes.items()) == list(expected.items())


def test_each_case_that_moved_is_printed_with_what_moved(model):
    """Urgency, and from which probability to which."""
    other = leaning(model, "bursitis", 1.0)
    printed = full(model, other).splitlines()
    moved = [case for case in compare(model, other) if case.moved]
    assert printed[-2 * len(moved) :: 2] == [f"  {case.name}" for case in moved]
    for case, line in zip(moved, printed[1 - 2 * len(moved) :: 2], strict=True):
        was, now = case.before.causes["bursitis"], case.after.causes["bursitis"]
        assert f"bursitis {was:.1%} -> {now:.1%}" in line
        assert (f"{case.before.urgency} -> {case.after.urgency}" in line) == (
            case.before.urgency != case.after.urgency
        )


def test_scores_and_thresholds_stand_side_by_side(model):
    """And a difference of knowledge is told."""
    care = {**model.care, "sciatica": Care("same_day", 0.1)}
    manifest = {**model.manifest, "knowledge": "1"}
    other = replace(model, version=f"{VERSION}2", care=care, manifest=manifest)
    printed = full(model, other)
    assert "0.2500                     0.2500" in printed
    assert "Thresholds: sciatica soon from 30.0% -> same_day from 10.0%." in printed
    assert "Each knows other figures" in printed
    assert "Thresholds" not in full(model, model)
    assert "Each knows" not in full(model, model)


@pytest.fixture
def pair(copy, world, monkeypatch):
    """The promoted version of a folder, and another one in it that learnt less."""
    monkeypatch.setattr("training.run.shortfalls", lambda _: [])
    return copy, train(world, 2_000, 9, 1_000, copy.parent, promote=False).folder


def test_the_effect_of_a_training_fits_into_some_lines(pair):
    """Those of the cases that moved most; nothing where no model was served."""
    served, new = pair
    before = served_by(served.parent)
    assert before
    for most in (5, 9):
        lines = effect(before, new, most)
        assert len(lines) == most
        assert served.name in lines[0]
        assert " clinicians' cases moved" in lines[1]
        assert all("->" in line for line in lines[2:])
    names = [line[2:20] for line in lines[2:]]
    assert names == [case.name[:18] for case in compare(before, load(new))][:7]
    assert effect(None, new, 9) == []


def test_a_training_that_moves_nothing_shows_the_largest_change(pair):
    """However small it is."""
    served, _ = pair
    first, count, largest = effect(served_by(served.parent), served, 9)
    assert first.startswith(f"Against {served.name}: excess log loss")
    assert count.startswith("0 of ")
    assert "->" in largest


def test_a_folder_without_a_model_that_can_be_served_has_none(copy, tmp_path):
    """So there is nothing to compare with."""
    assert served_by(tmp_path / "nowhere") is None
    (copy / "manifest.json").unlink()
    assert served_by(copy.parent) is None


def test_two_versions_are_compared_by_name(pair, capsys):
    """As `make compare` does it."""
    assert main(["--models", str(pair[0].parent), *(folder.name for folder in pair)]) == 0
    printed = capsys.readouterr().out
    assert all(folder.name in printed for folder in pair)


@pytest.mark.parametrize(
    "names", [[], ["A"], ["A", ""], ["", ""], ["A", "x"], ["A", ".."], ["A", "A", "A"]]
)
def test_what_is_no_pair_of_versions_is_one_clear_line(copy, capsys, names):
    """With exit code 2 and the way to find them."""
    named = [copy.name if name == "A" else name for name in names]
    assert main(["--models", str(copy.parent), *named]) == 2
    printed, complaint = capsys.readouterr()
    assert (printed, complaint.count("\n")) == ("", 1)
    assert "`make models`" in complaint


def test_a_version_that_would_not_load_is_one_clear_line(copy, capsys):
    """It is judged before it is opened, here too."""
    (copy / "arrays.npz").write_bytes(b"garbage")
    assert main(["--models", str(copy.parent), copy.name, copy.name]) == 1
    assert "arrays.npz" in capsys.readouterr().err
