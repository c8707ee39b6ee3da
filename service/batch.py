"""``python -m service predict CASES [OUT]``: assess a CSV or Parquet file of cases.

Rows that do not fit are listed, and kept in a file beside; the others are assessed.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
from tqdm import tqdm

from data.vocabulary import Answers
from service.frame import (
    RowsDoNotFit,
    Wrong,
    assessed,
    check_columns,
    model_in,
    read_row,
    renamed_columns,
    rows,
)
from service.opinion import ModelProblem

SLICE: Final = 1_000  # cases between two steps of the bar
ENDINGS: Final = (".csv", ".parquet")


def main(argv: Sequence[str]) -> int:
    """0; 2 if rows were left out; 1 with a clear line if nothing could be done."""
    asked = _asked(argv)
    try:
        cases, first = _read(asked.cases)
        check_columns(cases, asked.keep)
        for caution in renamed_columns(cases, asked.keep):
            sys.stderr.write(f"{asked.cases}: {caution}\n")
        return _assess(cases, first, asked)
    except (OSError, ValueError, RowsDoNotFit) as problem:
        sys.stderr.write("".join(f"{asked.cases}: {line}\n" for line in str(problem).splitlines()))
        return 1


def _asked(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m service predict", description=__doc__)
    parser.add_argument("cases", type=Path, help="a column for each finding; empty is unknown")
    parser.add_argument("out", type=Path, nargs="?", help="a new file; without one, CSV is printed")
    parser.add_argument("--keep", nargs="+", default=[], help="other columns, to carry along")
    parser.add_argument("--models", default=os.environ.get("MODELS") or "models")
    asked = parser.parse_args(argv)
    for path in (asked.cases, asked.out):
        if path and path.suffix not in ENDINGS:
            parser.error(f"{path}: must end in .csv or .parquet")
    return asked


def _read(path: Path) -> tuple[pd.DataFrame, int]:
    """The cases, and what number their first row has: its line in a CSV, else 1."""
    if path.suffix == ".parquet":
        return pd.read_parquet(path), 1
    return pd.read_csv(path, dtype=str, keep_default_na=False, skip_blank_lines=False), 2


def _assess(cases: pd.DataFrame, first: int, asked: argparse.Namespace) -> int:
    model = model_in(asked.models)
    if isinstance(model, ModelProblem):
        sys.stderr.write(f"The rules alone answer, model {model.status}: {model.detail}\n")
    read = [read_row(row) for row in rows(cases, asked.keep)]
    wrong = {i: found for i, found in enumerate(read) if isinstance(found, list)}
    good = [i for i in range(len(read)) if i not in wrong]
    answers = [case for case in read if not isinstance(case, list)]
    said = _with_bar(answers, model)
    kept = cases.iloc[good][asked.keep].reset_index(drop=True)
    said.insert(0, "row", [i + first for i in good])
    _write(said.join(kept), asked.out)
    if wrong:
        _leave_out(cases, wrong, first, asked.cases)
    return 2 if wrong else 0


def _with_bar(answers: list[Answers], model: Any) -> pd.DataFrame:
    """All assessments; a bar on the terminal."""
    starts = range(0, max(1, len(answers)), SLICE)
    with tqdm(total=len(answers), unit=" cases", disable=None) as bar:
        parts = []
        for start in starts:
            parts.append(assessed(answers[start : start + SLICE], model))
            bar.update(len(parts[-1]))
    return pd.concat(parts, ignore_index=True)


def _write(table: pd.DataFrame, path: Path | None) -> None:
    """The file appears whole, or not at all."""
    if path is None:
        table.to_csv(sys.stdout, index=False)
        return
    part = path.with_name(f"{path.name}.part")
    if path.suffix == ".parquet":
        table.to_parquet(part, index=False)
    else:
        table.to_csv(part, index=False)
    part.replace(path)


def _leave_out(cases: pd.DataFrame, wrong: dict[int, Wrong], first: int, path: Path) -> None:
    """List what does not fit, and keep those rows in CASES.rejected.csv with the reasons."""
    reasons = {
        i: "; ".join(f"{column}: {what}" for column, what in found) for i, found in wrong.items()
    }
    for i, reason in reasons.items():
        sys.stderr.write(f"{path}, row {i + first}: {reason}\n")
    beside = path.with_name(f"{path.stem}.rejected.csv")
    table = cases.iloc[list(wrong)].copy()
    table.insert(0, "row", [i + first for i in wrong])
    table["problems"] = list(reasons.values())
    _write(table, beside)
    sys.stderr.write(f"{len(wrong)} rows were left out; they are in {beside}.\n")
