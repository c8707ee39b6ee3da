"""JSON text, as the standard library writes it, compact; and written faster."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

_ENCODER: Final = msgspec.json.Encoder()


def json_text(value: Any) -> str:
    """Text of a value that holds no float below 1e-4."""
    return _ENCODER.encode(value).decode()


def joined(texts: Sequence[str]) -> str:
    """Text of an array, given the texts of its items."""
    return f"[{','.join(texts)}]"


def floats(numbers: Sequence[float]) -> list[str]:
    """Texts of floats from 0 to 1, to the byte those of :func:`repr`, which takes longer."""
    texts = _ENCODER.encode(numbers)[1:-1].decode().split(",")
    pairs = zip(numbers, texts, strict=True)
    return [text if number >= 1e-4 else _small(number, text) for number, text in pairs]


def _small(number: float, text: str) -> str:
    if text[-2] == "-":
        return f"{text[:-1]}0{text[-1]}"  # Python writes 1e-7 as 1e-07
    return text if "e" in text else repr(number)
