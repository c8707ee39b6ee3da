"""Words that hold in any country, made those of this one by a setting."""

import os
from typing import Final

ANYWHERE: Final = "your local emergency number"


def localised(text: str) -> str:
    """Text with the number of EMERGENCY_NUMBER, where the service is told one."""
    number = os.environ.get("EMERGENCY_NUMBER", "").strip()
    return text.replace(ANYWHERE, number) if number else text
