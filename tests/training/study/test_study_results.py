"""The last study: read back as it was written, or a reason why not; never the end of a run."""

import json
from dataclasses import asdict

import pytest

from training.study.study_results import FILE, Line, Plot, Study, Table, read

STUDY = Study(
    "2026-11-24",
    {"knowledge": "0" * 64},
    [Table("Candidates", "Look for the least.", ["candidate", "nats"], [["prior", "1.0"]])],
    [Plot("Curves", "Look.", "cases", "nats", True, False, [Line("flat", [1e4, 1e5], [0.2, 0.1])])],
)


def test_a_study_is_read_as_it_was_written(tmp_path):
    """And a folder without one has none."""
    assert read(tmp_path) is None
    (tmp_path / FILE).write_text(json.dumps(asdict(STUDY)))
    assert read(tmp_path) == STUDY


def changed(**changes):
    return json.dumps({**asdict(STUDY), **changes})


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        changed(tables=7),
        changed(tables=[{"title": "no more"}]),
        changed(tables=[asdict(Table("t", "c", ["a"], [["1", "2"]]))]),
        changed(plots=[{**asdict(STUDY.plots[0]), "colour": "red"}]),
        changed(plots=[{**asdict(STUDY.plots[0]), "lines": [asdict(Line("a", [1], []))]}]),
        changed(plots=[{**asdict(STUDY.plots[0]), "lines": [asdict(Line("a", ["x"], [1]))]}]),
        changed(plots=[{**asdict(STUDY.plots[0]), "lines": [asdict(Line("a", [None], [1]))]}]),
        changed(digests=5),
        "\xff",
    ],
)
def test_a_damaged_study_is_a_reason(tmp_path, content):
    """One line that names the file."""
    (tmp_path / FILE).write_bytes(content.encode("latin-1"))
    reason = read(tmp_path)
    assert isinstance(reason, str)
    assert reason.startswith(f"{FILE} cannot be read")


def test_a_study_that_is_a_folder_is_a_reason(tmp_path):
    """Whatever it is that cannot be read."""
    (tmp_path / FILE).mkdir()
    assert isinstance(read(tmp_path), str)
