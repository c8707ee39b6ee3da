"""JSON text, written fast: compact, in UTF-8, keys in the order in which they stand."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

_ENCODER: Final = msgspec.json.Encoder()


def json_text(value: Any) -> str:
    """Text of a value."""
    return _ENCODER.encode(value).decode()


def joined(texts: Sequence[str]) -> str:
    """Text of an array, given the texts of its items."""
    return f"[{','.join(texts)}]"
