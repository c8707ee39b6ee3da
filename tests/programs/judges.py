"""Mutants of the modules that apply the rules, each judged by the tests in a process of its own.

A judge is forked from this process, which has the libraries loaded: it forgets the service, takes
the mutant in its module's place and runs the tests up to the first that fails. How long each takes
is measured on the unchanged service, so that the quick ones come first.
A mutant that nobody could tell from the original is signed in EQUIVALENT, with its reason.
"""

import json
import os
import signal
import sys
from importlib import import_module
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.util import spec_from_loader
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from tqdm import tqdm

from tests.programs.module_mutants import ROOT, Mutant, module_mutants, source_of

HERE = ROOT / "tests" / "service"
# Of service/; any other can be added.
MODULES = (
    *("safety.conditions", "safety.alerts", "safety.rule", "safety.verdicts", "safety.wells"),
    *("safety.safety_net", "assessment.opinion"),
)
TESTS = (
    "safety/test_conditions.py",
    "test_every_way.py",
    "safety/test_safety_net.py",
    "safety/test_wells.py",
    "safety/test_rules.py",
    "assessment/test_assess.py",
)
LIBRARIES = ("flask", "numpy", "data.wording", "models.artifact", "models.model")
SECONDS = 120  # for the tests of one mutant; one that hangs is seen
EQUIVALENT = {  # what is changed: why nobody can tell
    "safety.conditions.IsOneOf.met: 1 -> 2": "a longer table, whose last cell no code reaches",
    "safety.safety_net._tabulate: 0 -> 1": "the rule of the blank, which nothing reads",
    "assessment.opinion._ask: 'wrong shape' -> 'wrong shapex'": "caught where it is raised",
    "assessment.opinion._check: 'not probabilities' -> 'not probabilitiesx'": (
        "an error that is caught where it is raised"
    ),
    "assessment.opinion._check: abs(sum(row) - 1) <= 1e-09 -> abs(sum(row) - 1) < 1e-09": (
        "no two doubles near 1 differ by just 1e-9"
    ),
}


class Planted(MetaPathFinder, SourceLoader):
    """Imports a mutant in its module's place."""

    def __init__(self, mutant):
        self.mutant, self.name = mutant, f"service.{mutant.module}"

    def find_spec(self, fullname, _path, _target=None):
        """The mutant's, for its module alone."""
        return spec_from_loader(fullname, self) if fullname == self.name else None

    def get_filename(self, _fullname):
        """Where the module lies."""
        return str(source_of(self.mutant.module))

    def get_data(self, _path):
        """What the mutant says."""
        return self.mutant.source.encode()


class QuickFirst:
    """Sorts tests by how long they took before, to a tenth of a second, and measures them."""

    def __init__(self, seconds):
        self.seconds = seconds

    def pytest_collection_modifyitems(self, items):
        """Otherwise in their order."""
        items.sort(key=lambda item: round(self.seconds.get(item.nodeid, 0), 1))

    def pytest_runtest_logreport(self, report):
        """Keep how long it took."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration


def judge(mutant, took):
    """Exit with the code of the tests with the mutant planted, in a child; ``took`` is a file."""
    signal.alarm(SECONDS)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    for name in [name for name in sys.modules if name.split(".")[0] in ("service", "tests")]:
        del sys.modules[name]
    sys.meta_path.insert(0, Planted(mutant))
    own = "/test_".join(mutant.module.split(".")) + ".py"
    tests = [str(HERE / name) for name in sorted(TESTS, key=lambda name: name != own)]
    options = ["-x", "-q", "-p", "no:cacheprovider", f"--confcutdir={HERE}"]
    quick_first = QuickFirst(json.loads(took.read_text() or "{}"))
    code = pytest.main([*options, "-k", "not mypy and not million", *tests], [quick_first])
    if code == 0 and mutant.change == "nothing":
        took.write_text(json.dumps(quick_first.seconds))
    os._exit(code)


def survivors(mutants, took):
    """Those that all tests pass with; as many judges at a time as there are processors."""
    workers = os.cpu_count() or 1
    waiting, judged, found = list(reversed(mutants)), {}, []
    with tqdm(total=len(mutants), unit="mutant") as bar:
        while waiting or judged:
            while waiting and len(judged) < workers:
                mutant = waiting.pop()
                child = os.fork()
                if child == 0:
                    judge(mutant, took)
                judged[child] = mutant
            child, status = os.wait()
            mutant = judged.pop(child)
            if status == 0:
                found.append(mutant)
            elif os.waitstatus_to_exitcode(status) == pytest.ExitCode.NO_TESTS_COLLECTED:
                raise RuntimeError("No tests were found.")
            bar.update()
    return found


def judge_modules():
    """Number of mutants of modules that survived unsigned; prints them."""
    for library in LIBRARIES:  # loaded once, for all judges
        import_module(library)
    as_it_is = source_of("safety.rule").read_text("utf-8")
    mutants = [mutant for module in MODULES for mutant in module_mutants(module)]
    with NamedTemporaryFile() as file:
        if not survivors([Mutant("safety.rule", 0, "nothing", as_it_is)], Path(file.name)):
            raise SystemExit("The tests fail before anything is changed: run make test.")
        found = survivors(mutants, Path(file.name))
    unsigned = [m for m in found if m.change not in EQUIVALENT]
    print(f"Modules: {len(mutants)} mutants, {len(mutants) - len(found)} killed.")
    report(
        [f"{m.change}: {EQUIVALENT[m.change]}" for m in found if m not in unsigned],
        [f"{source_of(m.module)}:{m.line} {m.change}" for m in unsigned],
    )
    return len(unsigned)


def report(equivalent, survived):
    """Print what was not killed."""
    for title, entries in (("Equivalent", equivalent), ("SURVIVED", survived)):
        for entry in entries:
            print(f"  {title}: {entry}")
