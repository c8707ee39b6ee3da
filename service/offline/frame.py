"""Cases as a pandas DataFrame: a column for each finding, a row for each case."""

import os
import warnings
from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from data.problems import listed, shown
from models.folder import models_folder
from service.offline.columns import (
    ANSWER,
    RowsDoNotFit,
    answered,
    asked,
    check_columns,
    model_in,
    read_row,
    renamed_columns,
)

SLICE: Final = 1_000  # cases that are held whole at a time


def assess(
    cases: pd.DataFrame, models: str | Path | None = None, keep: str | Sequence[Hashable] = ()
) -> pd.DataFrame:
    """Urgency, rules, and the probability of each cause, row by row and under the same index.

    Columns are findings; missing values are unknown; the column or columns named in ``keep`` are
    carried along, first, and must not be called like the answer's. Without a usable model in
    ``models``, by default where versions are kept, the probabilities are missing and the rules
    answer. RowsDoNotFit lists every problem with its row, counted from 0, and column; the first
    thousand.
    """
    names = list(cases.columns)
    kept = [keep] if isinstance(keep, str) else list(dict.fromkeys(keep))
    check_columns(names, kept)
    for caution in renamed_columns(names):
        warnings.warn(caution, FutureWarning, stacklevel=2)
    columns = asked(names)
    read = [read_row(columns, row) for row in _rows(cases)]
    if wrong := listed(_problems(read, cases.index.to_list())):
        raise RowsDoNotFit(wrong)
    good = [case for case in read if not isinstance(case, list)]
    model = model_in(models or models_folder(os.environ))
    said = [row for i in range(0, len(good), SLICE) for row in answered(good[i : i + SLICE], model)]
    table = pd.DataFrame(said, cases.index, list(ANSWER))
    given = dict(cases.items())
    for place, name in enumerate(kept):  # an array has no labels, by which pandas would pair rows
        table.insert(place, name, given[name].array)
    return table


def _rows(cases: pd.DataFrame) -> Iterator[list[Any]]:
    """Values of each row, None where one is missing."""
    for start in range(0, len(cases), SLICE):
        part = cases.iloc[start : start + SLICE].astype(object)
        yield from part.where(part.notna(), None).to_numpy().tolist()


def _problems(read: Sequence[Any], index: Sequence[Hashable]) -> Iterator[str]:
    for i, found in enumerate(read):
        for column, what in found if isinstance(found, list) else ():
            yield f"row {i} (index {shown(index[i])}), {column}: {what}"
