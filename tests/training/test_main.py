"""The command line: one clear line for what cannot be, and the exit codes."""

import sys
from pathlib import Path

import pytest

import data.build
import training.run
from models.artifact import load_current
from training.__main__ import main


@pytest.fixture
def run(monkeypatch, tmp_path, world):
    """Runs the command with arguments, in an empty folder, on the small world."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(data.build, "load_world", lambda: world)

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["training", *arguments])
        return main()

    return command


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--cases", "0"], "1,000 or more"),
        (["--cases", "999"], "1,000 or more"),
        (["--cases", "many"], "whole number"),
        (["--cases", "1e6"], "whole number"),
        (["--cases", "-5"], "--cases"),
        (["--cases"], "--cases"),
        (["--test-cases", "10"], "1,000 or more"),
        (["--seed", "-1"], "0 or more"),
        (["--seed", "x"], "whole number"),
        (["--models", "file"], "folder"),
        (["--models", "file/below"], "folder"),
        (["--verbose"], "--verbose"),
        (["--model", "forest"], "augmented"),
        (["--data", "none.csv"], "--data: must be a file"),
        (["--data", "file"], ".csv or .parquet"),
        (["--weight", "0"], "above 0, at most 100"),
        (["--weight", "nan"], "above 0, at most 100"),
        (["--weight", "much"], "above 0, at most 100"),
        (["extra"], "extra"),
    ],
)
def test_a_bad_value_is_one_clear_line_before_any_work(
    run, capsys, monkeypatch, tmp_path, arguments, words
):
    """Exit code 2, and nothing is read or drawn."""
    (tmp_path / "file").touch()
    monkeypatch.setattr(data.build, "load_world", lambda: pytest.fail("work was done"))
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line


def test_help_names_every_option_with_its_default(run, capsys):
    """In plain words."""
    with pytest.raises(SystemExit) as ended:
        run("--help")
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert all(option in text for option in ("--cases", "--seed", "--data", "--models"))
    assert "6,000,000" in text


def test_a_good_run_prints_the_table_and_ends_with_zero(run, capsys):
    """And the model is served."""
    assert run("--cases", "400000", "--test-cases", "4000", "--models", "here") == 0
    output = capsys.readouterr().out
    assert "ceiling" in output
    assert load_current(Path("here")).version in output.splitlines()[-1]


@pytest.mark.parametrize("short", [[], ["It is too bad."]])
def test_a_run_ends_with_what_it_changed(run, capsys, monkeypatch, short):
    """In its last ten lines, promoted or not: scores, and the cases that moved most."""
    few = ("--cases", "5000", "--test-cases", "1000", "--models", "here")
    monkeypatch.setattr(training.run, "shortfalls", lambda _: [])
    assert run(*few) == 0
    assert "Against" not in capsys.readouterr().out
    first = load_current(Path("here")).version
    monkeypatch.setattr(training.run, "shortfalls", lambda _: short)
    assert run("--seed", "2", *few) == len(short)
    last = capsys.readouterr().out.splitlines()[-10:]
    while not last[0].startswith("Against"):
        last.pop(0)
    assert first in last[0]
    assert "clinicians' cases moved" in last[1]
    assert "->" in last[2]


def test_a_run_that_falls_short_says_why_and_where_it_is_kept(run, capsys):
    """Exit code 1: a thousand cases are too few."""
    assert run("--cases", "1000", "--test-cases", "1000") == 1
    output = capsys.readouterr().out
    assert "Not promoted:\nLog loss is" in output
    (kept,) = [path for path in Path("models").iterdir() if path.is_dir()]
    assert str(kept) in output
    assert not Path("models/current").exists()


def test_an_interrupted_run_says_so_in_one_line(run, capsys, monkeypatch):
    """Exit code 130, no traceback."""

    def interrupted(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(training.run, "train", interrupted)
    assert run() == 130
    assert capsys.readouterr().err.splitlines()[-1].startswith("Stopped.")


@pytest.mark.parametrize("problem", [OSError("disk full"), ValueError("no case of x was drawn")])
def test_a_run_that_cannot_go_on_says_why_in_one_line(run, capsys, monkeypatch, problem):
    """Exit code 1, no traceback."""

    def failing(*_args, **_options):
        raise problem

    monkeypatch.setattr(training.run, "train", failing)
    assert run() == 1
    assert capsys.readouterr().err.splitlines()[-1] == f"No model was trained: {problem}"


def test_a_file_of_own_cases_that_cannot_be_used_is_told_before_any_work(run, capsys, monkeypatch):
    """Every place of it, and nothing is trained."""
    Path("own.csv").write_text("cause,fever_chills\nmigraine,true\nsciatica,often\n")
    monkeypatch.setattr(data.build, "load_world", lambda: pytest.fail("work was done"))
    assert run("--data", "own.csv") == 1
    error = capsys.readouterr().err
    assert "line 2, cause" in error
    assert "line 3, fever_chills" in error


def test_own_cases_are_told_of(run, capsys):
    """What they did to those of them that were held out."""
    Path("own.csv").write_text("cause,fever_chills\n" + "sciatica,no\n" * 30)
    few = ("--cases", "5000", "--test-cases", "1000", "--models", "here")
    run("--data", "own.csv", "--weight", "2", *few)
    output = capsys.readouterr().out
    assert "30 own cases, weight 2" in output
    assert "held out" in output
