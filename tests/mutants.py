"""``make mutants``: change the safety rules and their modules one bit at a time; tests must fail.

Mutants of the rules are judged in this process by the checks of ``tests/service/test_safety.py``;
mutants of the modules that apply them by the tests of the service, each in a copy of the project.
A mutant that changes nothing anybody can see is equivalent: among rules that is computed, among
modules it is signed in EQUIVALENT with its reason. Any other that survives is a gap in the tests.
"""

import ast
import inspect
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from typing import get_args

import numpy as np
from tqdm import tqdm

from service.conditions import AtLeast, IsOneOf
from service.rule import URGENCIES, Within
from service.safety import RULES
from tests.service import test_safety
from tests.service.second_statement import grid

ROOT = Path(__file__).parents[1]
MODULES = ("conditions", "alerts", "rule")
TESTS = ("conditions", "safety", "safety_net", "wells", "assess")  # quick ones first
SECONDS = 120  # for the tests of one mutant; one that hangs is seen
EQUIVALENT: dict[str, str] = {}

# --- mutants of the rules --------------------------------------------------------------------


def rule_mutants(rule):
    """What is changed, and the rule with it."""
    for what, condition in variants(rule.condition):
        yield what, replace(rule, condition=condition)
    for name, point in rule.points.items():
        for what, condition in variants(point):
            yield f"point listed, {what}", replace(rule, points={**rule.points, name: condition})
    for field, steps in (("urgency", URGENCIES), ("within", get_args(Within))):
        at = steps.index(getattr(rule.action, field))
        for step in {max(0, at - 1), min(at + 1, len(steps) - 1)} - {at}:
            action = replace(rule.action, **{field: steps[step]})
            yield f"{field} {steps[step]}", replace(rule, action=action)


def variants(condition):
    """The condition without each of its parts, with each other number of them, and within each."""
    if isinstance(condition, IsOneOf):
        yield from _leaf_variants(condition)
        return
    for i, part in enumerate(condition.parts):
        rest = (*condition.parts[:i], *condition.parts[i + 1 :])
        n = min(condition.n, len(rest))
        yield f"without ({part})", AtLeast(n, rest)
        for what, changed in variants(part):
            parts = (*condition.parts[:i], changed, *condition.parts[i + 1 :])
            yield what, replace(condition, parts=parts)
    for n in {*range(1, len(condition.parts) + 1)} - {condition.n}:
        yield f"{n} instead of {condition.n} of ({condition})", replace(condition, n=n)


def _leaf_variants(leaf):
    for level in leaf.levels:
        fewer = tuple(other for other in leaf.levels if other != level)
        yield f"({leaf}) without {level}", replace(leaf, levels=fewer)
    for level in leaf.finding.levels:
        if level not in leaf.levels:
            yield f"({leaf}) with {level}", replace(leaf, levels=(*leaf.levels, level))


def killer(rules, rule):
    """Name of the first check that fails when these are the rules; None if all pass."""
    test_safety.RULES = rules
    test_safety.RULE = {each.id: each for each in rules}
    for name, check in vars(test_safety).items():
        if name.startswith("test_"):
            try:
                check(rule) if inspect.signature(check).parameters else check()
            except (AssertionError, LookupError, ValueError):
                return name
    return None


def is_equivalent(rule, mutant):
    """Whether they are as urgent, and fire and could fire in the same cases."""
    findings = {*rule.condition.reads(), *mutant.condition.reads()}
    codes, _ = grid(tuple(sorted(findings, key=lambda finding: finding.index)))
    truths = [(r.condition.certain(codes), r.condition.possible(codes)) for r in (rule, mutant)]
    tiers = [(r.action.urgency, r.action.within, r.points) for r in (rule, mutant)]
    return tiers[0] == tiers[1] and np.array_equal(*truths)


def judge_rules():
    """Number of mutants of rules that survived; prints what became of all."""
    killed, equivalent, survivors = Counter(), [], []
    for at, rule in enumerate(tqdm(RULES, unit="rule")):
        for what, mutant in [("dropped", None), *rule_mutants(rule)]:
            kept = () if mutant is None else (mutant,)
            check = killer((*RULES[:at], *kept, *RULES[at + 1 :]), rule.id)
            if check:
                killed[check] += 1
            elif is_equivalent(rule, mutant):
                equivalent.append(f"{rule.id}: {what}")
            else:
                survivors.append(f"{rule.id}: {what}")
        grid.cache_clear()
    total = killed.total() + len(equivalent) + len(survivors)
    print(f"Rules: {total} mutants, {killed.total()} killed, {len(equivalent)} equivalent.")
    for name, number in killed.most_common():
        print(f"  {number:5} by {name}")
    _list("Equivalent", equivalent)
    _list("SURVIVED", survivors)
    return len(survivors)


def _list(title, entries):
    for entry in entries:
        print(f"  {title}: {entry}")


# --- mutants of the modules ------------------------------------------------------------------

OPERATORS = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.USub: ast.UAdd,
}
COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.GeneratorExp
NAMES = {"and_": "or_", "or_": "and_", "any": "all", "all": "any", "min": "max", "max": "min"}


@dataclass(frozen=True)
class Mutant:
    """A module with one thing changed."""

    module: str
    line: int
    change: str  # function: before -> after
    source: str


def module_mutants(module):
    """Every mutant of one module of the service."""
    tree = ast.parse((ROOT / "service" / f"{module}.py").read_text("utf-8"))
    for at, (where, node) in enumerate(_nodes(tree)):
        for change in _changes(node):
            copy = deepcopy(tree)
            target = list(_nodes(copy))[at][1]
            before = ast.unparse(target)
            change(target)
            text = f"{module}.{where}: {before} -> {ast.unparse(target)}"
            yield Mutant(module, node.lineno, text, ast.unparse(copy))


def _nodes(node, where=""):
    """Nodes that run, with the name of what they stand in: no types, docstrings or imports."""
    if isinstance(node, ast.Import | ast.ImportFrom) or _is_docstring(node) or _is_type(node):
        return
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        where = f"{where}.{node.name}".strip(".")
    if hasattr(node, "lineno"):
        yield where, node
    for name, field in ast.iter_fields(node):
        if name not in {"annotation", "returns"}:
            for child in field if isinstance(field, list) else [field]:
                if isinstance(child, ast.AST):
                    yield from _nodes(child, where)


def _is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_type(node):
    return isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal"


def _changes(node):
    """Functions that change a node in place, each in one way."""
    for applies, change in KINDS:
        if applies(node):
            yield change
            return


def _other(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return value + "x" if isinstance(value, str) else None


KINDS = (  # what a node is, and how it is changed; the first that applies
    (
        lambda n: isinstance(n, ast.Compare),
        lambda n: n.ops.__setitem__(0, OPERATORS[type(n.ops[0])]()),
    ),
    (
        lambda n: type(getattr(n, "op", None)) in OPERATORS,
        lambda n: setattr(n, "op", OPERATORS[type(n.op)]()),
    ),
    (
        lambda n: isinstance(n, ast.Constant) and _other(n.value) is not None,
        lambda n: setattr(n, "value", _other(n.value)),
    ),
    (
        lambda n: isinstance(n, ast.Name) and n.id in NAMES,
        lambda n: setattr(n, "id", NAMES[n.id]),
    ),
    (
        lambda n: isinstance(n, ast.Return) and ast.unparse(n.value) != "None",
        lambda n: setattr(n, "value", ast.Constant(None)),
    ),
    (
        lambda n: isinstance(n, ast.If | ast.IfExp) and not isinstance(n.test, ast.Compare),
        lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test)),
    ),
    (
        lambda n: isinstance(n, ast.UnaryOp) and isinstance(n.op, ast.Not),
        lambda n: setattr(n, "operand", ast.UnaryOp(ast.Not(), n.operand)),
    ),
    (
        lambda n: isinstance(n, COMPREHENSIONS) and n.generators[0].ifs,
        lambda n: n.generators[0].ifs.clear(),
    ),
)


class Copies:
    """Copies of the project, one for each run at a time, in which modules are changed."""

    def __init__(self, folder, number):
        self.free = SimpleQueue()
        for i in range(number):
            for package in ("data", "models", "service", "tests"):
                ignored = shutil.ignore_patterns("__pycache__", "2*", "current")
                shutil.copytree(ROOT / package, folder / str(i) / package, ignore=ignored)
            shutil.copy(ROOT / "pyproject.toml", folder / str(i))
            self.free.put(folder / str(i))

    def survives(self, mutant):
        """Whether all tests pass with the mutant in its module's place."""
        copy = self.free.get()
        path = copy / "service" / f"{mutant.module}.py"
        original = path.read_bytes()
        try:
            path.write_text(mutant.source, "utf-8")
            return _passes(copy)
        finally:
            path.write_bytes(original)
            self.free.put(copy)


def _passes(copy):
    tests = [f"tests/service/test_{name}.py" for name in TESTS]
    options = ["-x", "-q", "-p", "no:cacheprovider", "--confcutdir=tests/service", "-k", "not mypy"]
    command = [sys.executable, "-B", "-m", "pytest", *options, *tests]
    try:
        run = subprocess.run(command, cwd=copy, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return False
    if run.returncode not in (0, 1, 2, 4):  # passed, failed, not collected, no conftest
        raise RuntimeError(run.stdout.decode() + run.stderr.decode())
    return run.returncode == 0


def judge_modules():
    """Number of mutants of modules that survived unsigned; prints them."""
    mutants = [mutant for module in MODULES for mutant in module_mutants(module)]
    workers = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(workers) as pool:
        copies = Copies(Path(folder), workers)
        as_it_is = (ROOT / "service" / "rule.py").read_text("utf-8")
        if not copies.survives(Mutant("rule", 0, "nothing", as_it_is)):
            raise SystemExit("The tests fail before anything is changed: run make test.")
        survived = tqdm(pool.map(copies.survives, mutants), total=len(mutants), unit="mutant")
        found = [m for m, survives in zip(mutants, survived, strict=True) if survives]
    unsigned = [m for m in found if m.change not in EQUIVALENT]
    print(f"Modules: {len(mutants)} mutants, {len(mutants) - len(found)} killed.")
    _list("Equivalent", [f"{m.change}: {EQUIVALENT[m.change]}" for m in found if m not in unsigned])
    _list("SURVIVED", [f"service/{m.module}.py:{m.line} {m.change}" for m in unsigned])
    return len(unsigned)


def main():
    """1 if a mutant survived."""
    return 1 if judge_rules() + judge_modules() else 0


if __name__ == "__main__":
    sys.exit(main())
