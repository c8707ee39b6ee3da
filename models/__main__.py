"""Lists the trained versions, serves one of them, or goes back to the one served before."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NoReturn

from data.checkout import command
from models.artifact import ModelMissing, ModelRefused, load, load_current
from models.folder import models_folder
from models.store import NothingBefore, promote, rollback
from models.versions import HEAD, LEGEND, NoSuchVersion, find, versions


class FellShort(Exception):  # noqa: N818 - reads as what happened
    """A model that is not good enough to be served."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """End with one line."""
        self.exit(2, f"{message}; --help explains what can be done\n")


def main(argv: Sequence[str], prog: str = "python -m models") -> int:
    """Do what is asked; 1 if it cannot be done, 2 for a bad value."""
    asked = _arguments(argv, prog)
    try:
        DONE[asked.what or "list"](asked)
    except NoSuchVersion as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    except (FellShort, ModelMissing, ModelRefused, NothingBefore) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except OSError as problem:
        sys.stderr.write(f"{asked.models} cannot be used: {problem.strerror or problem}.\n")
        return 1
    return 0


def _arguments(argv: Sequence[str], prog: str) -> argparse.Namespace:
    parser = _Parser(prog, description=__doc__)
    kept = models_folder(os.environ)
    parser.add_argument(
        "--models", type=_folder, default=kept, metavar="DIR", help=f"folder of models ({kept})"
    )
    whats = parser.add_subparsers(dest="what", metavar="WHAT")
    whats.add_parser("list", help="print all versions, newest first: without WHAT")
    promoting = whats.add_parser("promote", help="serve a version that passed its gates")
    promoting.add_argument("version", help="its name, as the list shows it")
    whats.add_parser("rollback", help="serve the version that was served before; again, undo it")
    return parser.parse_args(argv)


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text}")
    return Path(text)


def _list(asked: argparse.Namespace) -> None:
    if found := versions(asked.models) if asked.models.is_dir() else []:
        sys.stdout.write("\n".join([HEAD, *(version.line() for version in found), LEGEND]))
        load_current(asked.models)  # what is wrong with it is said
    else:
        sys.stdout.write(f"There is no model in {asked.models} yet; run {command('train')}.\n")


def _promote(asked: argparse.Namespace) -> None:
    folder = find(asked.models, asked.version)
    short = load(folder).manifest.get("shortfalls", ["It was never judged."])
    if short:
        raise FellShort(f"{folder.name} fell short, so it is not served: {' '.join(short)}")
    promote(folder)
    sys.stdout.write(f"{folder.name} is served now.\n")


def _rollback(asked: argparse.Namespace) -> None:
    served = rollback(asked.models).current.version
    sys.stdout.write(f"{served} is served again; {command('rollback')} once more undoes it.\n")


DONE: Final[dict[str, Callable[[argparse.Namespace], None]]] = {
    "list": _list,
    "promote": _promote,
    "rollback": _rollback,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
