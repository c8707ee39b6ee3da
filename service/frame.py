"""Cases as a pandas DataFrame: a column for each finding, a row for each case."""

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from data.vocabulary import CAUSES, FINDINGS, RETIRED, Answers, Finding, current_id
from models.model import Model
from service.app import create_app
from service.assessment import assess_batch
from service.contract import Assessment
from service.contradictions import renamed
from service.opinion import ModelProblem
from service.request import did_you_mean

WORDS: Final = {"yes": True, "true": True, "no": False, "false": False}
SAID: Final = (
    "urgency", "urgency_basis", "urgency_settled", "rules", "unasked", "model", "likeliest"
)  # fmt: skip

Wrong = list[tuple[str, str]]  # columns, and what does not fit there


class RowsDoNotFit(ValueError):  # noqa: N818 - reads as what happened
    """Rows that cannot be assessed; the message lists each place."""


def assess(
    cases: pd.DataFrame, models: str | Path = "models", keep: Sequence[str] = ()
) -> pd.DataFrame:
    """Urgency, rules, and the probability of each cause, one row for each of ``cases``.

    Columns are findings; missing values are unknown; columns named in ``keep`` are carried along.
    Without a usable model in ``models`` the probabilities are missing and the rules answer.
    RowsDoNotFit lists every problem with its row and column.
    """
    check_columns(cases, keep)
    for caution in renamed_columns(cases, keep):
        warnings.warn(caution, FutureWarning, stacklevel=2)
    read = [read_row(row) for row in rows(cases, keep)]
    places = zip(cases.index, read, strict=True)
    wrong = [f"row {i}, {c}: {what}" for i, found in places if isinstance(found, list)
             for c, what in found]  # fmt: skip
    if wrong:
        raise RowsDoNotFit("\n".join(wrong))
    said = assessed([case for case in read if not isinstance(case, list)], model_in(models))
    return cases[list(keep)].join(said.set_axis(cases.index))


def model_in(models: str | Path) -> Model | ModelProblem:
    """The promoted model of a folder, or why there is none."""
    found: Model | ModelProblem = create_app(Path(models)).extensions["model"]
    return found


def check_columns(cases: pd.DataFrame, keep: Sequence[str]) -> None:
    """RowsDoNotFit if a column is no finding and not to be kept, or is there twice."""
    columns = [str(name) for name in cases.columns]
    wrong = [
        f"column {name}: no such finding{did_you_mean(name, FINDINGS)}; keep it to carry it along"
        for name in columns
        if current_id(name) not in FINDINGS and name not in keep
    ]
    wrong += [f"column {name}: to be kept, but not there" for name in keep if name not in columns]
    ids = [name if name in keep else current_id(name) for name in columns]
    wrong += [f"column {name}: is there twice" for name in {*ids} if ids.count(name) > 1]
    if wrong:
        raise RowsDoNotFit("\n".join(wrong))


def renamed_columns(cases: pd.DataFrame, keep: Sequence[str]) -> list[str]:
    """What to call columns that have a former id of a finding."""
    former = [name for name in map(str, cases.columns) if name in RETIRED and name not in keep]
    return [caution["detail"] for caution in renamed(former)]


def rows(cases: pd.DataFrame, keep: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What is known of each case, by finding."""
    asked = cases[[name for name in cases.columns if name not in keep]].astype(object)
    known = asked.notna() & (asked != "")
    for values, there in zip(asked.to_numpy(), known.to_numpy(), strict=True):
        triples = zip(asked.columns, values, there, strict=True)
        yield {name: value for name, value, known in triples if known}


def read_row(row: dict[str, Any]) -> Answers | Wrong:
    """Answers of a case, or all that is wrong with it."""
    answers: dict[str, str] = {}
    wrong: Wrong = []
    for name, value in row.items():
        finding = FINDINGS[current_id(name)]
        try:
            answers[finding.id] = finding.read(_value(finding, value))
        except ValueError as problem:
            wrong.append((name, str(problem)))
    return wrong or answers


def _value(finding: Finding[Any], value: Any) -> Any:
    """A cell as a request would state it; what cannot be is left for the finding to refuse."""
    if finding.kind == "numeric":
        try:
            return value if isinstance(value, bool) else float(value)
        except (TypeError, ValueError):
            return value
    if finding.kind == "boolean":
        return WORDS.get(str(value).strip().lower(), value)
    return value.strip() if isinstance(value, str) else value


def assessed(cases: Sequence[Answers], model: Model | ModelProblem) -> pd.DataFrame:
    """One row for each case."""
    table = [_row(said) for said in assess_batch(cases, model)]
    return pd.DataFrame(table, columns=[*SAID, *CAUSES])


def _row(said: Assessment) -> list[Any]:
    p = {entry["cause"]: entry["probability"] for entry in said["causes"] or []}
    return [
        said["urgency"],
        said["urgency_basis"],
        said["urgency_settled"],
        " ".join(rule for alert in said["alerts"] for rule in alert["rules"]),
        " ".join(entry["finding"] for entry in said["unasked"]),
        said["model"]["version"],
        next(iter(p), None),
        *(p.get(cause) for cause in CAUSES),
    ]
