"""The list of versions, and the commands that change which one is served."""

import os

import pytest

from models.__main__ import main
from models.artifact import read_pointer
from models.store import promote
from models.versions import UNKNOWN, Headline, cell, headline

TOP = {"top1": 0.5, "top3": 0.75}
SCORES = {
    "all": {
        "model": {"log_loss": 1.5, "calibration_error": 0.006, "dvt_recall": 0.7, **TOP},
        "ceiling": {"log_loss": 1.25, "calibration_error": 0.005, "dvt_recall": 0.8, **TOP},
    }
}


@pytest.fixture
def good(write):
    """Saves a version that passed its gates."""
    return lambda: write(manifest={"shortfalls": [], "scores": SCORES, "cases": 3_000_000})


@pytest.fixture
def two(good):
    """Two good versions; the first was served before the second."""
    first, second = good(), good()
    promote(first)
    promote(second)
    return first, second


@pytest.fixture
def run(tmp_path, capsys):
    """Runs a command on the folder: its exit code, what it printed, and its complaint."""

    def command(*arguments):
        code = main(["--models", str(tmp_path), *arguments])
        return (code, *capsys.readouterr())

    return command


def test_the_list_shows_scores_gates_and_what_is_served(two, write, run):
    """Newest first, in lines that fit a wide terminal."""
    short = write(manifest={"shortfalls": ["Too bad."], "scores": SCORES, "cases": 1_000})
    bare = write()
    code, printed, complaint = run("list")
    assert (code, complaint) == (0, "")
    head, *lines = printed.splitlines()
    assert max(map(len, [head, *lines])) <= 110
    found = {line.split()[0]: " ".join(line.split()[3:]) for line in lines[:4]}
    assert found == {
        bare.name: "- - - - fell short",
        short.name: "1,000 0.2500 0.0060 0.7000 fell short",
        two[1].name: "served 3,000,000 0.2500 0.0060 0.7000 passed",
        two[0].name: "before 3,000,000 0.2500 0.0060 0.7000 passed",
    }
    assert list(found) == sorted(found, reverse=True)
    n = bare.name
    assert lines[0].split()[1:3] == [f"{n[:4]}-{n[4:6]}-{n[6:8]}", f"{n[9:11]}:{n[11:13]}"]


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b'{"format": 0}'])
def test_a_version_that_cannot_be_served_is_listed_with_the_reason(two, run, content):
    """A garbled manifest, or one of another format, hides no other version."""
    (two[0] / "manifest.json").write_bytes(content)
    code, printed, _ = run("list")
    assert code == 0
    (line,) = [line for line in printed.splitlines() if line.startswith(two[0].name)]
    assert "before  cannot be served: " in line
    assert two[1].name in printed


def test_a_served_model_that_would_be_refused_is_told(two, run):
    """After the list, as the service would say it."""
    (two[1] / "arrays.npz").unlink()
    code, printed, complaint = run("list")
    assert code == 1
    assert two[1].name in printed
    assert "arrays.npz" in complaint


def test_to_list_is_what_is_done_without_a_word(two, run):
    """As `supine models` does."""
    code, printed, complaint = run()
    assert (code, printed, complaint) == run("list")
    assert two[0].name in printed


def test_no_model_yet_is_no_error(run, tmp_path):
    """The list says how to make one; what is no version is not listed."""
    (tmp_path / "20261123T221100Z").mkdir()
    (tmp_path / "encoder.py").touch()
    assert run("list") == (0, f"There is no model in {tmp_path} yet; run `make train`.\n", "")


def test_a_version_is_promoted_and_rolled_back_from(two, run, tmp_path):
    """What is served then is printed."""
    code, printed, _ = run("promote", two[0].name)
    assert (code, printed) == (0, f"{two[0].name} is served now.\n")
    assert read_pointer(tmp_path).current.version == two[0].name
    code, printed, _ = run("rollback")
    assert (code, printed.split()[0]) == (0, two[1].name)
    assert read_pointer(tmp_path).current.version == two[1].name


def test_a_version_that_fell_short_is_never_promoted(two, write, run, tmp_path):
    """Nor one that was never judged; the served one stays."""
    for manifest, reason in (({"shortfalls": ["Too bad."]}, "Too bad."), ({}, "never judged")):
        folder = write(manifest=manifest)
        code, printed, complaint = run("promote", folder.name)
        assert (code, printed, complaint.count("\n")) == (1, "", 1)
        assert reason in complaint
    assert read_pointer(tmp_path).current.version == two[1].name


@pytest.mark.parametrize(
    "name", ["", "x", "current", ".", "..", "../models", "20260101T000000Z-00000000", "a" * 9999]
)
def test_a_name_that_is_no_versions_is_one_clear_line(two, run, tmp_path, name):
    """With the way to find one; nothing is done."""
    before = (tmp_path / "current").read_bytes()
    code, printed, complaint = run("promote", name)
    assert (code, printed, complaint.count("\n")) == (2, "", 1)
    assert "`make models`" in complaint
    assert len(complaint) < 300
    assert (tmp_path / "current").read_bytes() == before
    assert two[1].name.encode() in before


def test_what_cannot_be_done_is_one_clear_line(good, run, tmp_path, monkeypatch):
    """Nothing to go back to, a model that is refused, a folder that cannot be written to."""
    assert run("rollback")[2].startswith("There is no model in")
    folder = good()
    promote(folder)
    assert run("rollback") == (1, "", "No other model was served before this one.\n")
    other = good()
    (other / "arrays.npz").write_bytes(b"garbage")
    code, _, complaint = run("promote", other.name)
    assert (code, complaint.count("\n")) == (1, 1)
    assert "size" in complaint

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, _, complaint = run("promote", folder.name)
    assert (code, complaint) == (1, f"{tmp_path} cannot be used: No space left on device.\n")


@pytest.mark.parametrize(
    "arguments",
    [["lst"], ["promote"], ["promote", "a", "b"], ["list", "x"], ["--models", "/no", "list"]],
)
def test_a_bad_command_is_one_clear_line(capsys, arguments):
    """Exit code 2."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("manifest", [{}, {"scores": {}}, {"scores": {"all": {}}}])
def test_scores_that_are_not_stated_are_unknown(manifest):
    """A manifest made by hand may have none."""
    assert headline(manifest) == UNKNOWN
    assert cell(None) == "-"


def test_the_headline_is_above_the_ceiling():
    """What the exact posterior cannot know either does not count against a model."""
    assert headline({"scores": SCORES}) == Headline(0.25, 0.006, 0.7)
