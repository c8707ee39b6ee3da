"""``make controls``: switch each control of `hazards.toml` off in turn and see its tests fail.

A test that stays green without the control that it names shows nothing about it. Each control
gets a process of its own, in which it is replaced before any test imports it.
``python -m tests.programs.controls C-06`` runs the tests of one control that is off, and shows all
output.
"""

import multiprocessing
import os
import sys
import time
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 60  # for the tests of one control
FORK = multiprocessing.get_context("fork")  # so that libraries are imported once
LIBRARIES = (
    "flask",
    "pandas",
    "pyarrow.parquet",
    "sklearn.pipeline",
    "sklearn.naive_bayes",
    "sklearn.preprocessing",
)
OPTIONS = ("-q", "--tb=short", "-p", "no:cacheprovider", "-W", "ignore:Module already imported")
OURS = ("data", "models", "service", "training")


class Recorder:
    """How each test function ended: ``passed``, or the error that one of its cases ended with."""

    def __init__(self):
        self.ended = {}

    def pytest_runtest_setup(self, item):
        if self.ended.get(_function(item), "passed") != "passed":
            pytest.skip("one red case is enough")

    def pytest_runtest_makereport(self, item, call):
        """Note failures of the test itself; what fails before it says nothing of the control."""
        if call.when == "call":
            error = call.excinfo and call.excinfo.typename
            self.ended[_function(item)] = error or self.ended.get(_function(item), "passed")


def _function(item):
    return item.nodeid.partition("[")[0]


def controls():
    """Controls by id, as `hazards.toml` describes them."""
    entries = tomllib.loads((ROOT / "tests" / "hazards.toml").read_text("utf-8"))["control"]
    return {entry["id"]: entry for entry in entries}


def switch_off(control):
    """Replace a control by its no-op, in its module and wherever it was imported already."""
    from tests.programs import no_ops

    module, _, name = control["off"]["replace"].partition(":")
    home = owner = import_module(module)
    *owners, name = name.split(".")
    for part in owners:
        owner = getattr(owner, part)
    original = getattr(owner, name)
    no_op = getattr(no_ops, control["off"]["by"])(original, home)
    setattr(owner, name, no_op)
    for loaded in [m for key, m in sys.modules.items() if key.partition(".")[0] in OURS]:
        if getattr(loaded, name, None) is original:
            setattr(loaded, name, no_op)


def run_tests(off):
    """Run the tests of a control without it, or the tests of all of them; how they ended."""
    known = controls()
    if off in known:
        switch_off(known[off])
    chosen = [known[off]] if off in known else known.values()
    tests = list(dict.fromkeys(test for control in chosen for test in control["tests"]))
    recorder = Recorder()
    pytest.main([*tests, *OPTIONS], plugins=[recorder])
    return recorder.ended


def run(off, seconds):
    """How the tests ended in a process of their own; nothing if it took too long."""
    ours, theirs = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_run_quietly, args=(off, theirs))
    process.start()
    theirs.close()
    try:
        return ours.recv() if ours.poll(seconds) else {}
    except EOFError:  # it came to an end without a word
        return {}
    finally:
        process.kill()
        process.join()


def _run_quietly(off, pipe):
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        pipe.send(run_tests(off))


def main():
    """Print a line a control; 1 if one is not shown to matter, or tests fail as it is."""
    started, known = time.monotonic(), controls()
    for library in LIBRARIES:
        import_module(library)
    ended = run("none", 3 * SECONDS)
    tests = {test for control in known.values() for test in control["tests"]}
    unfit = sorted(test for test in tests if ended.get(test) != "passed")
    print(f"{len(tests) - len(unfit)} of {len(tests)} tests are green with every control on.")
    for test in unfit:
        print(f"  {test}: {ended.get(test, 'did not run')}")
    idle = [control["id"] for control in known.values() if not _shown(control)]
    seconds = time.monotonic() - started
    print(f"{len(known) - len(idle)} of {len(known)} controls matter, {seconds:.0f} s.")
    return 1 if unfit or idle else 0


def _shown(control):
    """Whether every test of a control fails without it."""
    began = time.monotonic()
    ended = run(control["id"], SECONDS)
    green = [test for test in control["tests"] if ended.get(test, "passed") == "passed"]
    errors = " ".join(sorted({ended[test] for test in control["tests"] if test not in green}))
    seconds = time.monotonic() - began
    word = "GREEN" if green else "red"
    what = f"{control['off']['replace']} {control['off']['by']}"
    print(f"{control['id']}  {word:<5} {seconds:4.1f} s  {what:<62} {errors}", flush=True)
    for test in green:
        print(f"      stays green or does not run: {test}")
    return not green


if __name__ == "__main__":
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # before NumPy is there
    sys.exit(print(run_tests(sys.argv[1])) if sys.argv[1:] else main())
