"""The rules stated a second time, as the table second_statement.toml, and how to read it.

Nothing here knows the conditions of the service: rows of answers are compared with codes. A
grid of codes holds every combination of levels and unknown of what a rule reads.
"""

import tomllib
from functools import cache
from pathlib import Path

import numpy as np

from data.vocabulary import FINDINGS

STATED = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
FIRST_LIST = STATED.pop("first_list")
URGENCY = {rule: (entry["urgency"], entry["within"]) for rule, entry in STATED.items()}


@cache
def rows(rule):
    """Rows (points, if it counts) of a rule, each as pairs of a column and codes that meet it."""
    return _parsed(STATED[rule].get("rows") or STATED[rule]["points"])


def _parsed(text):
    lines = filter(None, map(str.split, text.replace("+\n", "").splitlines()))
    return [[_pair(*answer.split("=")) for answer in line] for line in lines]


def _pair(name, levels):
    finding = FINDINGS[name]
    return finding.index, [finding.levels.index(level) + 1 for level in levels.split("|")]


def reads(rule):
    """Findings that a rule names, in vocabulary order."""
    named = {column for row in rows(rule) for column, _ in row}
    return tuple(finding for finding in FINDINGS.values() if finding.index in named)


def points(rule, codes):
    """The points of a rule that counts, shape (points, n); none for the others."""
    counted = rows(rule) if "points" in STATED[rule] else []
    met = [[np.isin(codes[:, column], given) for column, given in row] for row in counted]
    return np.array([np.any(point, axis=0) for point in met])


def fires(rule, codes):
    """Whether a rule fires, case by case."""
    if "points" in STATED[rule]:
        return points(rule, codes).sum(axis=0) >= 2
    return _any_row(rows(rule), codes)


def first_list(tier, codes):
    """Whether a line of the first list of red flags asks for this urgency, case by case."""
    met = [_any_row(_parsed(e["rows"]), codes) for e in FIRST_LIST.values() if e["urgency"] == tier]
    if tier == "same_day":
        met.append(fires("DVT-3", codes))
    return np.any(met, axis=0)


def _any_row(given, codes):
    met = [[np.isin(codes[:, column], levels) for column, levels in row] for row in given]
    return np.any([np.all(row, axis=0) for row in met], axis=0)


@cache
def grid(findings):
    """Codes of every combination of some findings, unknown included, and an axis for each."""
    shape = tuple(len(finding.levels) + 1 for finding in findings)
    codes = np.zeros((np.prod(shape), len(FINDINGS)), np.uint8)
    for finding, column in zip(findings, np.indices(shape, np.uint8), strict=True):
        codes[:, finding.index] = column.ravel()
    return codes, shape


def completions(fired, shape, combine):
    """At each combination: ``combine`` (np.any, np.all) over every way to fill in its unknowns."""
    values = fired.reshape(shape).copy()
    for axis in range(len(shape)):
        view = np.moveaxis(values, axis, 0)
        view[0] = combine(view[1:], axis=0)
    return values.ravel()
