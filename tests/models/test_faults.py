"""Saving, promoting and rolling back under faults: the old model or the new one, whole.

Every operation on files is made to fail in turn, and the process to be killed before it. They are
found by watching what is called of the operating system, however the code is written.
"""

import errno
import os
import resource
import signal
import sys
import warnings
from contextlib import suppress
from types import ModuleType

import pytest

import models.store
from models.artifact import (
    ARRAYS,
    NAME,
    PIPELINE,
    ModelRefused,
    load,
    load_current,
    read_file,
    read_manifest,
    read_pointer,
)
from models.store import promote, rollback

KEPT = 3
FEWEST, MOST = 10, 400  # operations of a change
# What fails nowhere, and `lstat`, whose errors Python ignores where it resolves a path.
NONE = {"fspath", "fileno", "getpid", "_path_normpath", "close", "__exit__", "lstat"}
WRITING = {"open", "write", "flush", "fsync", "mkdir", "chmod", "replace", "unlink", "rmdir"}


@pytest.fixture
def life(folder, write, monkeypatch):
    """Folder with as many versions as are kept; the last two have been served."""
    monkeypatch.setattr(models.store, "KEPT", KEPT)
    write()
    promote(write())
    return folder.parent


@pytest.fixture(params=["train", "rollback"])
def change(request, life, write):
    """What changes the served model: a new version, with an old one removed, or going back."""
    return (lambda: promote(write())) if request.param == "train" else (lambda: rollback(life))


def watched(change, at, fault, operations=None):
    """Make a change, with a fault before operation number ``at`` on files; how many there were."""
    done = 0

    def watch(_frame, event, function):
        nonlocal done
        if event == "c_call" and _is_operation(function):
            done += operations is None or function.__name__ in operations
            if done == at:
                fault()

    sys.setprofile(watch)
    try:
        change()
    finally:
        sys.setprofile(None)
    return done


def _is_operation(function):
    owner = function.__self__
    if function.__name__ in NONE:
        return False
    if isinstance(owner, ModuleType):
        return owner.__name__ in {"posix", "io", "_io", "fcntl"}
    return type(owner).__module__ == "_io" and "Buffered" in type(owner).__name__


def full():
    raise OSError(errno.ENOSPC, "No space left on device")


def killed():
    os.kill(os.getpid(), signal.SIGKILL)


def in_a_process(work):
    """Run in a copy of this process; whether it came to its end."""
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        child = os.fork()  # newer Pythons warn of threads, of which the work has none
    if not child:
        with suppress(BaseException):
            work()
            os._exit(0)
        os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def check_whole(models_dir, before):
    """The served model is an old or the new one, every version is whole, one can go back."""
    served = read_pointer(models_dir)
    versions = {path.name for path in models_dir.iterdir() if NAME.fullmatch(path.name)}
    for folder in (models_dir / name for name in versions):
        for name in (ARRAYS, PIPELINE):
            read_file(folder, name, read_manifest(folder))
    assert load_current(models_dir).version == served.current.version
    assert load(models_dir / served.before.version, served.before.manifest_sha256)
    if served != before:
        assert served.before == before.current


def check_recovered(models_dir, write):
    """The next run goes through, leaves nothing but versions, and not too many."""
    new = write()
    promote(new)
    assert load_current(models_dir).version == new.name
    names = [path.name for path in models_dir.iterdir() if path.name != "current"]
    assert all(NAME.fullmatch(name) for name in names)
    assert len(names) == KEPT


def test_a_fault_at_any_operation_leaves_a_whole_model(life, change, write):
    """An error of the disk at each in turn; the error is told, or it did not matter."""
    for at in range(1, MOST):
        before = read_pointer(life)
        try:
            if watched(change, at, full) < at:
                break
        except (OSError, ModelRefused):
            pass
        check_whole(life, before)
        check_recovered(life, write)
    assert FEWEST < at < MOST - 1


def test_a_kill_at_any_operation_leaves_a_whole_model(life, change, write):
    """What it leaves behind is gone after the next run. Reading in between changes nothing."""
    left = 0
    for at in range(1, MOST):
        before = read_pointer(life)
        if in_a_process(lambda at=at: watched(change, at, killed, WRITING)):
            break
        left += bool(list(life.glob(".*")))
        check_whole(life, before)
        check_recovered(life, write)
    assert FEWEST < at < MOST - 1
    assert left


def test_a_disk_that_is_full_at_any_byte_leaves_a_whole_model(life, change, write):
    """Files end in the middle of a write, and nothing more can be written anywhere."""
    failed = 0
    sizes = [path.stat().st_size for path in life.rglob("*") if path.is_file()]
    for limit in {0, 1, *(part * size // 4 for size in sizes for part in range(4))}:
        before = read_pointer(life)
        within = (limit, resource.getrlimit(resource.RLIMIT_FSIZE)[1])

        def work(within=within):
            resource.setrlimit(resource.RLIMIT_FSIZE, within)
            change()

        if not in_a_process(work):
            failed += 1
            assert not list(life.glob(".*"))
            assert read_pointer(life) == before
        check_whole(life, before)
    assert failed >= 4
    check_recovered(life, write)
