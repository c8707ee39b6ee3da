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

from tests.module_mutants import ROOT, Mutant, module_mutants

# Of service/; any other can be added.
MODULES = ("conditions", "alerts", "rule", "verdicts", "wells", "safety_net", "opinion")
TESTS = ("conditions", "every_way", "safety_net", "wells", "safety", "assessment")
LIBRARIES = ("flask", "numpy", "data.wording", "models.artifact", "models.model")
SECONDS = 120  # for the tests of one mutant; one that hangs is seen
EQUIVALENT = {  # what is changed: why nobody can tell
    "conditions.IsOneOf.met: 1 -> 2": "a longer table, whose last cell no code reaches",
    "safety_net._tabulate: 0 -> 1": "the rule of the blank, which nothing reads",
    "opinion._ask: 'wrong shape' -> 'wrong shapex'": "an error that is caught where it is raised",
    "opinion._check: 'not probabilities' -> 'not probabilitiesx'": "caught where it is raised",
    "opinion._check: abs(sum(row) - 1) <= 1e-09 -> abs(sum(row) - 1) < 1e-09": (
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
        return str(ROOT / "service" / f"{self.mutant.module}.py")

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
    names = sorted(TESTS, key=lambda name: name != mutant.module)  # its own first; else as listed
    tests = [str(ROOT / "tests" / "service" / f"test_{name}.py") for name in names]
    options = ["-x", "-q", "-p", "no:cacheprovider", f"--confcutdir={ROOT / 'tests' / 'service'}"]
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
    as_it_is = (ROOT / "service" / "rule.py").read_text("utf-8")
    mutants = [mutant for module in MODULES for mutant in module_mutants(module)]
    with NamedTemporaryFile() as file:
        if not survivors([Mutant("rule", 0, "nothing", as_it_is)], Path(file.name)):
            raise SystemExit("The tests fail before anything is changed: run make test.")
        found = survivors(mutants, Path(file.name))
    unsigned = [m for m in found if m.change not in EQUIVALENT]
    print(f"Modules: {len(mutants)} mutants, {len(mutants) - len(found)} killed.")
    report(
        [f"{m.change}: {EQUIVALENT[m.change]}" for m in found if m not in unsigned],
        [f"service/{m.module}.py:{m.line} {m.change}" for m in unsigned],
    )
    return len(unsigned)


def report(equivalent, survived):
    """Print what was not killed."""
    for title, entries in (("Equivalent", equivalent), ("SURVIVED", survived)):
        for entry in entries:
            print(f"  {title}: {entry}")
