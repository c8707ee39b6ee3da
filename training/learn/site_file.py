"""A clinic's file of labelled cases, CSV or Parquet: read whole, or refused with all that is wrong.

`python -m training.learn.site_file` writes the table of columns in docs/OWN_CASES.md and the empty
file beside it.
"""

import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from data import cells
from data.checkout import need_document
from data.problems import Guesses, Problems, shown
from data.rows import Table, Unreadable, opened
from data.vocabulary import CAUSES, FINDINGS, current_id
from data.wording import WORDING
from training.learn.answers import code_of
from training.learn.site_data import SiteData

DOCS: Final = Path(__file__).parents[2] / "docs" / "OWN_CASES.md"
EMPTY: Final = DOCS.with_name("own-cases.csv")
BLOCK: Final = re.compile(r"(?<=<!-- columns -->\n).*?(?=<!-- end -->)", re.DOTALL)
FEWEST: Final = 5
CAUSE: Final = "cause"
COLUMNS: Final = (*FINDINGS, CAUSE)
MOST: Final = 100_000  # cases; with all columns, 8 million cells


class SiteFileError(ValueError):
    """A file that cannot be taken as it is; the message lists every place."""

    def __init__(self, name: str, problems: Iterable[str]) -> None:
        super().__init__(f"{name} cannot be used as it is:\n" + "\n".join(problems))


def template() -> str:
    """A CSV file with all columns and no case."""
    return ",".join(COLUMNS) + "\n"


def read(path: Path) -> SiteData:
    """The cases of a file; SiteFileError lists what is wrong, by row, OSError as usual."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    try:
        with opened(path) as source:
            codes, causes, problems = _cases(source, [current_id(name) for name in source.heads])
    except Unreadable as problem:
        raise SiteFileError(path.name, [str(problem)]) from problem
    if problems.count:
        raise SiteFileError(path.name, problems)
    return SiteData(
        np.frombuffer(codes, np.uint8).reshape(-1, len(FINDINGS)),
        np.array(causes, np.int64),
        digest,
    )


def _cases(source: Table, heads: Sequence[str]) -> tuple[bytearray, list[int], Problems]:
    """Codes of all cases, one after another, their causes, and all that is wrong."""
    codes, causes, problems = bytearray(), list[int](), Problems()
    problems.add(_heads(heads))
    _refuse_many(source.count or 0)
    for place, row in source.rows if not problems.count else ():
        answers, cause, wrong = _case(heads, row)
        problems.add(f"{source.unit} {place}{words}" for words in wrong)
        codes += bytes(answers)
        causes.append(cause)
        _refuse_many(len(causes))
    if not problems.count and len(causes) < FEWEST:
        problems.add([f"it has {len(causes)} cases; at least {FEWEST} are needed"])
    return codes, causes, problems


def _refuse_many(cases: int) -> None:
    if cases > MOST:
        raise Unreadable(f"it has more than {MOST:,} cases; draw that many of them at random")


def _heads(heads: Sequence[str]) -> Iterator[str]:
    """What is wrong with the names of the columns; a finding that has none is unknown."""
    if CAUSE not in heads:
        yield f"line 1: there is no column {CAUSE}; columns are separated by commas"
    guesses = Guesses(COLUMNS)
    for name, times in Counter(heads).items():
        if times > 1:
            yield f"line 1, {shown(name)}: is there {times} times"
        if name not in COLUMNS:
            yield f"line 1, {shown(name)}: there is no such column{guesses.of(name)}"


def _case(heads: Sequence[str], row: Sequence[Any]) -> tuple[list[int], int, list[str]]:
    """Codes and cause of a row, and what is wrong with it, column by column."""
    codes, cause, wrong = [0] * len(FINDINGS), 0, []
    if len(row) != len(heads):
        return codes, cause, [f": has {len(row)} values for {len(heads)} columns"]
    for name, value in zip(heads, row, strict=True):
        try:
            if name == CAUSE:
                cause = _cause(cells.plain(value))
            else:
                codes[FINDINGS[name].index] = code_of(FINDINGS[name], value)
        except ValueError as problem:
            wrong.append(f", {name}: {problem}")
    return codes, cause, wrong


def _cause(value: Any) -> int:
    if value not in tuple(CAUSES):
        raise ValueError(f"must be one of {', '.join(CAUSES)}")
    return list(CAUSES).index(value)


def layout() -> str:
    """A table of all columns: what they take, and what they ask."""
    lines = ["| column | takes | question |", "|---|---|---|"]
    for name, finding in FINDINGS.items():
        takes = ", ".join(f"`{level}`" for level in finding.levels)
        if finding.kind == "numeric":
            unit, of = ("years", "a whole number") if name == "age" else ("kg/m²", "a number")
            low = 18 if name == "age" else finding.limits[0]
            takes = f"{of} of {unit} from {low:g} to {finding.limits[1]:g}"
        lines.append(f"| `{name}` | {takes} | {WORDING.question(name)} |")
    lines.append(f"| `{CAUSE}` | {', '.join(f'`{c}`' for c in CAUSES)} | What was found? |")
    return "\n".join(lines)


def main() -> int:
    """Write both anew."""
    need_document(DOCS)
    text = DOCS.read_text("utf-8")
    DOCS.write_text(BLOCK.sub(lambda _: layout() + "\n", text), "utf-8")
    EMPTY.write_text(template(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
