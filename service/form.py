"""Answers from an HTML form, read as strictly as JSON: nothing is guessed or overwritten."""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from data.vocabulary import FINDINGS

PART: Final = "part"  # the field that says which part of the page is wanted; else all of it
PARTS: Final = ("answer", "live")
MOST_FIELDS: Final = 2 * len(FINDINGS)
_NUMBER: Final = re.compile(r"-?[0-9]{1,9}(?:[.,][0-9]{1,9})?", re.ASCII)


class BadForm(Exception):  # noqa: N818 - named for what it is about
    """A body is not a form that the page could have sent; the message says why, without values."""


def read_fields(body: bytes) -> dict[str, str]:
    """Fields of ``application/x-www-form-urlencoded``, without questions left open."""
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, True, bool(text), errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:  # UnicodeDecodeError is one
        raise BadForm("The form cannot be read.") from error
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise BadForm("A question is answered twice.")
    known = {*FINDINGS, PART}
    return {name: value for name, value in fields.items() if value or name not in known}


def values(fields: Mapping[str, str]) -> dict[str, Any]:
    """Answers as JSON would state them; one that does not fit stays as it is, to be refused."""
    return {name: _value(name, text) for name, text in fields.items() if name != PART}


def _value(name: str, text: str) -> Any:
    kind = FINDINGS[name].kind if name in FINDINGS else ""
    if kind == "boolean":
        return {"yes": True, "no": False}.get(text, text)
    if kind == "numeric" and _NUMBER.fullmatch(given := text.strip()):
        number = float(given.replace(",", "."))
        return int(number) if number.is_integer() else number
    return text
