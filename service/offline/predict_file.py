"""``python -m service predict CASES [OUT]``: assess a CSV or Parquet file of cases.

Rows that do not fit are told of and, beside OUT, kept in a file of their own. That one, mended, can
be assessed in turn: its rows keep the numbers that they had first. Files appear whole or not at
all. Ends with 0 if every row was answered, with 2 if some were left out, with 1 if nothing was
answered and nothing written.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

from data.rows import ENDINGS, Table, adding, opened
from data.vocabulary import URGENCIES
from data.whole import refuse_loss, whole
from models.folder import models_folder
from service.assessment.opinion import ModelProblem
from service.offline.answering import PROBLEMS, ROW, TYPES, Answering
from service.offline.columns import check_columns, model_in, renamed_columns


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """End with 1, for 2 says that rows were left out."""
        self.exit(1, f"{self.format_usage()}{message}\n")


def main(argv: Sequence[str], prog: str = "python -m service predict") -> int:
    """0, 1 or 2 as above; 130 if it was interrupted, and nothing written."""
    asked = _asked(argv, prog)
    try:
        return _predict(asked)
    except (OSError, ValueError) as problem:
        sys.stderr.write("".join(f"{asked.cases}: {line}\n" for line in str(problem).splitlines()))
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped; nothing was written.\n")
        return 130


def _asked(argv: Sequence[str], prog: str) -> argparse.Namespace:
    parser = _Parser(prog, description=__doc__)
    parser.add_argument("cases", type=Path, help="a column for each finding; empty is unknown")
    parser.add_argument(
        "out",
        type=Path,
        nargs="?",
        help="a new file; rows left out are then in OUT's name with .rejected.csv. Without it, the "
        "answer is printed as CSV, and no file written",
    )
    parser.add_argument("--keep", nargs="+", default=[], help="columns to carry along as they are")
    parser.add_argument("--force", action="store_true", help="replace both files if they are there")
    parser.add_argument("--models", default=models_folder(os.environ))
    asked = parser.parse_args(argv)
    for path in (asked.cases, asked.out):
        if path and path.suffix not in ENDINGS:
            parser.error(f"{path}: must end in .csv or .parquet")
    asked.beside = asked.out and asked.out.with_name(f"{asked.out.stem}.rejected.csv")
    try:
        for path in filter(None, (asked.out, asked.beside)):
            refuse_loss(path, asked.force, asked.cases)
    except ValueError as problem:
        parser.error(str(problem))
    return asked


def _predict(asked: argparse.Namespace) -> int:
    with opened(asked.cases) as source, _targets(asked.out, asked.beside) as (out, left):
        answering = _answering(source, asked)
        ending = asked.out.suffix if asked.out else ".csv"
        with (
            adding(out, ending, answering.schema) as answer,
            adding(left, ".csv", answering.left_schema) as leave_out,
        ):
            answering.run(answer, leave_out)
        if not answering.left_out:
            left.unlink()
    _tell(answering, asked.cases, asked.beside)
    return 2 if answering.left_out else 0


def _answering(source: Table, asked: argparse.Namespace) -> Answering:
    keep = list(dict.fromkeys(asked.keep))
    check_columns(source.heads, keep, [*TYPES, PROBLEMS], [ROW, PROBLEMS, *source.index])
    for caution in renamed_columns(source.heads):
        sys.stderr.write(f"{asked.cases}: {caution}\n")
    model = model_in(asked.models)
    if isinstance(model, ModelProblem):
        sys.stderr.write(f"The rules alone answer, model {model.status}: {model.detail}\n")
    return Answering(source, keep, model)


@contextmanager
def _targets(out: Path | None, beside: Path | None) -> Iterator[tuple[Path, Path]]:
    """Files for the answer and the rows left out; without OUT, the answer is printed at the end."""
    if out and beside:
        with whole(out) as answer, whole(beside) as left:
            yield answer, left
        return
    with TemporaryDirectory() as folder:
        answer = Path(folder, "answer")
        yield answer, Path(folder, "rejected")
        with answer.open(encoding="utf-8", newline="") as lines:
            shutil.copyfileobj(lines, sys.stdout)


def _tell(answering: Answering, cases: Path, beside: Path | None) -> None:
    """All that does not fit; and in one line, how many rows became what, and where they are."""
    for problem in answering.problems:
        sys.stderr.write(f"{cases}: {problem}\n")
    numbers = answering.urgencies
    each = ", ".join(f"{numbers[urgency]:,} {urgency}" for urgency in URGENCIES)
    where = f", in {beside}" if beside else "; name a file for the answer to have them beside it"
    left = f"left out: {answering.left_out:,}" + (where if answering.left_out else "")
    sys.stderr.write(f"Rows answered: {numbers.total():,} ({each}); {left}.\n")
