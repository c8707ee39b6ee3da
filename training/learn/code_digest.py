"""Which code a model comes from."""

import hashlib
from pathlib import Path
from typing import Final

from data import statistics

PACKAGES: Final = ("data", "models", "training")


def code_digest() -> str:
    """SHA-256 over the modules that a model comes from, and the numbers that were chosen."""
    root, total = Path(__file__).parents[2], hashlib.sha256()
    modules = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    for path in [*modules, statistics.PATH]:
        name = path.relative_to(root).as_posix()
        total.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()
