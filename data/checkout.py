"""Whether this is a checkout, or was installed; and what only a checkout has."""

import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
IS_CHECKOUT: Final = (ROOT / "pyproject.toml").is_file()


def command(name: str) -> str:
    """A command as it is typed here: that of ``make`` in a checkout, else that of ``supine``."""
    return f"`make {name}`" if IS_CHECKOUT else f"`supine {name}`"


def need_document(path: Path) -> None:
    """End with one line if a document that is to be written anew is not there."""
    if not path.is_file():
        sys.exit(f"{path.name} is not part of what is installed; run this in a checkout.")
