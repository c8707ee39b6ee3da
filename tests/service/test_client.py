"""The Python client against the service itself, and against servers that fail."""

import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from contextlib import contextmanager
from decimal import Decimal
from functools import reduce
from http.server import BaseHTTPRequestHandler, HTTPServer
from operator import or_
from pathlib import Path
from types import UnionType
from typing import get_args, get_origin, get_type_hints, is_typeddict
from urllib.request import urlopen

import numpy as np
import pandas as pd
import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from service import client as module
from service.app import create_app
from service.client import Client, Options, Refused, Unanswered
from service.contract import answers as contract
from service.reading.options import NAMES
from service.settings import Settings

CALF = {"age": 58, "leg_swelling": "one_lower_leg", "skin_warmth": True, "fever_chills": None}
ROOT = Path(__file__).parents[2]
USING = (ROOT / "docs" / "USING.md").read_text("utf-8")
KEY = "a-key-that-is-long-enough"


class Quiet(WSGIRequestHandler):
    """Keeps connections open, and its thoughts to itself."""

    protocol_version = "HTTP/1.1"

    def log(self, *_):
        pass


@contextmanager
def running(server):
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def url(app):
    with running(make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)) as url:
        yield url


def failing(*statuses, body=b'{"urgency": "soon"}', **headers):
    """A server that answers with these statuses in turn; 0 hangs up."""
    headers = {"Content_Type": "application/json", **headers}
    left = list(statuses)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            status = left.pop(0)
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return HTTPServer(("127.0.0.1", 0), Handler)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0.0)


def test_a_case_is_assessed_as_by_hand(url, client):
    """The very answer, on a connection that is used again."""
    with Client(url) as supine:
        for _ in range(3):
            assert supine.predict(CALF) == client.post("/v1/predict", json={"answers": CALF}).json


def test_a_batch_is_split_and_comes_back_in_order(url):
    """Asked for 7 at a time, or all at once; any iterable will do, even an empty one."""
    cases = [{"age": 20 + i % 60} for i in range(40)]
    with Client(url) as supine:
        alone = [supine.predict(case) for case in cases]
        assert supine.predict_batch(iter(cases), size=7) == alone
        assert supine.predict_batch(cases) == alone
        assert supine.predict_batch([]) == []


def test_every_option_is_asked_for_alone_and_in_a_batch(url, client):
    """The client knows the options of the service, and no others; each is sent as it is given."""
    assert set(Options.__annotations__) == set(NAMES)
    values = dict.fromkeys(NAMES, True) | {"prevalence": "vascular_clinic"}
    with Client(url) as supine:
        for name, value in values.items():
            by_hand = client.post("/v1/predict", json={"answers": CALF, name: value}).json
            assert by_hand != supine.predict(CALF)
            assert supine.predict(CALF, **{name: value}) == by_hand
            assert supine.predict_batch([CALF] * 3, size=2, **{name: value}) == [by_hand] * 3
        with pytest.raises(Refused, match="/cases/0/exlpain"):
            supine.predict_batch([CALF], exlpain=True)


@pytest.fixture
def downloaded(url, tmp_path):
    """The client as the service hands it out, alone in a folder."""
    with urlopen(f"{url}/client.py", timeout=10) as response:  # noqa: S310 - our own
        assert response.headers["Content-Type"] == "text/x-python; charset=utf-8"
        (tmp_path / "client.py").write_bytes(response.read())
    return tmp_path / "client.py"


def alone(folder, *words, **environ):
    """What Python says with nothing but its standard library, in this folder."""
    command, environ = [sys.executable, "-I", "-S", *words], {**os.environ, **environ}
    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_the_client_is_one_file_that_the_service_hands_out(url, downloaded, client):
    """With it alone a case is assessed, and refused, as by hand."""
    code = f"""
from runpy import run_path
ours = run_path({str(downloaded)!r})
with ours["Client"]({url!r}) as supine:
    print(supine.predict({CALF!r})["urgency_reason"])
    try:
        supine.predict({{"leg_sweling": "none"}})
    except ours["Refused"] as problem:
        print(problem)
"""
    ended, printed, _ = alone(downloaded.parent, "-c", code)
    assert ended == 0
    first, refused = printed.splitlines()
    assert first == client.post("/v1/predict", json={"answers": CALF}).json["urgency_reason"]
    assert refused.startswith("/answers/leg_sweling: no such finding")


def test_the_client_is_a_command_too(url, downloaded, client):
    """That prints an answer, or why there is none, in one line."""
    ended, printed, _ = alone(downloaded.parent, "client.py", json.dumps(CALF), URL=url)
    assert ended == 0
    assert json.loads(printed) == client.post("/v1/predict", json={"answers": CALF}).json
    for words in ([], ["[]"], ['{"leg_sweling": 1}'], ['{"age": 58, "age": 5}']):
        ended, printed, complaint = alone(downloaded.parent, "client.py", *words, URL=url)
        assert (ended, printed, complaint.count("\n")) == (1, "", 1)
        assert complaint.startswith(f"No answer from {url}: ")


def test_what_the_client_says_of_an_answer_is_what_the_contract_says():
    """Each member and its type; what lies deeper is an object there."""
    hints = get_type_hints(contract.Assessment)
    assert get_type_hints(module.Assessment) == {
        name: shallow(kind) for name, kind in hints.items()
    }
    assert module.Assessment.__required_keys__ == contract.Assessment.__required_keys__


def shallow(kind):
    """A type of the contract as the client has it."""
    if is_typeddict(kind):
        return module.Object
    if get_origin(kind) is list:
        return list[shallow(*get_args(kind))]
    if isinstance(kind, UnionType):
        return reduce(or_, map(shallow, get_args(kind)))
    return kind


def test_a_misspelt_option_is_found_before_anything_is_asked(downloaded):
    """Or a misspelt member of the answer: by mypy, of the one file."""
    caller = downloaded.with_name("caller.py")
    caller.write_text(
        "from client import Client\n"
        "with Client('http://localhost') as supine:\n"
        "    supine.predict({}, explain=True, prevalence={'positional': 0.5})\n"
        "    supine.predict_batch([{}], size=2, on_error='skip', steady=True)\n"
        "    supine.predict({}, exlpain=True)\n"
        "    supine.predict_batch([{}], exlpain=True)\n"
        "    supine.predict({}, doubt='yes')\n"
        "    supine.predict({})['urgenci']\n"
    )
    command = [sys.executable, "-m", "mypy", "--strict", caller, downloaded]
    found = subprocess.run(
        command, cwd=downloaded.parent, capture_output=True, text=True, check=False
    )
    wrong = re.findall(r"(\w+\.py):(\d+): error", found.stdout)
    assert wrong == [("caller.py", line) for line in "5678"], found.stdout


def test_the_types_of_every_package_are_installed_with_it():
    """Each has its py.typed, which tells mypy so."""
    built = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    packages = {name for name in built["packages"]["find"]["include"] if "." not in name}
    assert packages == set(built["package-data"]) == {path.name for path in typed()}
    assert all("py.typed" in files for files in built["package-data"].values())


def typed():
    """Packages of the checkout that have the marker."""
    return [path.parent for path in ROOT.glob("*/py.typed")]


def test_a_bad_case_is_refused_with_its_place_or_skipped(url):
    """The message names it."""
    with Client(url) as supine:
        with pytest.raises(Refused, match=r"/answers/leg_sweling: .* mean leg_swelling") as got:
            supine.predict({"leg_sweling": "none"})
        assert got.value.status == 422
        with pytest.raises(Refused, match="/cases/1/answers/x"):
            supine.predict_batch([{}, {"x": 1}])
        first, second = supine.predict_batch([{}, {"x": 1}], on_error="skip")
        assert first == supine.predict({})
        assert second["errors"][0]["pointer"] == "/cases/1/answers/x"


def test_places_are_those_of_the_caller_s_list(url):
    """However it was split, whether a bad case is refused or skipped."""
    cases = [{"age": 58}] * 12
    cases[7] = {"x/cases/3": 1}
    with Client(url) as supine:
        for size in (1, 3, 5, 12):
            with pytest.raises(Refused, match=r"^/cases/7/answers/x~1cases~13: no such") as got:
                supine.predict_batch(cases, size)
            assert [place for place, _ in got.value.problems] == ["/cases/7/answers/x~1cases~13"]
            said = supine.predict_batch(cases, size, on_error="skip")
            (error,) = said[7]["errors"]
            assert error["pointer"] == "/cases/7/answers/x~1cases~13"
            assert all("urgency" in answer for i, answer in enumerate(said) if i != 7)


def test_a_batch_is_asked_at_once_and_a_stream_as_it_is_taken(url, monkeypatch):
    """What is called for its answer has it; a stream holds one part."""
    asked, send = [], Client.send
    monkeypatch.setattr(Client, "send", lambda *args: asked.append(1) or send(*args))
    with Client(url) as supine:
        assert len(supine.predict_batch([{}] * 5, size=2)) == 5
        assert len(asked) == 3
        stream = supine.predict_stream(iter([{}] * 5), size=2)
        assert len(asked) == 3
        assert "urgency" in next(stream)
        assert len(asked) == 4
        assert len(list(stream)) == 4
        with pytest.raises(ValueError, match="size must be 1 or more"):
            supine.predict_batch([{}], size=0)


@pytest.mark.parametrize(
    ("given", "means"),
    [
        *(
            (nothing, None)
            for nothing in (None, float("nan"), np.nan, np.float32("nan"), pd.NA, pd.NaT)
        ),
        *((number, 58) for number in (58, 58.0, np.int8(58), np.float32(58), np.float64(58))),
        (Decimal("58.0"), 58),
        (Decimal("nan"), None),
    ],
)
def test_a_value_of_numpy_or_pandas_is_its_value(url, given, means):
    """What is missing is unknown, in each of the ways to ask; true is true."""
    with Client(url) as supine:
        case, plain = {"age": given, "skin_warmth": np.True_}, {"age": means, "skin_warmth": True}
        assert supine.predict(case) == supine.predict(plain)
        assert supine.predict_batch([case, {}]) == supine.predict_batch([plain, {}])
        assert supine.next_screen(case) == supine.next_screen(plain)
        assert supine.predict(pd.Series(case, dtype=object)) == supine.predict(plain)
        with pytest.raises(Refused, match="/answers/agee"):
            supine.predict({"agee": given})


@pytest.mark.parametrize(
    "given", [np.datetime64("2026"), np.zeros(2), {1}, object(), 58j, Decimal("inf")]
)
def test_what_is_no_value_is_refused_before_it_is_sent(given):
    """By its type, and not by what it holds."""
    with Client("http://127.0.0.1:9") as supine, pytest.raises((TypeError, ValueError)):
        supine.predict({"age": given})


def test_the_client_needs_the_standard_library_alone():
    """Nothing else of ours or of others is loaded."""
    code = (
        "import sys; old = set(sys.modules); import service.client; print(*set(sys.modules) - old)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    ours = {"service", "service.client"}
    loaded = set(done.stdout.decode().split()) - ours
    assert {name.split(".")[0] for name in loaded} <= sys.stdlib_module_names


def test_the_other_routes_can_be_asked(url):
    """What is JSON is read; another path is refused."""
    with Client(url) as supine:
        assert len(supine.get("/v1/findings")["findings"]) == 79
        with pytest.raises(Refused, match=r"."):
            supine.get("/v1/nothing")


def test_the_key_is_sent(tmp_path):
    """And without it nothing is answered."""
    app = create_app(tmp_path, Settings(api_key=KEY))
    with running(make_server("127.0.0.1", 0, app, request_handler=Quiet)) as url:
        with Client(url) as supine, pytest.raises(Refused, match="key"):
            supine.predict({})
        with Client(url, KEY) as supine:
            assert supine.predict({})["urgency"] == "undetermined"


@pytest.mark.parametrize("statuses", [(200,), (503, 200), (0, 200), (0, 503, 502, 200)])
def test_what_got_no_answer_is_asked_again(statuses):
    """After a hang-up as after a busy server."""
    with running(failing(*statuses)) as url, Client(url) as supine:
        assert supine.predict({}) == {"urgency": "soon"}


@pytest.mark.parametrize("statuses", [(503,) * 4, (0,) * 4, (404,), (500,)])
def test_in_the_end_nobody_answered(statuses):
    """Four times at most; what is not of this service is not asked for again."""
    with (
        running(failing(*statuses)) as url,
        Client(url) as supine,
        pytest.raises(Unanswered, match=r"."),
    ):
        supine.predict({})


NO_SECONDS = ["9" * 400, "soon", "-1", "1.5", "²", "", "Fri, 31 Dec 1999 23:59:59 GMT"]


@pytest.mark.parametrize(
    ("told", "pause"), [("3", 3), ("0", 0), ("99999", 7), *((text, 0) for text in NO_SECONDS)]
)
def test_it_asks_again_when_the_service_said(told, pause, monkeypatch):
    """After the seconds of Retry-After, up to the timeout; once told, not for ever after."""
    paused = []
    monkeypatch.setattr(module.time, "sleep", paused.append)
    server = failing(503, 0, 200, Retry_After=told)
    with running(server) as url, Client(url, timeout=7) as supine:
        supine.predict({})
    assert paused == [0, pause, 0]


PROBLEM = {"Content_Type": "application/problem+json"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"status": 413, "detail": "Too long."}', "Too long."),
        ('{"title": "Too Long", "errors": null}', "Too Long"),
        ("{}", "Request Entity Too Large"),
        ('{"detail": "Too long.", "errors": {"body": ["long"]}}', "Too long."),
        ('{"detail": "Too long.", "errors": ["long", {"pointer": "/a"}]}', "Too long."),
        ('{"errors": ["long", {"pointer": "/a", "detail": "long"}]}', "/a: long"),
    ],
)
def test_the_problem_of_a_gateway_is_a_refusal(body, said):
    """Whatever members it lacks, or has of another form."""
    with running(failing(413, body=body.encode(), **PROBLEM)) as url, Client(url) as supine:
        with pytest.raises(Refused) as got:
            supine.predict({})
        assert (got.value.status, str(got.value)) == (413, said)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'"no"', b"\xff"])
def test_what_is_no_problem_document_is_no_answer(body):
    """Though it says that it is one."""
    with (
        running(failing(413, body=body, **PROBLEM)) as url,
        Client(url) as supine,
        pytest.raises(Unanswered, match=r"^413 .*not of this service"),
    ):
        supine.predict({})


def test_nobody_there_is_said_shortly():
    """As is an address that is none."""
    with (
        Client("http://127.0.0.1:9", repeat=1) as supine,
        pytest.raises(Unanswered, match="refused"),
    ):
        supine.predict({})
    for wrong in ("localhost:8000", "ftp://host", "http://"):
        with pytest.raises(ValueError, match="must begin"):
            Client(wrong)


def test_the_printed_examples_run(models_dir, capsys, tmp_path, monkeypatch):
    """As printed, one after the other, but for the address and the model that is not there."""
    monkeypatch.chdir(tmp_path)
    app = create_app(models_dir)
    with running(make_server("127.0.0.1", 0, app, request_handler=Quiet)) as url:
        text = "".join(blocks("python")).replace("http://127.0.0.1:8000", url)
        exec(compile(text, "USING.md", "exec"), {})  # noqa: S102
    first, interview, *reasons, doubt, note, head, clot, nothing = (
        capsys.readouterr().out.splitlines()
    )
    assert first.endswith(".")
    assert re.fullmatch(r"2\d screens, (swelling|nerves) first", interview)
    assert all("decibans" in line for line in reasons)
    assert "'low'" in doubt
    assert note
    assert head.split() == ["urgency", "rules", "likeliest"]
    assert "same_day" in clot
    assert "DVT-" in clot
    assert "undetermined" in nothing


def test_the_printed_command_for_a_file_runs(tmp_path):
    """As printed, but for the interpreter."""
    (command,) = (
        line for block in blocks("sh") for line in block.splitlines() if "predict c" in line
    )
    (tmp_path / "cases.csv").write_text("age,leg_swelling\n58,one_lower_leg\n", "utf-8")
    words = command.replace(".venv/bin/python", sys.executable).split()
    paths = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(words, cwd=tmp_path, env=paths, check=True, capture_output=True)
    assert "same_day" in (tmp_path / "out.csv").read_text("utf-8")


def blocks(language):
    """What stands in the blocks of this language."""
    return re.findall(rf"```{language}\n(.*?)```", USING, re.DOTALL)
