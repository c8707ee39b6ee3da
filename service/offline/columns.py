"""A table of cases: its columns, what a row of it states, and the row that answers it."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from data.cells import read, unknown
from data.problems import Guesses, listed, shown
from data.vocabulary import CAUSES, FINDINGS, RETIRED, Answers, Finding, current_id
from models.model import Model
from service.assessment.assess import assess_batch
from service.assessment.opinion import ModelProblem
from service.running.model_watcher import load
from service.safety.contradictions import renamed

ANSWER: Final = (
    "urgency", "urgency_basis", "urgency_settled", "rules", "unasked", "model", "likeliest",
    *CAUSES,
)  # fmt: skip

Asked = list[tuple[int, str, Finding[Any]]]  # place and name of a column, and its finding
Wrong = list[tuple[str, str]]  # columns, and what does not fit there


class RowsDoNotFit(ValueError):  # noqa: N818 - reads as what happened
    """A table that cannot be assessed; the message lists each place."""


def model_in(models: str | Path) -> Model | ModelProblem:
    """The promoted model of a folder, or why there is none."""
    return load(Path(models))


def check_columns(
    names: Sequence[Hashable],
    keep: Sequence[Hashable],
    answer: Sequence[str] = ANSWER,
    others: Sequence[Hashable] = (),
) -> None:
    """RowsDoNotFit if a column is no finding, none to keep and none of the others; or there twice.

    One to keep must be there, under a name that the answer's columns do not have.
    """
    wrong = [*_unknown(names, {*keep, *others}), *_not_kept(names, keep, answer), *_twice(names)]
    if wrong:
        raise RowsDoNotFit(listed(wrong))


def _unknown(names: Sequence[Hashable], others: set[Hashable]) -> Iterator[str]:
    guesses = Guesses(FINDINGS)
    if not names:
        yield "there are no columns"
    for name in names:
        if _id(name) not in FINDINGS and name not in others:
            what = f"no such finding{guesses.of(name)}; keep it to carry it along"
            yield f"column {shown(name)}: {what}"


def _not_kept(
    names: Sequence[Hashable], keep: Sequence[Hashable], answer: Sequence[str]
) -> Iterator[str]:
    for name in keep:
        if name in answer:
            yield f"column {shown(name)}: the answer has one of that name; rename it to keep it"
        elif name not in names:
            yield f"column {shown(name)}: to be kept, but not there"


def _twice(names: Sequence[Hashable]) -> Iterator[str]:
    for name, times in Counter(map(_id, names)).items():
        if times > 1:
            yield f"column {shown(name)}: is there {times} times"


def _id(name: Hashable) -> Hashable:
    return current_id(name) if isinstance(name, str) else name


def renamed_columns(names: Sequence[Hashable]) -> list[str]:
    """What to call columns that have a former id of a finding."""
    former = [name for name in names if isinstance(name, str) and name in RETIRED]
    return [caution["detail"] for caution in renamed(former)]


def asked(names: Sequence[Hashable]) -> Asked:
    """Columns that are findings."""
    pairs = [(i, FINDINGS.get(str(_id(name)))) for i, name in enumerate(names)]
    return [(i, str(names[i]), finding) for i, finding in pairs if finding]


def read_row(columns: Asked, row: Sequence[Any]) -> Answers | Wrong:
    """Answers of a case, or all that is wrong with it."""
    answers: dict[str, str] = {}
    wrong: Wrong = []
    for i, name, finding in columns:
        try:
            if not unknown(row[i]):
                answers[finding.id] = read(finding, row[i])
        except ValueError as problem:
            wrong.append((name, str(problem)))
    return wrong or answers


def answered(cases: Sequence[Answers], model: Model | ModelProblem) -> Iterator[list[Any]]:
    """For each case, what stands in the columns of the answer."""
    for said in assess_batch(cases, model):
        p = {entry["cause"]: entry["probability"] for entry in said["causes"] or []}
        yield [
            said["urgency"],
            said["urgency_basis"],
            said["urgency_settled"],
            " ".join(rule for alert in said["alerts"] for rule in alert["rules"]),
            " ".join(entry["finding"] for entry in said["unasked"]),
            said["model"]["version"],
            next(iter(p), None),
            *(p.get(cause) for cause in CAUSES),
        ]
