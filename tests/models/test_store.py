"""What is written is there whole or not at all, and promoting is one replaced file."""

import fcntl
import hashlib
import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

import models.store
from models.artifact import ModelMissing, ModelRefused, load_current, read_pointer
from models.store import NothingBefore, promote, rollback


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
        "card.md",
        "manifest.json",
        "model.joblib",
    }


def test_what_people_read_of_a_version_is_a_part_of_it(folder):
    """It can name the version and its files, and the manifest has its digest."""
    content = (folder / "card.md").read_bytes()
    assert content.decode() == f"{folder.name}: arrays.npz, model.joblib\n"
    stated = json.loads((folder / "manifest.json").read_text())["files"]["card.md"]
    assert stated == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def test_the_same_numbers_twice_in_a_second_get_two_folders(write):
    """Nothing that was saved is overwritten."""
    assert len({write() for _ in range(3)}) == 3


class Clock(datetime):
    """A clock that shows what it is set to."""

    shows: datetime

    @classmethod
    def now(cls, tz=None):
        return cls.shows.astimezone(tz)


@pytest.mark.parametrize("year", [1, 1999, 2025, 2099, 9998])
def test_versions_are_in_order_however_the_clock_is_set(folder, write, monkeypatch, year):
    """The newest is never pruned as the oldest, and can be promoted; nor are those after it."""
    monkeypatch.setattr(models.store, "KEPT", 4)
    monkeypatch.setattr(models.store, "datetime", Clock)
    saved = [folder.name]
    for shows in (year, year, 2026, 2026, 1999):
        Clock.shows = datetime(shows, 5, 1, tzinfo=UTC)
        saved.append(write().name)
        assert saved == sorted(set(saved))
        assert versions(folder.parent) == {*saved[-3:], *served(folder.parent), saved[0]} - {None}
    promote(folder.parent / saved[-1])
    assert served(folder.parent) == (saved[-1], folder.name)


@pytest.mark.parametrize("name", ["20269999T999999Z-00000000", "99991231T235959Z-00000000"])
def test_a_folder_of_no_time_is_no_reason_not_to_save(folder, write, name):
    """A name that somebody made up."""
    (folder.parent / name).mkdir()
    promote(write())


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


def served(models_dir):
    """Names of the served version and of the one before."""
    load_current(models_dir)
    return tuple(promoted and promoted.version for promoted in read_pointer(models_dir))


def versions(models_dir):
    return {path.name for path in models_dir.iterdir() if path.is_dir()}


def test_rolling_back_serves_the_version_before_and_again_undoes_it(folder, write):
    """However many there were, the last two take turns."""
    second, third = write(), write()
    promote(second)
    promote(third)
    assert served(folder.parent) == (third.name, second.name)
    assert rollback(folder.parent).current.version == second.name
    assert served(folder.parent) == (second.name, third.name)
    rollback(folder.parent)
    assert served(folder.parent) == (third.name, second.name)


def test_there_may_be_nothing_to_roll_back_to(folder, tmp_path_factory):
    """After a first promotion, and before it."""
    with pytest.raises(NothingBefore):
        rollback(folder.parent)
    with pytest.raises(ModelMissing):
        rollback(tmp_path_factory.mktemp("empty"))
    assert served(folder.parent) == (folder.name, None)


def test_promoting_the_served_version_again_keeps_the_one_before(folder, write):
    """Else there would be no way back."""
    second = write()
    promote(second)
    promote(second)
    assert served(folder.parent) == (second.name, folder.name)


def test_a_version_that_changed_since_it_was_served_is_not_rolled_back_to(folder, write):
    """The pointer holds the digest that its manifest had; the served model stays."""
    second = write()
    promote(second)
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b" ")
    with pytest.raises(ModelRefused, match="digest"):
        rollback(folder.parent)
    assert served(folder.parent) == (second.name, folder.name)


def test_a_way_back_from_a_broken_model(folder, write):
    """The version that is rolled back from need not load."""
    second = write()
    promote(second)
    (second / "arrays.npz").unlink()
    rollback(folder.parent)
    assert served(folder.parent) == (folder.name, second.name)


@pytest.mark.parametrize("content", [b"{", b"[]", b""])
def test_promoting_mends_a_garbled_pointer(folder, content):
    """What was served before is then unknown."""
    (folder.parent / "current").write_bytes(content)
    promote(folder)
    assert served(folder.parent) == (folder.name, None)


def test_a_pointer_that_knows_no_version_before_is_read(folder):
    """As it was written when there was no rolling back."""
    pointer = folder.parent / "current"
    stated = json.loads(pointer.read_text())
    del stated["before"]
    pointer.write_text(json.dumps(stated))
    assert served(folder.parent) == (folder.name, None)


def test_old_versions_go_but_never_the_last_two_served(folder, write, monkeypatch):
    """Though they are the oldest of all."""
    monkeypatch.setattr(models.store, "KEPT", 4)
    promote(write())
    last_two = set(served(folder.parent))
    for _ in range(5):
        newest = write()
        assert versions(folder.parent) >= {*last_two, newest.name}
        assert len(versions(folder.parent)) <= 4
    monkeypatch.setattr(models.store, "KEPT", 1)
    newest = write()
    assert versions(folder.parent) == {*last_two, newest.name}
    rollback(folder.parent)


@pytest.mark.parametrize("pointer", [None, b"{"])
def test_nothing_goes_while_it_is_not_known_what_is_served(folder, write, monkeypatch, pointer):
    """A pointer that is gone or garbled."""
    monkeypatch.setattr(models.store, "KEPT", 1)
    (folder.parent / "current").unlink()
    if pointer:
        (folder.parent / "current").write_bytes(pointer)
    write()
    assert len(versions(folder.parent)) == 2


def test_what_a_killed_run_left_is_removed_and_nothing_else(folder, write):
    """By the next one."""
    (folder.parent / ".writing-abc").mkdir()
    (folder.parent / ".writing-abc" / "arrays.npz").touch()
    (folder.parent / ".writing-current").touch()
    (folder.parent / ".writing-link").symlink_to(folder)
    (folder.parent / ".other").touch()
    new = write()
    names = {path.name for path in folder.parent.iterdir()}
    assert names == {folder.name, new.name, "current", ".other"}
    assert served(folder.parent) == (folder.name, None)


def test_who_writes_waits_for_others_and_leaves_their_scratch_alone(folder, write):
    """Two trainings may end at the same time."""
    lock = os.open(folder.parent, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    theirs = folder.parent / ".writing-theirs"
    theirs.mkdir()
    other = Thread(target=write)
    other.start()
    other.join(0.3)
    assert other.is_alive()
    assert theirs.exists()
    theirs.rmdir()
    os.close(lock)
    other.join()
    assert len(versions(folder.parent)) == 2
