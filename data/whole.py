"""A file that a user names: it appears whole or not at all, and in no other's place unasked."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex


def refuse_loss(path: Path, force: bool, *sources: Path) -> None:
    """ValueError if to write a file would lose one: itself, unless ``force``, or a source."""
    if any(path.exists() and path.samefile(source) for source in sources if source.exists()):
        raise ValueError(f"{path}: is what is read; name another file to write")
    if path.is_dir():
        raise ValueError(f"{path}: is a folder; name a file")
    if os.path.lexists(path) and not force:
        raise ValueError(f"{path}: is there already; name another file, or --force to replace it")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A file beside ``path`` to be written, which takes its place if nothing was raised.

    If it was taken away again, what was at ``path`` goes too.
    """
    part = path.with_name(f"{path.name}.{token_hex(4)}.part")
    try:
        yield part
        if part.exists():
            with part.open("rb") as written:
                os.fsync(written.fileno())
            part.replace(path)
        else:
            path.unlink(missing_ok=True)
    finally:
        part.unlink(missing_ok=True)
