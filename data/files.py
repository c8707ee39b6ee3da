"""Files of simulated cases: Parquet or CSV, as pandas reads them."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.arrays import Codes
from data.cases import BLOCK, blocks
from data.vocabulary import CAUSES, FINDINGS, Finding
from data.whole import whole
from data.world import Cases, World

OLDEST, SLIMMEST, HEAVIEST = 95, 15.0, 50.0  # ends of the open bins


def write(
    world: World, n: int, seed: int, path: Path, *, workers: int | None = None, chunk: int = 8
) -> Iterator[int]:
    """Write n cases to a .parquet or .csv file, yielding the cases written so far.

    `chunk` blocks are held at a time. The file appears whole, or not at all.
    """
    if path.suffix not in {".parquet", ".csv"}:
        raise ValueError(f"{path.name}: must end in .parquet or .csv")
    done = 0
    with whole(path) as part, _Writer(part, path.suffix) as writer:
        for held in _chunks(blocks(world, n, seed, workers), chunk):
            frames = [
                frame(cases, world, np.random.default_rng([seed, done // BLOCK + i, 1]))
                for i, cases in enumerate(held)
            ]
            writer.add(pd.concat(frames, ignore_index=True))
            done += sum(map(len, frames))
            yield done


def _chunks(stream: Iterator[Cases], size: int) -> Iterator[list[Cases]]:
    while held := list(islice(stream, size)):
        yield held


class _Writer:
    """Appends frames to a Parquet or CSV file."""

    def __init__(self, path: Path, suffix: str) -> None:
        self.path, self.parquet = path, suffix == ".parquet"
        self.file: pq.ParquetWriter | None = None

    def __enter__(self) -> "_Writer":
        return self

    def add(self, data: pd.DataFrame) -> None:
        """Append the rows of a frame."""
        if not self.parquet:
            data.to_csv(self.path, mode="a", header=not self.path.exists(), index=False)
            return
        table = pa.Table.from_pandas(data, preserve_index=False)
        if self.file is None:
            self.file = pq.ParquetWriter(self.path, table.schema)
        self.file.write_table(table)

    def __exit__(self, *_: object) -> None:
        if self.file is not None:
            self.file.close()


def frame(cases: Cases, world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Cases as people write them: true/false, level names, numbers; unknown is missing.

    Ages and body mass indices are drawn evenly inside their bin.
    """
    columns: dict[str, Any] = {
        name: _column(finding, cases.codes[:, finding.index], rng)
        for name, finding in FINDINGS.items()
    }
    names = np.array([presentation.name for presentation in world.presentations], dtype=object)
    columns["cause"] = pd.Categorical(np.array(list(CAUSES))[cases.cause], list(CAUSES))
    columns["presentation"] = pd.array(names[cases.presentation], dtype="string")
    return pd.DataFrame(columns)


def dtypes() -> dict[str, Any]:
    """Types for `pandas.read_csv(path, dtype=dtypes())`; a Parquet file carries its own."""
    kinds = {"boolean": "boolean", "age": "Int16", "bmi": "Float64"}
    typed: dict[str, Any] = {
        name: kinds.get(finding.kind)
        or kinds.get(name)
        or pd.CategoricalDtype(list(finding.levels))
        for name, finding in FINDINGS.items()
    }
    return typed | {"cause": pd.CategoricalDtype(list(CAUSES)), "presentation": "string"}


def _column(finding: Finding[Any], codes: Codes, rng: np.random.Generator) -> Any:
    levels = [None, False, True] if finding.kind == "boolean" else [None, *finding.levels]
    if finding.kind == "boolean":
        return pd.array(np.array(levels, dtype=object)[codes], dtype="boolean")
    if finding.kind != "numeric":
        return pd.Categorical(np.array(levels, dtype=object)[codes], list(finding.levels))
    whole = finding.id == "age"
    edges = [18, *finding.edges, OLDEST + 1] if whole else [SLIMMEST, *finding.edges, HEAVIEST]
    low, high = np.array([np.nan, *edges[:-1]])[codes], np.array([np.nan, *edges[1:]])[codes]
    value = np.floor((low + rng.random(len(codes)) * (high - low)) * (1 if whole else 10))
    return pd.array(value if whole else value / 10, dtype="Int16" if whole else "Float64")
