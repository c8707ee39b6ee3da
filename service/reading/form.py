"""Answers from an HTML form: what fits is answered, all else is unknown and asked again."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice, product
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

from data.cells import stated
from data.vocabulary import FINDINGS, Answers, current_id

PART: Final = "part"  # the field that says which part of the page is wanted; else all of it
PARTS: Final = ("answer", "live", "next")
MOST_READINGS: Final = 64  # of a form in which questions are answered twice

Fields = Mapping[str, list[str]]


class BadForm(Exception):  # noqa: N818 - named for what it is about
    """A body is not a form that the page could have sent; the message says why, without values."""


class Reading(NamedTuple):
    """One way to read a form."""

    texts: Mapping[str, str]  # by question, as they stand in the form
    answers: Answers  # those that fit


def read_fields(body: bytes) -> tuple[str, Fields]:
    """The part that is wanted, and for each question its texts, which are several if they differ.

    Fields that are no question of ours are left out: a browser's extension may add some.
    """
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, True, bool(text), errors="strict")
    except ValueError as error:  # UnicodeDecodeError is one
        raise BadForm("The form cannot be read.") from error
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(current_id(name), []).append(value.strip())
    part = fields.get(PART, [""])
    if len(part) > 1 or part[0] not in ("", *PARTS):
        raise BadForm("There is no such part of the page.")
    return part[0], {name: list(dict.fromkeys(fields[name])) for name in FINDINGS if name in fields}


def readings(fields: Fields) -> Iterator[Reading]:
    """Every way to read a form; where a question is answered twice, first as if it were open."""
    ways = [texts if len(texts) == 1 else ["", *texts] for texts in fields.values()]
    for chosen in islice(product(*ways), MOST_READINGS):
        texts = {name: text for name, text in zip(fields, chosen, strict=True) if text}
        yield Reading(texts, _fitting(texts))


def _fitting(texts: Mapping[str, str]) -> dict[str, str]:
    answers = {}
    for name, value in values(texts).items():
        with suppress(ValueError):
            answers[name] = FINDINGS[name].read(value)
    return answers


def values(fields: Mapping[str, str]) -> dict[str, Any]:
    """Answers as JSON would state them; one that does not fit stays as it is."""
    return {name: _value(name, text) for name, text in fields.items()}


def _value(name: str, text: str) -> Any:
    try:
        return stated(FINDINGS[name], text)
    except ValueError:
        return text
