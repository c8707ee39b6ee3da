"""A clinic's file of labelled cases, CSV or Parquet: read whole, or refused with all that is wrong.

`python -m training.own_file` writes the table of columns in docs/OWN_CASES.md, and the empty file
beside it.
"""

import csv
import hashlib
import math
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.vocabulary import CAUSES, FINDINGS, UNDER_AGE, Finding, current_id
from data.wording import WORDING
from training.own import Own

DOCS: Final = Path(__file__).parents[1] / "docs" / "OWN_CASES.md"
EMPTY: Final = DOCS.with_name("own-cases.csv")
BLOCK: Final = re.compile(r"(?<=<!-- columns -->\n).*?(?=<!-- end -->)", re.DOTALL)
FEWEST: Final = 5
CAUSE: Final = "cause"
COLUMNS: Final = (*FINDINGS, CAUSE)
YES_NO: Final = {"yes": True, "true": True, "no": False, "false": False}


class OwnCasesRefused(ValueError):  # noqa: N818 - reads as what is so
    """A file that cannot be taken as it is; the message lists every place."""

    def __init__(self, name: str, problems: list[str]) -> None:
        super().__init__(f"{name} cannot be used as it is:\n" + "\n".join(problems))


def template() -> str:
    """A CSV file with all columns and no case."""
    return ",".join(COLUMNS) + "\n"


def read(path: Path) -> Own:
    """The cases of a file; OwnCasesRefused lists every wrong row and column, OSError as usual."""
    content = path.read_bytes()
    try:
        heads, rows = (_parquet if path.suffix == ".parquet" else _csv)(content)
    except (UnicodeDecodeError, csv.Error, pa.ArrowException) as problem:
        raise OwnCasesRefused(path.name, [f"it cannot be read: {problem}"]) from problem
    heads = [current_id(name) for name in heads]
    if problems := list(_heads(heads)):
        raise OwnCasesRefused(path.name, problems)
    codes, causes = [], []
    for place, row in rows:
        if len(row) != len(heads):
            problems.append(f"{place}: has {len(row)} values for {len(heads)} columns")
            continue
        answers, cause, wrong = _case(dict(zip(heads, row, strict=True)))
        problems += [f"{place}, {words}" for words in wrong]
        codes.append(answers)
        causes.append(cause)
    if not problems and len(codes) < FEWEST:
        problems.append(f"it has {len(codes)} cases; at least {FEWEST} are needed")
    if problems:
        raise OwnCasesRefused(path.name, problems)
    digest = hashlib.sha256(content).hexdigest()
    return Own(np.array(codes, np.uint8), np.array(causes, np.int64), digest)


def _csv(content: bytes) -> tuple[list[str], Iterable[tuple[str, list[Any]]]]:
    """Column names, and for each row its line and values; blank lines are no rows."""
    reader = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    heads = [name.strip() for name in next(reader, [])]
    rows = [(f"line {reader.line_num}", [v.strip() for v in row]) for row in reader if row]
    return heads, rows


def _parquet(content: bytes) -> tuple[list[str], Iterable[tuple[str, list[Any]]]]:
    """The same; rows are counted from 1."""
    table = pq.read_table(BytesIO(content))
    columns = [column.to_pylist() for column in table.columns]
    rows = [(f"row {i}", list(row)) for i, row in enumerate(zip(*columns, strict=True), start=1)]
    return table.column_names, rows


def _heads(heads: list[str]) -> Iterator[str]:
    """What is wrong with the names of the columns; a finding that has none is unknown."""
    if CAUSE not in heads:
        yield f"line 1: there is no column {CAUSE}; columns are separated by commas"
    for name in dict.fromkeys(heads):
        if heads.count(name) > 1:
            yield f"line 1, {name}: is there {heads.count(name)} times"
        if name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield f"line 1, {name or '(no name)'}: there is no such column{hint}"


def _case(row: Mapping[str, Any]) -> tuple[list[int], int, list[str]]:
    """Codes and cause of a row, and what is wrong with it, column by column."""
    codes, wrong = [0] * len(FINDINGS), []
    for name, value in row.items():
        if name == CAUSE or _unknown(value):
            continue
        try:
            codes[FINDINGS[name].index] = _code(FINDINGS[name], value)
        except ValueError as problem:
            wrong.append(f"{name}: {problem}")
    cause = row[CAUSE]
    if cause not in CAUSES:
        wrong.append(f"{CAUSE}: must be one of {', '.join(CAUSES)}")
        return codes, 0, wrong
    return codes, list(CAUSES).index(cause), wrong


def _unknown(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _code(finding: Finding[Any], value: Any) -> int:
    """Code of an answer; ValueError says what would fit."""
    if finding.kind == "boolean":
        value = YES_NO.get(value.lower()) if isinstance(value, str) else value
        if not isinstance(value, bool):
            raise ValueError("must be yes, no, true or false, or empty")
    elif finding.kind == "numeric" and isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            value = None
    try:
        level = finding.read(value)
    except ValueError as problem:
        raise ValueError(str(problem).replace("or null", "or empty")) from None
    if level == UNDER_AGE:
        raise ValueError("must be 18 or more; no model is made for younger people")
    return finding.code(level)


def layout() -> str:
    """A table of all columns: what they take, and what they ask."""
    lines = ["| column | takes | question |", "|---|---|---|"]
    for name, finding in FINDINGS.items():
        takes = ", ".join(f"`{level}`" for level in finding.levels)
        if finding.kind == "numeric":
            unit = "years" if name == "age" else "kg/m²"
            low = 18 if name == "age" else finding.limits[0]
            takes = f"a number of {unit} from {low:g} to {finding.limits[1]:g}"
        lines.append(f"| `{name}` | {takes} | {WORDING.question(name)} |")
    lines.append(f"| `{CAUSE}` | {', '.join(f'`{c}`' for c in CAUSES)} | What was found? |")
    return "\n".join(lines)


def main() -> int:
    """Write both anew."""
    text = DOCS.read_text("utf-8")
    DOCS.write_text(BLOCK.sub(lambda _: layout() + "\n", text), "utf-8")
    EMPTY.write_text(template(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
