"""Where trained versions are kept."""

from collections.abc import Mapping
from pathlib import Path

from data.checkout import IS_CHECKOUT


def models_folder(environ: Mapping[str, str], checkout: bool = IS_CHECKOUT) -> Path:
    """``MODELS``; without it ``models`` in a checkout, and else the user's own folder of data.

    That is ``~/.local/share/supine/models``, or below ``XDG_DATA_HOME``. A user without a home
    keeps them in ``models`` too.
    """
    if given := environ.get("MODELS"):
        return Path(given)
    data, home = environ.get("XDG_DATA_HOME", ""), environ.get("HOME")
    if not Path(data).is_absolute():  # as its specification wants it: then it does not count
        data = f"{home}/.local/share" if home else ""
    return Path("models") if checkout or not data else Path(data, "supine", "models")
