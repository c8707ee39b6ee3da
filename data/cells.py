"""What a field of a form or a cell of a table states, as JSON would: one reader for all of them.

Text is read as people write it; a value that has a type already, as in Parquet, is taken by it.
"""

import re
from decimal import Decimal
from typing import Any, Final

from data.vocabulary import Finding

YES_NO: Final = {"yes": True, "true": True, "no": False, "false": False}
WHOLE: Final = ("age",)
NUMBER: Final = re.compile(r"-?\d{1,30}([.,]\d{1,30})?")  # \d is a decimal digit of any script
AMBIGUOUS: Final = re.compile(r"-?\d+[.,]\d{3}")  # "1,958" is no child of two


def read(finding: Finding[Any], value: object) -> str:
    """Level that a cell states; ValueError says what would fit, never the value."""
    return finding.read(stated(finding, value))


def stated(finding: Finding[Any], value: object) -> Any:
    """What a cell states, as JSON would state it; ValueError as above."""
    value = _value(finding, plain(value))
    try:
        finding.read(value)
    except ValueError:
        raise ValueError(f"must be {takes(finding)}, or empty") from None
    return value


def takes(finding: Finding[Any]) -> str:
    """What a cell of this finding may hold, in half a sentence."""
    if finding.kind == "boolean":
        return "yes, no, true or false"
    if finding.kind == "numeric":
        whole = "whole " if finding.id in WHOLE else ""
        return f"a {whole}number from {finding.limits[0]:g} to {finding.limits[1]:g}"
    return f"one of {', '.join(finding.levels)}"


def unknown(value: object) -> bool:
    """Whether a cell says nothing: it is missing, blank, or no number (NaN)."""
    return not value.strip() if isinstance(value, str) else value is None or value != value


def plain(value: Any) -> Any:
    """A NumPy number or truth value as Python's own; text without the blanks around it."""
    if isinstance(value, str):
        return value.strip()
    return value.item() if hasattr(value, "item") else value


def _value(finding: Finding[Any], value: Any) -> Any:
    if finding.kind == "numeric":
        value = number(value)
        return None if finding.id in WHOLE and isinstance(value, float) else value
    if finding.kind == "boolean" and isinstance(value, str):
        return YES_NO.get(value.lower())
    return value


def number(value: Any) -> Any:
    """The number that a cell states, an int if it is whole; what states none, as it is.

    ValueError if text could mean two numbers.
    """
    if isinstance(value, str) and AMBIGUOUS.fullmatch(value):
        raise ValueError(
            "three digits behind a comma or point may be thousands or a fraction: "
            "leave the mark out, or write fewer digits behind it"
        )
    if isinstance(value, Decimal) or (isinstance(value, str) and NUMBER.fullmatch(value)):
        value = float(str(value).replace(",", "."))
    return int(value) if isinstance(value, float) and value.is_integer() else value


def written(value: Any) -> Any:
    """A value as text that is read back as it was; text stays as it is."""
    text = "" if value is None else str(value)
    return f"{text}0" if isinstance(value, float) and AMBIGUOUS.fullmatch(text) else text
