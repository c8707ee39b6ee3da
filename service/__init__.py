"""What it says: safety rules, assessment, parsing and the HTTP routes.

For people with tables, ``from service import assess`` (service/offline/frame.py) takes and gives a
DataFrame.
"""

from typing import Any, Final

__version__: Final = "0.1.0"  # as in pyproject.toml, which is not where a container runs


def __getattr__(name: str) -> Any:
    """Only who asks for ``assess`` loads pandas, which serving does without."""
    if name == "assess":
        from service.extras import told_by_name

        with told_by_name():
            from service.offline.frame import assess
        return assess
    raise AttributeError(name)
