"""What is written is there whole or not at all, and promoting is one replaced file."""

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

from models.artifact import ModelRefused, load_current
from models.store import promote


def test_a_version_is_named_by_its_time_and_its_digest(folder):
    """UTC to the second, and the first eight digits of the arrays' digest."""
    manifest = json.loads((folder / "manifest.json").read_text())
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{8}", folder.name)
    assert manifest["files"]["arrays.npz"]["sha256"].startswith(folder.name[-8:])
    assert manifest["version"] == folder.name


def test_nothing_but_the_version_and_the_pointer_is_left_behind(folder):
    """No scratch files."""
    assert {path.name for path in folder.parent.iterdir()} == {folder.name, "current"}
    assert {path.name for path in folder.iterdir()} == {
        "arrays.npz",
        "manifest.json",
        "model.joblib",
    }


def test_the_same_numbers_twice_in_a_second_get_two_folders(write):
    """Nothing that was saved is overwritten."""
    assert len({write() for _ in range(3)}) == 3


def test_a_manifest_has_one_entry_a_line(folder):
    """So that a person can look at it and compare two."""
    lines = (folder / "manifest.json").read_text().splitlines()
    assert len(lines) == 2 + len(json.loads((folder / "manifest.json").read_text()))


def test_a_version_that_would_not_load_is_not_promoted(folder, write):
    """The served model stays."""
    broken = write(arrays={"intercept": np.full(40, np.nan)})
    with pytest.raises(ModelRefused, match="finite"):
        promote(broken)
    assert load_current(folder.parent).version == folder.name


class Failing:
    """Stands in for a function; fails at its call number `at`."""

    def __init__(self, real, at):
        self.real, self.at, self.calls = real, at, 0

    def __call__(self, *args, **kwargs):
        self.calls += 1
        if self.calls == self.at:
            raise OSError("disk full")
        return self.real(*args, **kwargs)


@pytest.mark.parametrize(("owner", "name"), [(os, "fsync"), (Path, "replace"), (Path, "open")])
def test_a_disk_that_fails_at_any_step_leaves_the_served_model(
    folder, write, monkeypatch, owner, name
):
    """Every call to open, fsync and replace fails in turn, in saving and in promoting."""
    outcomes = []
    for at in range(1, 50):
        failing = Failing(getattr(owner, name), at)
        try:
            with monkeypatch.context() as patch:
                patch.setattr(owner, name, lambda *a, f=failing, **k: f(*a, **k))
                promote(write())
        except (OSError, ModelRefused):
            assert failing.calls >= at
        else:
            break
        assert not [path for path in folder.parent.iterdir() if path.name.startswith(".")]
        outcomes.append(load_current(folder.parent).version == folder.name)
    assert outcomes
    assert all(outcomes[:-1])  # the last fsync comes when the pointer is already replaced
    assert outcomes[-1] or name == "fsync"
    assert load_current(folder.parent).version != folder.name
