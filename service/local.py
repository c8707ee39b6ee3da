"""Words that hold in any country, made those of this one by a setting."""

import os
from functools import cache
from typing import Final

ANYWHERE: Final = "your local emergency number"


@cache
def emergency_number() -> str:
    """Number of EMERGENCY_NUMBER, read once; empty where the service is told none."""
    return os.environ.get("EMERGENCY_NUMBER", "").strip()


def localised(text: str, number: str) -> str:
    """Text with that number, unless it is empty."""
    return text.replace(ANYWHERE, number) if number else text
