"""The command ``supine``: each of its commands is the main function of another module."""

import signal
import sys
from argparse import REMAINDER, SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import import_module
from typing import Final, NamedTuple

from service import __version__
from service.extras import LibraryMissingError, told_by_name


class Command(NamedTuple):
    """The module whose ``main`` is called, what it does, and what its arguments begin with."""

    module: str
    words: str
    first: tuple[str, ...] = ()


COMMANDS: Final = {
    "serve": Command("service.__main__", "answer on HOST and PORT"),
    "ask": Command("service.ask", "put a case to a service that runs"),
    "predict": Command("service.offline.predict_file", "assess a file of cases, with no service"),
    "train": Command("training.__main__", "train a model, judge it, and serve it if good enough"),
    "models": Command("models.__main__", "list the trained versions, and which one is served"),
    "compare": Command("training.judge.compare", "show what two versions answer differently"),
    "promote": Command("models.__main__", "serve a version that passed its gates", ("promote",)),
    "rollback": Command("models.__main__", "serve the version served before", ("rollback",)),
    "cases": Command("data.__main__", "write a file of simulated cases"),
}
LIST: Final = "\n".join(f"  {name:<10}{command.words}" for name, command in COMMANDS.items())


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the first argument names; its exit code, or 1 if a library is missing."""
    parser = ArgumentParser(
        "supine",
        description="Why does my leg hurt when I lie down? Not a diagnosis, nor a medical device.",
        epilog=f"commands:\n{LIST}\n\n`supine COMMAND --help` explains each.",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"supine {__version__}")
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of those below")
    parser.add_argument("arguments", nargs=REMAINDER, help=SUPPRESS)
    asked = parser.parse_args(argv)
    command = COMMANDS[asked.command]
    prog = "supine" if command.first else f"supine {asked.command}"
    return run(command.module, [*command.first, *asked.arguments], prog)


def run(module: str, argv: Sequence[str], prog: str) -> int:
    """Call a module's main function; SIGTERM lets it take away what is half written."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with told_by_name():
            code: int = import_module(module).main(argv, prog)
    except LibraryMissingError as problem:
        sys.stderr.write(f"{prog}: {problem}\n")
        return 1
    return code
