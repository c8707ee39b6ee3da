"""The libraries of the extra ``train``: whoever lacks one is told its name and how to get it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LIBRARIES: Final = {  # as they are imported -> as they are installed
    "jinja2": "jinja2",
    "joblib": "joblib",
    "matplotlib": "matplotlib",
    "pandas": "pandas",
    "pyarrow": "pyarrow",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "tqdm": "tqdm",
}


class LibraryMissingError(ImportError):
    """A library of the extra is not installed; the message says which, and how to get it."""


@contextmanager
def told_by_name() -> Iterator[None]:
    """LibraryMissingError in place of the error of an import that only the extra makes work."""
    try:
        yield
    except ModuleNotFoundError as problem:
        library = LIBRARIES.get((problem.name or "").partition(".")[0])
        if library is None:
            raise
        raise LibraryMissingError(
            f"{library} is not installed. Supine's extra `train` brings it: install Supine again "
            "with it, in a checkout by `pipx install --force '.[train]'`.",
            name=problem.name,
        ) from problem
