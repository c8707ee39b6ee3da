"""JSON text, written fast: compact, in UTF-8, keys in the order in which they stand."""

from typing import Any, Final

import msgspec
from msgspec import Raw

_ENCODER: Final = msgspec.json.Encoder()


def json_text(value: Any) -> bytes:
    """Text of a value."""
    return _ENCODER.encode(value)


def json_line(value: Any) -> bytes:
    """Text of a value, and the end of the line."""
    return json_text(value) + b"\n"  # msgspec 0.22's encode_lines loses 48 bytes a call


def part(value: Any) -> Raw:
    """A value that is written once, to stand in others that are written later."""
    return Raw(json_text(value))


NULL: Final = part(None)
