"""Shapes of TOML files: which keys a table has, and what may stand at each."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeAlias


class FileError(Exception):
    """A file that people edit does not fit; ``problems`` names each file and entry."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class Value(NamedTuple):
    """One value: what it must be, in words, and whether something is that."""

    what: str
    fits: Callable[[Any], bool]


Shape: TypeAlias = "Value | list[Shape] | Mapping[str, Shape]"  # [shape]: any number of these


def is_number(value: object) -> bool:
    """Whether a value is a finite number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


TEXT = Value("a text", lambda v: isinstance(v, str) and bool(v.strip()))
NUMBER = Value("a number", is_number)
POSITIVE = Value("a number above 0", lambda v: is_number(v) and v > 0)
NOT_NEGATIVE = Value("a number, 0 or more", lambda v: is_number(v) and v >= 0)
PROBABILITY = Value(
    "a probability between 0 and 1, both excluded", lambda v: is_number(v) and 0 < v < 1
)


def misfits(found: Any, shape: Shape, at: str = "") -> Iterator[str]:
    """Say each place where what was found is not what the shape asks for.

    A table has exactly the keys of its shape, but for those that end in ``?``, which may be
    missing, and ``*``, which stands for any other.
    """
    if isinstance(shape, Value):
        if not shape.fits(found):
            yield f"{at}: must be {shape.what}"
    elif isinstance(shape, list):
        if not isinstance(found, list):
            yield f"{at}: must be a list"
            return
        for i, item in enumerate(found):
            yield from misfits(item, shape[0], f"{at}[{i}]")
    elif not isinstance(found, dict):
        yield f"{at}: must be a table"
    else:
        yield from _table(found, shape, f"{at}." if at else "")


def _table(found: dict[str, Any], shape: Mapping[str, Shape], dot: str) -> Iterator[str]:
    known = {key.removesuffix("?"): inner for key, inner in shape.items()}
    yield from (
        f"{dot}{key}: is missing"
        for key in shape
        if not key.endswith("?") and key not in {*found, "*"}
    )
    for key, value in found.items():
        if inner := known.get(key) or known.get("*"):
            yield from misfits(value, inner, f"{dot}{key}")
        else:
            near = get_close_matches(key, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield f"{dot}{key}: no such entry{hint}"
