"""Every way to change one thing in a module of the service: an operator, a number, a condition."""

import ast
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
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


def source_of(module):
    """The file of a module of the service, as in ``safety.rule``."""
    return (ROOT / "service").joinpath(*module.split(".")).with_suffix(".py")


def module_mutants(module):
    """Every mutant of one module of the service."""
    tree = ast.parse(source_of(module).read_text("utf-8"))
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
    if isinstance(node, ast.Import | ast.ImportFrom) or _is_silent(node):
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


def _is_silent(node):
    """A docstring, a type, what guards against the author alone, or what costs memory alone."""
    match node:
        case ast.Expr(ast.Constant()) | ast.Subscript(ast.Name("Literal")):
            return True
        case ast.keyword("frozen" | "strict" | "gc" | "maxsize"):
            return True
    return False


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
