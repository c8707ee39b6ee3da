"""The usual request, decoded straight into codes; anything odd is left to the exact reader.

What is taken here, `strict_json` and `request` would take as well and read alike; a property
test says so. No error is worded here: what is not taken has only not been read yet.
"""

import re
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, Literal

import msgspec
import numpy as np
from msgspec import UNSET, Raw, UnsetType
from numpy.typing import NDArray

from data.vocabulary import FINDINGS, UNDER_AGE, Finding
from service.reading.cases import Cases
from service.reading.request import MOST_CASES
from service.reading.strict_json import LONGEST_NUMBER

_LONG: Final = 50_000  # bytes
_PART: Final = 1 << 18
_NUMBER: Final = re.compile(rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def case(body: bytes) -> Cases | None:
    """The one case of a request; None if the body has to be read exactly."""
    numbers = told(body)
    return cases(numbers) if numbers else None


def batch(body: bytes) -> Cases | None:
    """The cases of a batch; None if the body has to be read exactly."""
    if len(body) > _LONG and _is_costly(body):
        return None
    try:
        asked = _BATCH.decode(body).cases
        numbers = b"".join([_in_numbers(case.answers) for case in asked])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    if not asked or _repeats(body, 1 + len(asked), numbers):
        return None
    return cases(numbers)


def told(body: bytes) -> bytes | None:
    """What a request tells of its one case, as ``cases`` takes it; None as above."""
    try:
        numbers = _in_numbers(_CASE.decode(body).answers)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return None if _repeats(body, 1, numbers) else numbers


def cases(numbers: bytes) -> Cases:
    """Cases that were told one after another."""
    values = np.frombuffer(numbers, np.uint8).reshape(-1, len(FINDINGS))
    codes = _CODES.take(values + _FIRST)
    return Cases(codes, [age == _CHILD for age in numbers[_AGE :: len(FINDINGS)]])


def _is_costly(body: bytes) -> bool:
    """Whether there may be a struct for each of too many cases, or a long string in a message.

    Every character of a string takes four bytes if one of them needs them, escaped or not.
    """
    return count(body, b"{") > 1 + 2 * MOST_CASES or not body.isascii() or b"\\" in body


def _repeats(body: bytes, others: int, numbers: bytes) -> bool:
    """Whether a body has more members than what it tells and others: then one stands twice.

    Nothing in the vocabulary holds a colon, so a colon is the one that every member has.
    """
    return count(body, b":") != others + len(numbers) - numbers.count(0)


def count(body: bytes, mark: bytes) -> int:
    """How often a character stands in a body."""
    if len(body) < _LONG:
        return body.count(mark)
    # Ten times as fast on megabytes; part by part, or as many new pages cost more than that.
    seen = np.frombuffer(body, np.uint8)
    parts = [seen[start : start + _PART] for start in range(0, len(seen), _PART)]
    return sum([int(np.count_nonzero(part == ord(mark))) for part in parts])


def _in_numbers(answers: msgspec.Struct) -> bytes:
    """The number of each finding's value; ValueError if a number is not one or does not fit."""
    values = list(msgspec.structs.astuple(answers))
    for at, finding in _NUMERIC:
        if (raw := values[at]) is not UNSET:
            values[at] = _level(finding, bytes(raw))
    return bytes(itemgetter(*values)(_NUMBERS))


@lru_cache(maxsize=4096)
def _level(finding: Finding[Any], text: bytes) -> str | None:
    if text == b"null":
        return None
    if len(text) > LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        raise ValueError("not a number, or too long a one")
    return finding.read(float(text))


def _member(finding: Finding[Any]) -> tuple[str, Any, Any]:
    """Name, type and default of a member of ``answers``; a number is kept as it is written."""
    if finding.kind == "numeric":
        return finding.id, Raw | UnsetType, UNSET
    kind: Any = bool if finding.kind == "boolean" else Literal[finding.levels]
    return finding.id, kind | UnsetType | None, UNSET


def _numbered() -> dict[object, int]:
    """A number for each value that any finding can have; 0 is of what is not named at all."""
    levels = [level for f in FINDINGS.values() if f.kind != "boolean" for level in f.levels]
    values = dict.fromkeys([UNSET, None, True, False, UNDER_AGE, *levels])
    return {value: number for number, value in enumerate(values)}


def _codes() -> NDArray[np.uint8]:
    """Code that each of these values has, finding after finding; 0 for what says nothing of it."""
    codes = np.zeros((len(FINDINGS), len(_NUMBERS)), np.uint8)
    for finding in FINDINGS.values():
        for level in finding.levels:
            value = level == "yes" if finding.kind == "boolean" else level
            codes[finding.index, _NUMBERS[value]] = finding.code(level)
    return codes.ravel()


def _struct(name: str, *members: Any) -> type[msgspec.Struct]:
    return msgspec.defstruct(name, members, forbid_unknown_fields=True, gc=False)


_NUMERIC: Final = [(f.index, f) for f in FINDINGS.values() if f.kind == "numeric"]
_AGE: Final = FINDINGS["age"].index
_NUMBERS: Final = _numbered()
_CHILD: Final = _NUMBERS[UNDER_AGE]
_CODES: Final = _codes()
_FIRST: Final = np.arange(len(FINDINGS)) * len(_NUMBERS)  # of a finding's values in _CODES
_ANSWERS: Final[Any] = _struct("Answers", *map(_member, FINDINGS.values()))
_ONE_CASE: Final[Any] = _struct("Case", ("answers", _ANSWERS))
_CASE: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(_ONE_CASE)
_BATCH: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(
    _struct("Batch", ("cases", list[_ONE_CASE]))
)
