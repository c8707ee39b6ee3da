"""What a benchmark runs on, in the first lines that it prints."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from models.artifact import load_current

LIBRARIES = (
    "flask", "werkzeug", "granian", "uvloop", "msgspec", "orjson", "numpy", "scikit-learn", "pandas"
)  # fmt: skip


def described() -> str:
    """Processor, Python, the libraries that are there, and the promoted model."""
    libraries = ", ".join(f"{name} {found}" for name in LIBRARIES if (found := _version(name)))
    model = load_current(Path(os.environ.get("MODELS", "models"))).version
    return f"{_processor()}, Python {platform.python_version()}\n{libraries}\nmodel {model}\n"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    described = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    names = [line.split(":")[1].strip() for line in described if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else platform.processor()
