"""Trains a model on simulated cases, judges it on others and, if it is good enough, serves it.

`make train` passes N= on as --cases, SEED= as --seed, MODEL= as --model, DATA= as --data, WEIGHT=
as --weight and MODELS= as --models. docs/OWN_CASES.md says what a file of own cases looks like.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NoReturn

from models.folder import models_folder
from training import CASES, FEWEST, HEAVIEST, MODEL_KINDS, SEED, TEST_CASES

LAST: Final = 10  # lines of a run, in which what it changed is told

# One thread each, before NumPy is imported: more would get in each other's way.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """End with one line."""
        self.exit(2, f"{message}; --help explains the options\n")


def main(argv: Sequence[str] | None = None, prog: str = "python -m training") -> int:
    """Run; 0 if the model was promoted, 1 if not, 2 for a bad value, 130 if interrupted."""
    try:
        return _run(_arguments(argv, prog))
    except KeyboardInterrupt:
        pass  # the bar is closed when this clause ends; only then is there a line to write on
    sys.stderr.write("\nStopped. The served model is as it was.\n")
    return 130


def _arguments(argv: Sequence[str] | None, prog: str) -> argparse.Namespace:
    kept = models_folder(os.environ)
    parser = _Parser(prog, description=__doc__)
    parser.add_argument(
        "--cases",
        type=_at_least(FEWEST),
        default=CASES,
        metavar="N",
        help=f"how many simulated cases to learn from; more take longer ({CASES:,})",
    )
    parser.add_argument(
        "--seed",
        type=_at_least(0),
        default=SEED,
        help=f"where the dice start: the same seed gives the same model ({SEED})",
    )
    parser.add_argument(
        "--test-cases",
        type=_at_least(FEWEST),
        default=TEST_CASES,
        metavar="N",
        help=f"how many fresh cases to judge the model on ({TEST_CASES:,})",
    )
    parser.add_argument(
        "--model",
        choices=list(MODEL_KINDS),
        default=next(iter(MODEL_KINDS)),
        metavar="KIND",
        help="what is trained: "
        + "; ".join(f"{name}, {words}" for name, words in MODEL_KINDS.items())
        + f" ({next(iter(MODEL_KINDS))})",
    )
    parser.add_argument(
        "--data",
        type=_file,
        metavar="FILE",
        help="labelled cases of your own, .csv or .parquet, to take in (none)",
    )
    parser.add_argument(
        "--weight",
        type=_weight,
        default=1.0,
        help="how much an own case counts: 2 is as if each were there twice (1)",
    )
    parser.add_argument(
        "--models",
        type=_folder,
        default=str(kept),
        metavar="DIR",
        help=f"folder that the model is written to and served from ({kept})",
    )
    return parser.parse_args(argv)


def _run(asked: argparse.Namespace) -> int:
    sys.stderr.write("Reading what is known ...\n")
    from data.build import load_world  # late, so that a bad value is told at once
    from data.check import KnowledgeError
    from models.artifact import ModelRefused
    from training.judge import care
    from training.judge.compare import effect
    from training.learn.site_file import read
    from training.report.score_table import own_cases, table
    from training.run import train

    try:
        own = read(asked.data) if asked.data else None
        result = train(
            load_world(),
            asked.cases,
            asked.seed,
            asked.test_cases,
            asked.models,
            progress=True,
            kind=asked.model,
            own=own,
            weight=asked.weight,
        )
    except (KnowledgeError, ModelRefused, OSError, ValueError) as problem:
        sys.stderr.write(f"No model was trained: {problem}\n")
        return 1
    sys.stdout.write(f"{table(result.scores)}\n\n{care.table(result.care)}\n\n")
    if result.own:
        sys.stdout.write(f"{own_cases(result.own)}\n\n")
    end = [f"Promoted {result.folder}; report.html in it shows more."]
    if not result.promoted:
        end = ["Not promoted:", *result.shortfalls]
        end += [
            f"The served model is as it was; this one is kept in {result.folder}, with a report."
        ]
    sys.stdout.write("\n".join([*effect(result.served, result.folder, LAST - len(end)), *end, ""]))
    return 0 if result.promoted else 1


def _at_least(fewest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = -1
        if value < fewest:
            raise argparse.ArgumentTypeError(f"must be a whole number, {fewest:,} or more")
        return value

    return read


def _weight(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= HEAVIEST:
        raise argparse.ArgumentTypeError(f"must be a number above 0, at most {HEAVIEST:g}")
    return value


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file() or not os.access(path, os.R_OK):
        raise argparse.ArgumentTypeError("must be a file that can be read")
    if path.suffix not in {".csv", ".parquet"}:
        raise argparse.ArgumentTypeError("must end in .csv or .parquet")
    return path


def _folder(text: str) -> Path:
    path = Path(text)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise argparse.ArgumentTypeError("must be a folder, or the name of a new one") from problem
    if not os.access(path, os.W_OK | os.X_OK):
        raise argparse.ArgumentTypeError("must be a folder that can be written to")
    return path


if __name__ == "__main__":
    sys.exit(main())
