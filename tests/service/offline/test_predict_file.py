"""Files of cases: answered row by row, nothing overwritten, nothing half-written, no row lost."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.vocabulary import CAUSES, FINDINGS
from service import assess
from service.offline import answering
from service.offline.predict_file import main

ROOT = Path(__file__).parents[3]
HEAD = "age,leg_swelling,skin_warmth,id\n"
GOOD, BAD = "58,one_lower_leg,yes,A\n", "999,one_leg,maybe,B\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty one, in which to work, and without a model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MODELS", "none")
    return tmp_path


@pytest.fixture
def run(capsys):
    """Runs the command: how it ended, and what it said on the standard output and to people."""

    def command(*words):
        try:
            code = main(list(map(str, words)))
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_is_answered_as_a_table(cases, to_json, models_dir, run, folder, ending):
    """CSV and Parquet, in and out, with the columns to carry along, of their own types."""
    frame = pd.DataFrame([to_json(a) for a in cases(60, seed=3)[1]], columns=list(FINDINGS))
    frame = frame.assign(patient=[f"p{i}" for i in range(60)], day=pd.Timestamp("2026-11-29"))
    path, out = folder / f"cases.{ending}", folder / f"out.{ending}"
    if ending == "csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path)
    code, printed, told = run(path, out, "--keep", "patient", "day", "--models", models_dir)
    assert (code, printed) == (0, ""), told
    read = pd.read_csv(out, keep_default_na=False) if ending == "csv" else pd.read_parquet(out)
    expected = assess(frame, models_dir, keep=["patient", "day"])
    assert list(read["patient"]) == list(frame["patient"])
    assert list(read["row"]) == list(range(2, 62) if ending == "csv" else range(1, 61))
    assert list(read["urgency"]) == list(expected["urgency"])
    for cause in CAUSES:
        assert read[cause].to_numpy() == pytest.approx(expected[cause].to_numpy(), abs=1e-12)
    assert ending == "csv" or read["day"].dt.date.tolist() == frame["day"].dt.date.tolist()
    assert set(files(folder)) == {path.name, out.name}


def test_what_became_of_the_rows_is_said_last(run):
    """How many were answered, by urgency; how many were left out, and where they are."""
    Path("cases.csv").write_text(HEAD + GOOD + BAD + ",,,C\n")
    code, _, told = run("cases.csv", "out.csv", "--keep", "id")
    assert code == 2
    assert told.splitlines()[-1] == (
        "Rows answered: 2 (0 emergency, 1 same_day, 0 soon, 1 undetermined, 0 self_care); "
        "left out: 1, in out.rejected.csv."
    )
    assert "cases.csv: line 3, age: must be a whole number from 0 to 120, or empty" in told
    assert "cases.csv: line 3, leg_swelling: must be one of none, one_lower_leg" in told
    assert "cases.csv: line 3, skin_warmth: must be yes, no, true or false, or empty" in told
    assert "line 2" not in told
    said = pd.read_csv("out.csv")
    assert said[["row", "urgency", "id"]].to_numpy().tolist() == [
        [2, "same_day", "A"],
        [4, "undetermined", "C"],
    ]


def test_without_a_file_to_write_the_answer_is_printed(run, folder):
    """And no file is written: rows left out are told of, and stand where they did."""
    Path("cases.csv").write_text(HEAD + GOOD + BAD)
    code, printed, told = run("cases.csv", "--keep", "id")
    assert code == 2
    assert [line.split(",")[:2] for line in printed.splitlines()[1:]] == [["2", "same_day"]]
    assert "left out: 1; name a file" in told
    assert set(files(folder)) == {"cases.csv"}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_rows_left_out_are_taken_again_when_mended(run, ending):
    """As they are, and under the numbers that they had first, however often they were left out."""
    rows = {"age": [58, 999, 34, 999], "bmi": [24.125] * 4, "id": list("ABCD")}
    path = Path(f"cases.{ending}")
    if ending == "csv":
        pd.DataFrame(rows).round(1).to_csv(path, index=False)
    else:
        pq.write_table(pa.table(rows), path)
    assert run(path, "out.csv", "--keep", "id")[0] == 2
    assert list(pd.read_csv("out.csv")["id"]) == ["A", "C"]
    mended = Path("out.rejected.csv").read_text().replace("999", "58", 1)
    Path("out.rejected.csv").write_text(mended)
    assert run("out.rejected.csv", "again.parquet", "--keep", "id")[0] == 2
    Path("again.rejected.csv").write_text(
        Path("again.rejected.csv").read_text().replace("999", "58")
    )
    assert run("again.rejected.csv", "last.csv", "--keep", "id")[0] == 0
    again, last, first = (
        pd.read_parquet("again.parquet"),
        pd.read_csv("last.csv"),
        1 + (ending == "csv"),
    )
    assert again[["row", "id"]].to_numpy().tolist() == [[first + 1, "B"]]
    assert last[["row", "id"]].to_numpy().tolist() == [[first + 3, "D"]]


@pytest.mark.parametrize("index", [None, "age"])
def test_rows_of_a_table_with_names_are_taken_again_when_mended(run, index):
    """Names that pandas keeps in a column of the file are no answers, and are left to `keep`."""
    frame = pd.DataFrame({"age": [58, 999, 34], "sex": "female", "id": list("ABC")})
    frame.set_index(index or pd.Index(list("xyz"))).to_parquet("named.parquet")
    assert run("named.parquet", "out.csv", "--keep", "id")[0] == 2
    left = Path("out.rejected.csv").read_text()
    Path("mended.csv").write_text(left.replace("999", "58"))
    assert run("mended.csv", "again.csv", "--keep", "id")[0] == 0
    assert pd.read_csv("again.csv")["row"].tolist() == [2]


def test_a_column_called_row_holds_numbers_of_rows(run, folder):
    """One that says something else, or would be carried along, is refused: rename it."""
    for keep, content, says in (
        ([], "row,age\nA1,58\n", "line 2, row: must be the number of a row"),
        ([], "row,age\n,58\n", "line 2, row: must be the number of a row"),
        (["--keep", "row"], "row,age\n1,58\n", "'row': the answer has one of that name; rename"),
        (["--keep", "problems"], "problems,age\n1,58\n", "'problems': the answer has one of that"),
    ):
        Path("cases.csv").write_text(content)
        code, _, told = run("cases.csv", "out.csv", *keep)
        assert code == 1
        assert says in told
        assert set(files(folder)) == {"cases.csv"}


@pytest.mark.parametrize("there", ["out.csv", "out.rejected.csv"])
def test_what_is_there_is_replaced_only_by_force(run, folder, there):
    """Both files; one of rows left out that this run has none of goes, for it is another run's."""
    Path("cases.csv").write_text(HEAD + GOOD)
    Path(there).write_text("old")
    before = files(folder)
    code, _, told = run("cases.csv", "out.csv", "--keep", "id")
    assert code == 1
    assert f"{there}: is there already; name another file, or --force to replace it" in told
    assert files(folder) == before
    assert run("cases.csv", "out.csv", "--keep", "id", "--force")[0] == 0
    assert set(files(folder)) == {"cases.csv", "out.csv"}
    assert "same_day" in Path("out.csv").read_text()


@pytest.mark.parametrize("source", ["out.csv", "out.rejected.csv", "link.csv", "hard.csv"])
def test_what_is_read_is_never_written_to(run, folder, source):
    """Itself, what would be the file of rows left out, and by another name of either."""
    Path("out.csv").write_text(HEAD + GOOD + BAD)
    Path("link.csv").symlink_to("out.csv")
    os.link("out.csv", "hard.csv")
    os.link("out.csv", "out.rejected.csv")
    before = files(folder)
    for out in ("out.csv", "link.csv", "hard.csv"):
        code, _, told = run(source, out, "--keep", "id", "--force")
        assert (code, "is what is read" in told) == (1, True)
    assert files(folder) == before


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("cases.csv", b"agee\n58\n", "column 'agee': no such finding; did you mean age?"),
        ("cases.csv", b"a\x1b[2J\n58\n", "column 'a\\x1b[2J': no such finding"),
        ("cases.csv", b"age,age\n58,\n", "column 'age': is there 2 times"),
        ("cases.csv", b"", "there are no columns"),
        ("cases.csv", b"age,sex\n58,male\n" * 1500, "cases.csv: line 3, age: must be"),
        ("cases.csv", b"age,sex\n58,male\n58,male,1\n", "line 3: has 3 values for 2 columns"),
        (
            "cases.csv",
            b"age,sex\n" + b"58,male\n" * 2500 + b"58\n",
            "line 2502: has 1 values for 2",
        ),
        ("cases.csv", b"age\n" + b"58\n" * 2500 + b"\xff\n", "line 2502: cannot be read"),
        ("cases.csv", b'age\n58\n"58\n', "line 3 cannot be read"),
        ("cases.csv", ",".join(f"c{i}" for i in range(5000)).encode(), "and 4,000 more"),
        ("cases.txt", b"age\n58\n", "must end in .csv or .parquet"),
        ("cases.parquet", b"age\n58\n", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(run, folder, name, content, says):
    """With the place, and nothing is written, though most of it was read; not much is said."""
    Path(name).write_bytes(content)
    before = files(folder)
    code, printed, told = run(name, "out.csv")
    assert says in told
    assert len(told.splitlines()) <= 1010
    assert all(line.isprintable() for line in told.splitlines())
    if code != 2:
        assert (code, printed, files(folder)) == (1, "", before)
        assert run(name)[:2] == (1, "")


def test_a_file_that_is_not_there_is_said(run, folder):
    """As is a folder to write to that is not; both before any work."""
    assert run("none.csv", "out.csv")[0] == 1
    Path("cases.csv").write_text(HEAD + GOOD)
    assert run("cases.csv", "none/out.csv", "--keep", "id")[0] == 1
    assert set(files(folder)) == {"cases.csv"}


def test_no_more_is_held_than_a_slice(run, monkeypatch):
    """However long the file: the model is asked slice by slice."""
    asked = []
    answered = answering.answered
    monkeypatch.setattr(answering, "SLICE", 10)
    monkeypatch.setattr(
        answering,
        "answered",
        lambda cases, model: asked.append(len(cases)) or answered(cases, model),
    )
    Path("cases.csv").write_text("age\n" + "58\n" * 25)
    assert run("cases.csv", "out.parquet")[0] == 0
    assert asked == [10, 10, 5]
    assert list(pd.read_parquet("out.parquet")["row"]) == list(range(2, 27))


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_leaves_nothing_behind(folder, stop):
    """By Ctrl-C or from outside, in the middle of its work."""
    Path("cases.csv").write_text("age\n" + "58\n" * 200_000)
    command = [sys.executable, "-m", "service", "predict", "cases.csv", "out.csv"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.PIPE)
    end = time.monotonic() + 60
    while not list(folder.glob("out.csv.*.part")):
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.01)
    process.send_signal(stop)
    _, told = process.communicate(timeout=60)
    assert process.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143}[stop], told
    assert b"Traceback" not in told
    assert list(files(folder)) == ["cases.csv"]
