"""What the figures rest on, counted from the knowledge as it is loaded."""

import tomllib

import pytest

from data.check import GRADES
from data.loader import HERE, load
from data.vocabulary import CAUSES, FINDINGS
from data.wording import SOURCES
from training.report.provenance import provenances


@pytest.fixture(scope="module")
def found():
    """All causes."""
    return provenances(load())


def test_every_cause_is_counted_once_the_least_proven_first(found):
    """What is not checked counts as assumed, named source or not."""
    assert sorted(basis.cause for basis in found) == sorted(CAUSES)
    assert [b.unproven for b in found] == sorted((b.unproven for b in found), reverse=True)
    for basis in found:
        assert basis.unproven == pytest.approx((basis.unchecked + basis.assumed) / basis.figures)


def test_the_counts_are_those_of_the_profiles(found):
    """Read from the files without the loader: every figure has one standing and one grade."""
    for basis in found:
        raw = tomllib.loads((HERE / "profiles" / f"{basis.cause}.toml").read_text("utf-8"))
        graded = dict.fromkeys(GRADES, 0)
        standing = {"checked": 0, "unchecked": 0, "assumed": 0}
        for entry in raw["findings"].values():
            figures = len(entry) - 2  # the rest are grade and source
            named = {entry["source"]} if isinstance(entry["source"], str) else {*entry["source"]}
            named -= {"assumption"}
            proven = {SOURCES[key].status for key in named} == {"checked"}
            standing["assumed" if not named else "checked" if proven else "unchecked"] += figures
            graded[entry["grade"]] += figures
        assert (basis.checked, basis.unchecked, basis.assumed) == tuple(standing.values())
        assert basis.grades == graded
        assert basis.figures == sum(standing.values()) == sum(graded.values())
        assert basis.silent == len(FINDINGS) - len(raw["findings"])
