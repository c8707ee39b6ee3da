"""Clinicians' cases: what a person says, and what a guideline or textbook would have answered.

``vignettes/*.toml`` hold them. What is expected of each was written down beforehand.
"""

import tomllib
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).with_name("vignettes")


def load_vignettes(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """Every case: name, source, given answers, and what is expected; OSError if there is none."""
    files = sorted(folder.glob("*.toml"))
    cases = [case for file in files for case in tomllib.loads(file.read_text("utf-8"))["case"]]
    if not cases:
        raise FileNotFoundError(f"{folder}: no clinicians' cases are there; install Supine anew")
    return cases
