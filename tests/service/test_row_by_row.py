"""Row i of an answer belongs to row i of what was asked, by every way in."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.vocabulary import FINDINGS
from service import assess
from service.app import create_app
from service.client import Client
from service.offline.predict_file import main

WHO = "patient"


def values(finding):
    """What a request may state of a finding, and what it does not know."""
    if finding.kind == "boolean":
        known = st.booleans()
    elif finding.kind == "numeric":
        low, high = finding.limits
        known = st.integers(low, high)
    else:
        known = st.sampled_from(finding.levels)
    return st.none() | known


# Few findings of many dangers, so that the cases of a table differ in what is said of them.
ASKED = ("leg_swelling", "leg_colour", "breath_chest", "fever_chills", "skin_warmth", "age", "bmi")
CASES = st.lists(
    st.fixed_dictionaries({name: values(FINDINGS[name]) for name in ASKED}), min_size=1, max_size=8
)
LABELS = st.sampled_from(
    [
        lambda n: pd.Index(range(n)),
        lambda n: pd.Index([0] * n),
        lambda n: pd.Index(range(n, 0, -1)),
        lambda n: pd.Index([f"p{i % 2}" for i in range(n)]),
        lambda n: pd.MultiIndex.from_tuples([(i % 2, "x") for i in range(n)]),
        lambda n: pd.Index([None, *range(n - 1)]),
    ]
)


@pytest.fixture(scope="module")
def nothing(tmp_path_factory):
    """A folder without a model: the rules alone answer."""
    return tmp_path_factory.mktemp("nothing")


@pytest.fixture(scope="module")
def app(nothing):
    return create_app(nothing)


def by_http(cases, client):
    """Urgency and rules of each case, as the batch route says them."""
    body = {"cases": [{"answers": case} for case in cases]}
    return [said(result) for result in client.post("/v1/predict/batch", json=body).json["results"]]


def said(answer):
    return answer["urgency"], " ".join(rule for a in answer["alerts"] for rule in a["rules"])


def by_client(cases, client, size):
    """The same by the Python client, which asks for a few at a time."""

    class Here(Client):
        def send(self, path, body):
            return json.loads(client.post(path, data=body, content_type="application/json").data)

    with Here("http://localhost") as supine:
        return [said(answer) for answer in supine.predict_batch(cases, size)]


def by_file(frame, ending, models, keep):
    """The same of a file, in which each row says whose it is; and who was answered."""
    with TemporaryDirectory() as folder:
        path, out = Path(folder, f"cases{ending}"), Path(folder, f"out{ending}")
        if ending == ".csv":
            frame.to_csv(path, index=False)
        else:
            frame.to_parquet(path)
        words = [str(path), str(out), "--models", str(models)]
        assert main([*words, *(["--keep", WHO] if keep else [])]) == 0
        csv = ending == ".csv"
        read = pd.read_csv(out, keep_default_na=False) if csv else pd.read_parquet(out)
    assert list(read["row"]) == list(range(1 + csv, len(frame) + 1 + csv))
    return pairs(read), list(read[WHO]) if keep else None


def pairs(table):
    return list(zip(table["urgency"], table["rules"], strict=True))


@settings(max_examples=40, deadline=None)
@given(cases=CASES, labels=LABELS, keep=st.booleans(), size=st.integers(1, 8))
def test_the_same_cases_get_the_same_answers_in_the_same_places(
    app, nothing, cases, labels, keep, size
):
    """As a DataFrame under any index, as CSV and Parquet, as a batch and by the client."""
    client = app.test_client()
    expected, who = by_http(cases, client), [f"patient {i}" for i in range(len(cases))]
    assert by_client(cases, client, size) == expected
    frame = pd.DataFrame(cases, dtype=object, columns=list(ASKED)).convert_dtypes()
    if keep:
        frame.insert(0, WHO, who)
    frame.index = labels(len(cases))
    table = assess(frame, nothing, keep=WHO if keep else ())
    assert pairs(table) == expected
    pd.testing.assert_index_equal(table.index, frame.index)
    assert not keep or list(table[WHO]) == who
    frame.index.names = [f"label {i}" for i in range(frame.index.nlevels)]
    for ending in (".csv", ".parquet"):
        assert by_file(frame, ending, nothing, keep) == (expected, who if keep else None)
