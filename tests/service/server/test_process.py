"""The service as a process: what it imports, how it starts and ends, and how it is asked."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path

import pytest
from granian.server.mp import MPServer
from werkzeug.test import EnvironBuilder

from data.wording import WORDING
from service import ask
from service.app import create_app
from service.assessment.opinion import ModelProblem
from service.http.wsgi import call
from service.server.supervisor import Server
from service.settings import Settings

ROOT = Path(__file__).parents[3]
ANSWER_AND_LIST_MODULES = """
import sys
from pathlib import Path
import numpy as np
from data.vocabulary import CAUSES
from models.model import Care, Model
from models.encoder import ROWS
from service.app import create_app

app = create_app(Path(sys.argv[1]))
client = app.test_client()
assert client.post("/v1/predict", json={"answers": {}}).json["causes"] is None
app.extensions["model"] = Model(
    "v",
    {},
    dict.fromkeys(CAUSES, Care("soon", 0.5)),
    np.zeros((ROWS, len(CAUSES))),
    np.zeros(len(CAUSES)),
    np.arange(len(CAUSES)),
)
assert len(client.post("/v1/predict", json={"answers": {"age": 58}}).json["causes"]) == len(CAUSES)
print(*sys.modules)
"""


def environment(**variables):
    """This process's environment with some variables set."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **variables}


def run(*arguments, **variables):
    """Run Python to its end in the project's folder."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def serving(models):
    """The service on a free port, and the line that it printed."""
    server = subprocess.Popen(
        [sys.executable, "-m", "service"],
        cwd=ROOT,
        env=environment(HOST="127.0.0.1", PORT="0", MODELS=str(models)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield server, server.stdout.readline()
    finally:
        server.kill()
        server.communicate()


def test_an_answer_imports_no_training_library_and_nothing_of_the_training(tmp_path):
    """With and without a model."""
    modules = run("-c", ANSWER_AND_LIST_MODULES, str(tmp_path))
    assert modules.returncode == 0, modules.stderr
    unwanted = {"sklearn", "pandas", "scipy", "joblib", "matplotlib", "pyarrow", "training", "tqdm"}
    loaded = set(modules.stdout.split())
    assert "service.app" in loaded
    assert not unwanted & {name.split(".")[0] for name in loaded}
    assert {name for name in loaded if name.startswith("data.")} == {
        "data.arrays",
        "data.cells",
        "data.checkout",
        "data.shape",
        "data.vocabulary",
        "data.judgements",
        "data.screens",
        "data.wording",
    }


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_service_starts_answers_and_ends_without_a_traceback(tmp_path, ending):
    """One line with the address and the state of the model; no banner; exit code 0."""
    with serving(tmp_path) as (server, line):
        url = line.split()[3]
        assert url.startswith("http://127.0.0.1:")
        assert "model missing" in line
        with closing(HTTPConnection(url.removeprefix("http://"), timeout=10)) as connection:
            connection.request("GET", "/readyz")
            response = connection.getresponse()
            assert json.load(response)["status"] == "degraded"
            assert response.headers["Server"] == "supine"
        asked = run("-m", "service.ask", url)
        assert asked.returncode == 0, asked.stderr
        assert asked.stdout.startswith("SAME DAY: ")
        assert "(DVT-1)" in asked.stdout
        again = run("-m", "service", HOST="127.0.0.1", PORT=url.rsplit(":", 1)[1])
        assert again.returncode == 1
        assert again.stderr.count("\n") == 1
        assert "in use" in again.stderr
        server.send_signal(ending)
        rest, errors = server.communicate(timeout=20)
        assert (server.returncode, rest) == (0, "")
        started, stopping = errors.splitlines()
        assert f"info started url={url} workers=1" in started
        assert stopping.endswith("info stopping workers=1")


def test_the_docs_count_what_is_done_otherwise_than_in_granian():
    """The methods that are overridden, and the flag that the server waits for."""
    overridden = {name for name in vars(Server) if hasattr(MPServer, name) and name[:2] != "__"}
    number = {5: "five", 6: "six", 7: "seven"}[len(overridden) + 1]
    operations = (ROOT / "docs" / "OPERATIONS.md").read_text("utf-8")
    assert f"does {number} things in Granian otherwise" in operations
    assert f"of which {number} things are done otherwise" in Server.__doc__


class Ending:
    """A worker that is found to have ended after so many looks, and not before."""

    def __init__(self, looks):
        self.looks, self.calls = looks, []

    def is_alive(self):
        self.looks -= 1
        return self.looks >= 0 and "kill" not in self.calls

    def __getattr__(self, name):
        return lambda: self.calls.append(name)


def test_only_a_worker_that_does_not_end_is_killed(caplog):
    """One whose end is seen a moment later is not, and nothing is said of it."""
    stopping = Server.__new__(Server)
    stopping.workers_kill_timeout = 0.2
    ends, refuses = Ending(3), Ending(10**9)
    stopping.wrks = [ends]
    stopping._stop_workers()
    assert (ends.calls, stopping.wrks, caplog.messages) == (["terminate"], [], [])
    stopping.wrks = [refuses]
    stopping._stop_workers()
    assert refuses.calls == ["terminate", "kill", "join"]
    assert "STOP_SECONDS" in caplog.text


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"PORT": "http"}, "PORT"),
        ({"PORT": "-1"}, "PORT"),
        ({"PORT": "65536"}, "PORT"),
        ({"PORT": ""}, "PORT"),
        ({"PORT": "٨٠٠٠"}, "PORT"),
        ({"PORT": "9" * 5000}, "PORT"),
        ({"HOST": "no host"}, "no host"),
        ({"HOST": ""}, "HOST"),
        ({"HOST": "192.0.2.1", "PORT": "0"}, "192.0.2.1"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_clear_line(variables, word):
    """On stderr, with exit code 1."""
    ended = run("-m", "service", **variables)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1
    assert word in ended.stderr


@pytest.mark.parametrize(("word", "code"), [("--help", 0), ("--port=1", 2), ("predct", 2)])
def test_words_behind_the_command_are_explained_and_never_ignored(word, code):
    """Nobody thinks that a setting was taken which was not."""
    command = [sys.executable, "-m", "service", word]
    said = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
    )
    assert said.returncode == code
    assert "python -m service" in (said.stderr if code else said.stdout)


def test_asking_a_service_that_is_not_running_is_one_clear_line():
    """With exit code 1; so is asking nonsense."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        asked = run("-m", "service.ask", URL=url)
    assert (asked.returncode, asked.stdout) == (1, "")
    assert asked.stderr.count("\n") == 1
    assert url in asked.stderr
    assert "make serve" in asked.stderr
    for nonsense in ("file:///etc/hostname", "localhost:8000", "http://", "http://[", "http://a b"):
        asked = run("-m", "service.ask", nonsense)
        assert (asked.returncode, asked.stdout, asked.stderr.count("\n")) == (1, "", 1), nonsense


def test_a_case_of_one_s_own_is_asked_from_a_file(tmp_path):
    """A file that fits is answered; each problem with one that does not is one clear line."""
    case = tmp_path / "case.json"
    case.write_text('{"answers": {"breath_chest": "sudden_breath_chest_collapse"}}')
    with serving(tmp_path) as (_, line):
        url = line.split()[3]
        asked = run("-m", "service.ask", str(case), url)
        assert asked.returncode == 0, asked.stderr
        assert asked.stdout.startswith("EMERGENCY: ")
        for text, said in (
            ('{"answers": {"age": 130}}', "/answers/age: must be from 0 to 120"),
            ("{", "not strict JSON"),
            ("", "not strict JSON"),
        ):
            case.write_text(text)
            asked = run("-m", "service.ask", str(case), URL=url)
            assert (asked.returncode, asked.stdout, asked.stderr.count("\n")) == (1, "", 1), text
            assert asked.stderr.startswith(f"{case}: ")
            assert said in asked.stderr
    for path in (tmp_path / "none.json", tmp_path):
        asked = run("-m", "service.ask", str(path))
        assert (asked.returncode, asked.stdout, asked.stderr.count("\n")) == (1, "", 1), path
        assert asked.stderr.startswith(f"{path} cannot be read: ")


def test_asking_knows_the_port_that_serving_knows():
    """PORT moves the question to where `make serve` with the same PORT answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
        asked = run("-m", "service.ask", URL="", PORT=port)
    assert f"No answer from http://127.0.0.1:{port}: " in asked.stderr


def test_the_answer_is_printed_for_a_person(client):
    """Urgency, alerts with advice, causes, what was not asked, when to come back, Wells."""
    answer = client.post("/v1/predict", json=json.loads(ask.EXAMPLE.read_bytes())).json
    text = "\n".join(ask.lines(answer))
    assert text.startswith("SAME DAY: ")
    first = answer["causes"][0]
    assert f"{first['probability']:.0%}  {first['label']}" in text
    flowing = " ".join(text.split())
    for part in (
        answer["alerts"][0]["advice"],
        answer["unasked"][0]["question"],
        answer["safety_net"][-1]["sign"],
        answer["safety_net"][-1]["advice"],
        f"Wells score: {answer['wells']['points']} of ",
        answer["wells"]["note"],
        answer["notice"],
    ):
        assert part in flowing
    assert max(map(len, text.splitlines())) <= 100


def test_the_number_to_call_is_that_of_the_setting(tmp_path):
    """EMERGENCY_NUMBER stands in the first line too."""
    client = create_app(tmp_path, Settings(emergency_number="112")).test_client()
    case = {"answers": {"breath_chest": "sudden_breath_chest_collapse"}}
    answer = client.post("/v1/predict", json=case).json
    assert next(ask.lines(answer)).startswith("EMERGENCY: Call 112 now.")


def test_a_person_is_told_why_there_are_no_probabilities(app, client):
    """The reason stands where the percentages would."""
    for status in ("missing", "refused"):
        app.extensions["model"] = ModelProblem(status, "")
        answer = client.post("/v1/predict", json=json.loads(ask.EXAMPLE.read_bytes())).json
        text = " ".join(" ".join(ask.lines(answer)).split())
        assert WORDING.service(f"model_{status}") in text
        assert "%" not in text
        assert "Likeliest" not in text


def test_the_example_is_the_contract_s_request():
    """Read by the README's test too."""
    assert json.loads(ask.EXAMPLE.read_bytes()) == {
        "answers": {
            "age": 58,
            "sex": "female",
            "leg_swelling": "one_lower_leg",
            "skin_warmth": True,
            "urge_to_move": None,
        }
    }


def test_memory_that_is_free_goes_back_to_the_system():
    """In a process of its own: after much was taken and freed, little is held."""
    program = """
from service.server.memory import give_back, one_arena, resident

one_arena()
taken = [b"x" * 10_000 for _ in range(20_000)]
last = b"y" * 10_000
full = resident()
del taken
give_back()
print((full - resident()) >> 20)
"""
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) > 100  # MiB


def test_a_body_is_let_go_with_its_answer(client):
    """What failed is kept by its traceback until the garbage collector comes, its body is not."""
    for app in (client.application.wsgi_app, lambda *_: 1 / 0):
        environ = EnvironBuilder(method="PUT", path="/v1/predict/batch").get_environ()
        environ["wsgi.input"] = BytesIO(b"x" * 1000)
        with suppress(ZeroDivisionError):
            assert call(app, environ)[0] == 405
        assert environ["wsgi.input"].closed


def test_what_is_there_at_the_start_is_not_collected_time_and_again():
    """In a process of its own: it is out of the collector's sight, and what comes later is not."""
    program = """
import gc
from service.server.memory import settle

there = [[]]
settle()
later = [[]]
print(*(any(seen is one for seen in gc.get_objects()) for one in (there, later)))
"""
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout == "False True\n", run.stderr


def ended_in_a_worker(models, code):
    """Exit status of a worker that runs this once it is made, a child as under the real server."""
    program = f"""
import asyncio, gc, os, signal, sys
from pathlib import Path
from granian._loops import loops
from granian._signals import set_loop_signals
from service.server import process
from service.settings import Settings

class Server:
    def __init__(self, *_):
        pass

    def serve(self, target_loader, **_):
        if not os.fork():
            gateway = target_loader(0)
            {code}
        print(os.waitstatus_to_exitcode(os.wait()[1]))

process.Server = Server
process.serve(Settings(port=0, models=Path(sys.argv[1])), lambda _: "it")
"""
    ended = run("-c", program, str(models))
    return int(ended.stdout.splitlines()[-1])


def test_a_worker_leaves_what_is_there_when_it_begins_to_itself(tmp_path):
    """The collector does not look at it."""
    assert ended_in_a_worker(tmp_path, "os._exit(10 + (gc.get_freeze_count() > 10_000))") == 11


def test_a_worker_that_is_told_to_end_before_its_loop_runs_hears_it_then(tmp_path):
    """Whether before or after Granian and the gateway say what is to happen."""
    told = "os.kill(os.getpid(), signal.SIGTERM)"
    steps = ["loop = loops.get('auto')", "set_loop_signals(loop)", "gateway.__rsgi_init__(loop)"]
    heard = "gateway._leave = lambda _: os._exit(12)"
    turn = "loop.run_until_complete(asyncio.sleep(5)); os._exit(13)"
    for place in range(len(steps) + 1):
        code = "; ".join([heard, *steps[:place], told, *steps[place:], turn])
        assert ended_in_a_worker(tmp_path, code) == 12


def test_no_two_workers_count_in_one_row_and_each_takes_the_socket_of_its_place(monkeypatch):
    """Those of other places, and the one that is replaced beside the one that takes its place."""
    rows, sockets = [], []

    def spawn(server, _idx, _target, loader):
        rows.append(loader())
        sockets.append((server._shd, server._sso))

    monkeypatch.setattr(MPServer, "_spawn_worker", spawn)
    server = Server.__new__(Server)
    server._turns = [False] * 2
    server._holders, server._sockets = ["a", "b"], ["x", "y"]
    for place in (0, 1, 0, 0, 1):
        server._spawn_worker(place, None, lambda row: row)
    assert rows == [1, 3, 0, 1, 2]
    assert sockets == [(*pair,) for pair in ("ax", "by", "ax", "ax", "by")]
