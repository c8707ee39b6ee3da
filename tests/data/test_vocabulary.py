"""The vocabulary is the evidence's own, and reads only values that fit."""

import csv
from pathlib import Path

import pytest

from data.vocabulary import CAUSES, FINDINGS, UNDER_AGE

EXPECTED = Path(__file__).parent / "expected" / "marginals.csv"


def test_ids_levels_and_causes_are_the_evidences() -> None:
    """All of them are there, in the evidence's order; what is newer stands beside them."""
    levels: dict[str, list[str]] = {}
    causes = []
    with EXPECTED.open(newline="") as file:
        for row in csv.DictReader(file):
            causes.append(row["cause"])
            if row["cause"] == "sciatica":
                levels.setdefault(row["finding"], []).append(row["level"])
    assert list(dict.fromkeys(causes)) == [cause for cause in CAUSES if cause in causes]
    assert list(levels) == [finding for finding in FINDINGS if finding in levels]
    for name, listed in levels.items():
        assert [level for level in FINDINGS[name].levels if level in listed] == listed
        assert (FINDINGS[name].kind == "boolean") == (listed == ["yes"])


READ = [
    ("skin_warmth", True, "yes"),
    ("skin_warmth", False, "no"),
    ("leg_swelling", "one_whole_leg", "one_whole_leg"),
    ("age", 18, "18-29"),
    ("age", 29.9, "18-29"),
    ("age", 30, "30-39"),
    ("age", 58.0, "50-59"),
    ("age", 120, "80plus"),
    ("age", 17.99, UNDER_AGE),
    ("age", 0, UNDER_AGE),
    ("bmi", 10, "under_18.5"),
    ("bmi", 18.5, "18.5-24.9"),
    ("bmi", 24.999, "18.5-24.9"),
    ("bmi", 25, "25-29.9"),
    ("bmi", 35, "35plus"),
]


@pytest.mark.parametrize(("finding", "value", "level"), READ)
def test_values_are_read_as_levels(finding: str, value: object, level: str) -> None:
    """Booleans, level names and numbers, bins closed below."""
    assert FINDINGS[finding].read(value) == level


BAD = [
    ("skin_warmth", 1),
    ("skin_warmth", "yes"),
    ("skin_warmth", 0.0),
    ("leg_swelling", True),
    ("leg_swelling", "One_whole_leg"),
    ("leg_swelling", ["none"]),
    ("leg_swelling", {}),
    ("age", "58"),
    ("age", True),
    ("age", -1),
    ("age", 120.5),
    ("age", float("nan")),
    ("age", float("inf")),
    ("bmi", 9.99),
    ("bmi", 101),
]


@pytest.mark.parametrize(("finding", "value"), BAD)
def test_values_that_do_not_fit_are_refused(finding: str, value: object) -> None:
    """The error says what would fit and never repeats the value."""
    with pytest.raises(ValueError, match="must be") as caught:
        FINDINGS[finding].read(value)
    assert "Infinity" not in str(caught.value)


def test_code_zero_is_unknown_and_nothing_else() -> None:
    """Every level has a code of its own above zero; an age that no table covers has none."""
    for finding in FINDINGS.values():
        assert [finding.code(v) for v in finding.levels] == list(range(1, len(finding.levels) + 1))
    assert FINDINGS["age"].code(UNDER_AGE) == 0
