"""Words that hold in any country, made those of this one by a setting."""

from typing import Final

ANYWHERE: Final = "your local emergency number"


def localised(text: str, number: str) -> str:
    """Text with that number, unless it is empty."""
    return text.replace(ANYWHERE, number) if number else text
