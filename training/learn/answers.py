"""Answers as people have them, in a table or in dicts, as the codes that the classifier takes."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from data import cells
from data.arrays import Codes
from data.problems import Guesses, Problems, shown
from data.vocabulary import FINDINGS, UNDER_AGE, Finding, current_id


class AnswerEncoder(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Codes of answers, (n, 79): 0 is unknown, 1 and above are the levels of each finding.

    Takes a DataFrame with a column for each finding, or a list of dicts. A column that is
    missing, None, NaN and an empty text are unknown. There is nothing to learn: the features are
    the findings of the vocabulary, whichever of them have a column.
    """

    def fit(self, X: Any, y: Any = None) -> "AnswerEncoder":  # noqa: ARG002
        """Check the columns."""
        validate_data(self, _table(X), skip_check_array=True)
        return self

    def transform(self, X: Any) -> Codes:
        """Codes; ValueError lists every answer that does not fit, by row and column."""
        check_is_fitted(self)
        table = validate_data(self, _table(X), reset=False, skip_check_array=True)
        codes, problems = np.zeros(table.shape, np.uint8), Problems()
        for name, column in zip(FINDINGS, codes.T, strict=True):
            problems.add(_read(FINDINGS[name], table[name], column))
        if problems.count:
            raise ValueError("Answers do not fit:\n" + "\n".join(problems))
        return codes


def code_of(finding: Finding[Any], value: object) -> int:
    """Code of an answer; ValueError says what would fit, never the value."""
    if cells.unknown(value):
        return 0
    level = cells.read(finding, value)
    if level == UNDER_AGE:
        raise ValueError("must be 18 or more; no model is made for younger people")
    return finding.code(level)


def _read(finding: Finding[Any], answers: "pd.Series[Any]", codes: Codes) -> Iterator[str]:
    """Fill in the codes of a column, and say what does not fit; equal answers are read once."""
    read = lru_cache(maxsize=None, typed=True)(lambda value: code_of(finding, value))
    values = answers.tolist()
    for row in np.flatnonzero(answers.notna()).tolist():
        try:
            codes[row] = read(values[row])
        except TypeError:  # a list or a dict, which cannot be looked up
            yield f"row {row}, {finding.id}: must be {cells.takes(finding)}, or empty"
        except ValueError as problem:
            yield f"row {row}, {finding.id}: {problem}"


def _table(X: Any) -> pd.DataFrame:
    """The answers with a column for each finding; ValueError for a column that is none."""
    if not isinstance(X, pd.DataFrame):
        if not (isinstance(X, list) and all(isinstance(case, dict) for case in X)):
            raise TypeError(
                "answers must be a DataFrame with findings as columns, or a list of dicts"
            )
        X = pd.DataFrame(X, dtype=object)
    guesses, names = Guesses(FINDINGS), [current_id(str(name)) for name in X.columns]
    wrong = [f"{shown(n)}: no such finding{guesses.of(n)}" for n in names if n not in FINDINGS]
    wrong += [f"{shown(n)}: is there twice" for n in sorted({*names}) if names.count(n) > 1]
    if wrong:
        raise ValueError("Columns do not fit:\n" + "\n".join(wrong))
    table: pd.DataFrame = X.set_axis(names, axis=1).reindex(columns=list(FINDINGS))
    return table
