"""Data sets are a function of (knowledge, seed, n), and come back from files as they went in."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.__main__ import main
from data.cases import BLOCK, blocks
from data.files import dtypes, write
from data.vocabulary import CAUSES, FINDINGS
from data.world import Cases, World


def gathered(world: World, n: int, seed: int, workers: int) -> Cases:
    return Cases._make(map(np.concatenate, zip(*blocks(world, n, seed, workers), strict=True)))


def test_workers_do_not_change_the_cases(world: World) -> None:
    """One worker or three: the same cases in the same order."""
    one, three = gathered(world, 30_000, 5, 1), gathered(world, 30_000, 5, 3)
    assert len(one.codes) == 30_000
    for a, b in zip(one, three, strict=True):
        assert (a == b).all()


def test_a_smaller_set_is_the_beginning_of_a_larger_one(world: World) -> None:
    """More cases are added at the end, even across the blocks in which cases are drawn."""
    short, long = gathered(world, BLOCK + 7, 5, 2), gathered(world, 2 * BLOCK + 1, 5, 2)
    assert (long.codes[: BLOCK + 7] == short.codes).all()


def test_another_seed_gives_other_cases(world: World) -> None:
    """The seed matters."""
    assert (gathered(world, 100, 1, 1).codes != gathered(world, 100, 2, 1).codes).any()


def test_parquet_reads_back_with_its_types(world: World, tmp_path: Path) -> None:
    """pandas sees booleans, categories in order, and numbers that lie in their bins."""
    path = tmp_path / "cases.parquet"
    assert list(write(world, 20_000, 7, path, chunk=1)) == [BLOCK, 2 * BLOCK, 20_000]
    data = pd.read_parquet(path)
    assert list(data) == [*FINDINGS, "cause", "presentation"]
    assert str(data["skin_warmth"].dtype) == "boolean"
    assert tuple(data["leg_swelling"].cat.categories) == FINDINGS["leg_swelling"].levels
    assert data["age"].min() >= 18
    assert str(data["age"].dtype) == "Int16"
    cases = gathered(world, 20_000, 7, 1)
    assert (data["cause"] == np.array(list(CAUSES))[cases.cause]).all()
    for finding in FINDINGS.values():
        values = data[finding.id].astype(object)
        back = [
            0 if pd.isna(v) else finding.code(finding.read(v if isinstance(v, str | bool) else +v))
            for v in values.iloc[:2000]
        ]
        assert back == cases.codes[:2000, finding.index].tolist(), finding.id


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_chunks_and_workers_do_not_change_the_file(
    world: World, tmp_path: Path, suffix: str
) -> None:
    """The content is the same whatever is held in memory at a time."""
    read = {
        ".parquet": pd.read_parquet,
        ".csv": lambda path: pd.read_csv(path, dtype=dtypes()),
    }[suffix]
    frames = []
    for name, workers, chunk in (("a", 1, 1), ("b", 3, 2)):
        path = tmp_path / (name + suffix)
        list(write(world, 2 * BLOCK + 5, 7, path, workers=workers, chunk=chunk))
        frames.append(read(path))
    pd.testing.assert_frame_equal(*frames)


def test_csv_holds_what_parquet_holds(world: World, tmp_path: Path) -> None:
    """The two formats differ in nothing but their bytes."""
    for name in ("cases.csv", "cases.parquet"):
        list(write(world, 500, 3, tmp_path / name))
    csv = pd.read_csv(tmp_path / "cases.csv", dtype=dtypes())
    pd.testing.assert_frame_equal(csv, pd.read_parquet(tmp_path / "cases.parquet"))


def test_a_stopped_run_leaves_the_old_file(world: World, tmp_path: Path) -> None:
    """A file appears whole or not at all."""
    path = tmp_path / "cases.csv"
    path.write_text("old")
    running = write(world, 3 * BLOCK, 3, path, chunk=1)
    next(running)
    running.close()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_run_left_behind_is_not_appended_to(world: World, tmp_path: Path) -> None:
    """Lines of a leftover part never lead a finished file."""
    (tmp_path / "cases.csv.part").write_text("stale\n")
    list(write(world, 10, 3, tmp_path / "cases.csv"))
    data = pd.read_csv(tmp_path / "cases.csv", dtype=dtypes())
    assert list(data) == [*FINDINGS, "cause", "presentation"]
    assert len(data) == 10


@pytest.mark.slow
def test_the_command_line_writes_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`python -m data` writes what was asked for; not over another file, nor of another ending."""
    path = tmp_path / "cases.parquet"
    monkeypatch.setattr("sys.argv", ["data", str(path), "--cases", "50", "--seed", "2"])
    assert main() == 0
    assert len(pd.read_parquet(path)) == 50
    before = path.read_bytes()
    monkeypatch.setattr("sys.argv", ["data", str(path), "--cases", "60"])
    assert main() == 1
    assert "is there already; name another file, or --force" in capsys.readouterr().err
    assert path.read_bytes() == before
    monkeypatch.setattr("sys.argv", ["data", str(path), "--cases", "60", "--force"])
    assert main() == 0
    assert len(pd.read_parquet(path)) == 60
    assert list(tmp_path.iterdir()) == [path]
    monkeypatch.setattr("sys.argv", ["data", str(tmp_path / "cases.xlsx"), "--cases", "50"])
    assert main() == 1
    assert "must end in .parquet or .csv" in capsys.readouterr().err
