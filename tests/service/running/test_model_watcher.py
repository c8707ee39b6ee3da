"""A model that is promoted while the service runs: taken whole and soon, or refused and told."""

import hashlib
import json
import os
import pickle
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from urllib.request import Request, urlopen

import numpy as np
import pytest

from data.vocabulary import CAUSES, FINDINGS
from models.artifact import ModelRefused
from models.encoder import ROWS
from models.model import Model
from models.store import promote, save
from service.app import create_app
from service.running import model_watcher
from service.settings import Settings
from tests.service.http.test_middleware import counted
from tests.service.server.test_sockets import serving, workers

ROOT = Path(__file__).parents[3]
FLIPS = 200
JSON = {"Content-Type": "application/json"}
PATIENCE = 60  # seconds until a test gives up


def make(models_dir, cause, urgency):
    """A version that is sure of one cause, whatever is answered, and of how urgent it is."""
    intercept = np.where(np.arange(len(CAUSES)) == list(CAUSES).index(cause), 0.0, -40.0)
    arrays = {
        "weights": np.zeros((ROWS, len(CAUSES))),
        "intercept": intercept,
        "cause": np.arange(len(CAUSES)),
    }
    codes = np.zeros((100, len(FINDINGS)), np.uint8)
    proba = Model("", {}, {}, **arrays).predict_proba(codes)
    manifest = {
        "care": {name: {"urgency": urgency, "threshold": 0.5} for name in CAUSES},
        "golden": {"codes": codes.tolist(), "probabilities": proba.tolist()},
    }
    return save(models_dir, manifest, arrays, b"a pipeline")


@pytest.fixture
def two(tmp_path):
    """Two versions without an answer in common, by version; the first is promoted."""
    kinds = [("sciatica", "soon"), ("deep_vein_thrombosis", "same_day")]
    versions = {make(tmp_path, *kind): kind for kind in kinds}
    promote(next(iter(versions)))
    return versions


@pytest.fixture
def always_looking(monkeypatch):
    """Each request looks whether another model was promoted."""
    monkeypatch.setattr(model_watcher, "EVERY", 0.0)


def said(answer):
    """What an answer owes to the model: its version, first cause and urgency."""
    return (answer["model"]["version"], answer["causes"][0]["cause"], answer["urgency"])


def ask(client):
    return client.post("/v1/predict", json={"answers": {}}).json


def ask_many(client):
    return client.post("/v1/predict/batch", json={"cases": [{"answers": {}}] * 3}).json["results"]


def keep_asking(client, asking, heard, errors, done):
    """Ask until done; note what is said, and whatever is no answer of one model."""
    while not done.is_set():
        try:
            together = [said(answer) for answer in asking(client)]
            assert len(set(together)) == 1, together
            heard.update(together)
        except Exception as error:
            errors.append(error)


@pytest.fixture
def quickly_turning():
    """Threads take turns often."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("always_looking", "quickly_turning")
def test_no_answer_is_mixed_or_lost_while_the_model_changes(tmp_path, two):
    """200 times under load, single requests and batches: each answer is one model's."""
    app, heard, errors, done = create_app(tmp_path), Counter(), [], Event()
    callers = [
        Thread(target=keep_asking, args=(app.test_client(), asking, heard, errors, done))
        for asking in (lambda client: [ask(client)], ask_many, ask_many)
    ]
    for caller in callers:
        caller.start()
    try:
        end = monotonic() + PATIENCE
        for flip in range(FLIPS):
            folder = list(two)[(flip + 1) % 2]
            expected = (folder.name, *two[folder])
            before = heard[expected]
            promote(folder)
            while heard[expected] == before:
                assert monotonic() < end, (flip, errors)
                sleep(0.0005)
    finally:
        done.set()
        for caller in callers:
            caller.join()
    assert errors == []
    assert heard.keys() == {(folder.name, *kind) for folder, kind in two.items()}


def test_a_request_looks_at_most_once_a_second(tmp_path, two, monkeypatch):
    """Between two looks nothing on the disk is touched."""
    client = create_app(tmp_path).test_client()
    monkeypatch.setattr(model_watcher, "monotonic", lambda: 0.0)
    monkeypatch.setattr(model_watcher, "_stamps", lambda _: pytest.fail("looked"))
    old, new = two
    promote(new)
    assert {ask(client)["model"]["version"] for _ in range(20)} == {old.name}
    monkeypatch.undo()
    monkeypatch.setattr(model_watcher, "monotonic", lambda: monotonic() + model_watcher.EVERY)
    assert ask(client)["model"]["version"] == new.name


@pytest.mark.usefixtures("always_looking")
def test_while_one_request_loads_the_others_are_answered(tmp_path, two, monkeypatch):
    """By the model that is served until then."""
    app = create_app(tmp_path)
    old, new = two
    loading, go_on = Event(), Event()
    real = model_watcher.load

    def slowly(*given):
        loading.set()
        assert go_on.wait(PATIENCE)
        return real(*given)

    monkeypatch.setattr(model_watcher, "load", slowly)
    promote(new)
    first = Thread(target=ask, args=(app.test_client(),))
    first.start()
    assert loading.wait(PATIENCE)
    assert ask(app.test_client())["model"]["version"] == old.name
    go_on.set()
    first.join()
    assert ask(app.test_client())["model"]["version"] == new.name


@pytest.mark.usefixtures("always_looking")
def test_a_model_promoted_after_the_start_is_taken(tmp_path):
    """Where there was none; the service was degraded until then."""
    client = create_app(tmp_path).test_client()
    assert client.get("/readyz").json["status"] == "degraded"
    folder = make(tmp_path, "sciatica", "soon")
    assert ask(client)["causes"] is None
    promote(folder)
    assert said(ask(client)) == (folder.name, "sciatica", "soon")
    assert client.get("/readyz").json == {"status": "ok", "reason": None}


@pytest.mark.usefixtures("always_looking")
def test_while_a_first_model_is_trained_nobody_is_told_to_train_another(tmp_path, monkeypatch):
    """In /readyz and /v1/model; when the training ends without one, they say how to train."""
    monkeypatch.setattr(model_watcher, "AGAIN", 0.0)
    with subprocess.Popen(["sleep", "20"]) as training:
        client = create_app(tmp_path, Settings(training=training.pid)).test_client()
        for path in ("/readyz", "/v1/model"):
            assert client.get(path).json["reason"] == model_watcher.FIRST
        (tmp_path / "current").write_text("{")
        assert client.get("/v1/model").json["status"] == "refused"
        (tmp_path / "current").unlink()
        assert client.get("/readyz").json["reason"] == model_watcher.FIRST
        training.kill()
    for path in ("/readyz", "/v1/model"):
        assert "`make train`" in client.get(path).json["reason"]


def point(folder):
    """Make a version current without asking whether it would load."""
    digest = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    target = {"version": folder.name, "manifest_sha256": digest, "before": None}
    scratch = folder.parent / "scratch"
    scratch.write_text(json.dumps(target))
    scratch.replace(folder.parent / "current")


def edit(folder, **changes):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, **changes}))


def tamper(folder, _old):
    content = bytearray((folder / "arrays.npz").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "arrays.npz").write_bytes(content)


def cut_short(folder, _old):
    content = (folder / "arrays.npz").read_bytes()
    (folder / "arrays.npz").write_bytes(content[:-1])


def link_outside(folder, _old):
    outside = folder.parent.parent / f"outside {folder.parent.name}"
    shutil.move(folder / "arrays.npz", outside)
    (folder / "arrays.npz").symlink_to(outside)


class Canary:
    """Unpickling this makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def plant(folder, _old):
    content = pickle.dumps(Canary(folder.parent / "canary"))
    (folder / "arrays.npz").write_bytes(content)
    stated = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    edit(folder, files={"arrays.npz": stated})


HARMS = {
    "tampered": (tamper, "digest"),
    "truncated": (cut_short, "size"),
    "downgraded": (lambda new, _old: edit(new, format=0), "format"),
    "of another vocabulary": (lambda new, _old: edit(new, vocabulary="0"), "vocabulary"),
    "a link out of the folder": (link_outside, "out of the models folder"),
    "with another's manifest": (
        lambda new, old: shutil.copy(old / "manifest.json", new),
        "another version",
    ),
    "a pickle": (plant, "cannot be read"),
    "without numbers": (lambda new, _old: (new / "arrays.npz").unlink(), "missing"),
}


def check_refused(client, old, reason, log):
    """The old model answers as ever; the reason is in /readyz and, once, in the log."""
    for _ in range(3):
        assert said(ask(client)) == (old.name, "sciatica", "soon")
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json["status"]) == (200, "degraded")
        assert reason in ready.json["reason"]
        assert old.name in ready.json["reason"]
    assert [record.getMessage() for record in log.records] == [ready.json["reason"]]


@pytest.mark.usefixtures("always_looking")
@pytest.mark.parametrize(("harm", "reason"), HARMS.values(), ids=HARMS)
def test_a_bad_new_model_leaves_the_old_one_serving(tmp_path, two, caplog, harm, reason):
    """Whatever is wrong with it; a good one is taken after it."""
    client = create_app(tmp_path).test_client()
    old, new = two
    harm(new, old)
    with pytest.raises(ModelRefused):
        promote(new)
    point(new)
    check_refused(client, old, reason, caplog)
    assert not (tmp_path / "canary").exists()
    good = make(tmp_path, "deep_vein_thrombosis", "same_day")
    promote(good)
    assert said(ask(client)) == (good.name, "deep_vein_thrombosis", "same_day")
    assert client.get("/readyz").json == {"status": "ok", "reason": None}


@pytest.mark.usefixtures("always_looking")
@pytest.mark.parametrize("at_start", [False, True])
def test_metrics_tell_a_refused_model_and_one_that_is_taken(tmp_path, two, monkeypatch, at_start):
    """Degraded as long as it lasts; a refusal is counted once, however often it is tried again."""
    monkeypatch.setattr(model_watcher, "AGAIN", 0.0)
    old, new = two
    client = None if at_start else create_app(tmp_path).test_client()
    content = (new / "arrays.npz").read_bytes()
    tamper(new, old)
    point(new)
    client = client or create_app(tmp_path).test_client()
    for _ in range(3):
        ask(client)
        counts = counted(client)
        assert counts["supine_model_degraded",] == 1
        assert counts["supine_model_refused_total",] == 1
        assert counts["supine_model_changes_total",] == 0
        assert counts["supine_model_info", "none" if at_start else old.name] == 1
    (new / "arrays.npz").write_bytes(content)
    counts = counted(client)
    assert counts["supine_model_info", new.name] == 1
    assert counts["supine_model_degraded",] == 0
    assert counts["supine_model_refused_total",] == 1
    assert counts["supine_model_changes_total",] == 1


@pytest.mark.usefixtures("always_looking")
def test_metrics_of_a_service_without_a_model_tell_that_it_is_degraded(tmp_path):
    """None was refused, and none was taken, however often it looks."""
    client = create_app(tmp_path).test_client()
    for _ in range(3):
        counts = counted(client)
        assert counts["supine_model_degraded",] == 1
        assert counts["supine_model_refused_total",] == 0
        assert counts["supine_model_changes_total",] == 0


@pytest.mark.usefixtures("always_looking")
@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b'{"version": "../x"}'])
def test_a_bad_pointer_leaves_the_old_model_serving(tmp_path, two, caplog, content):
    """Gone or garbled; when it is mended, all is well."""
    client = create_app(tmp_path).test_client()
    old, _ = two
    pointer = tmp_path / "current"
    good = pointer.read_bytes()
    pointer.unlink()
    if content is not None:
        pointer.write_bytes(content)
    check_refused(client, old, "current", caplog)
    pointer.write_bytes(good)
    assert said(ask(client))[0] == old.name
    assert client.get("/readyz").json == {"status": "ok", "reason": None}


@pytest.mark.usefixtures("always_looking")
def test_a_served_model_outlives_its_files(tmp_path, two, caplog):
    """It is in memory; that its files are gone is told."""
    client = create_app(tmp_path).test_client()
    old, _ = two
    shutil.rmtree(tmp_path)
    check_refused(client, old, "no model", caplog)


@pytest.mark.usefixtures("always_looking")
def test_a_refused_model_is_taken_when_its_files_are_mended(tmp_path, two):
    """As when a pointer is copied to another machine before the files that it names."""
    client = create_app(tmp_path).test_client()
    _, new = two
    content = (new / "arrays.npz").read_bytes()
    (new / "arrays.npz").unlink()
    point(new)
    assert said(ask(client))[0] != new.name
    (new / "arrays.npz").write_bytes(content)
    assert said(ask(client))[0] == new.name


@pytest.mark.usefixtures("always_looking")
@pytest.mark.parametrize("at_start", [False, True])
def test_a_model_that_could_not_be_read_for_once_is_tried_again(
    tmp_path, two, monkeypatch, at_start
):
    """Though nothing changed on the disk, as when there were too many open files."""
    client = None if at_start else create_app(tmp_path).test_client()
    _, new = two
    promote(new)
    with monkeypatch.context() as patch:
        patch.setattr(model_watcher, "load_current", lambda _: 1 / 0)
        client = client or create_app(tmp_path).test_client()
        ask(client)
        assert client.get("/readyz").json["status"] == "degraded"
    ask(client)
    assert client.get("/readyz").json["status"] == "degraded"
    monkeypatch.setattr(model_watcher, "monotonic", lambda: monotonic() + model_watcher.AGAIN)
    assert said(ask(client))[0] == new.name
    assert client.get("/readyz").json["status"] == "ok"


def test_a_running_service_takes_what_is_promoted(tmp_path):
    """As a process, one model after the other, without a request that fails."""
    service = subprocess.Popen(
        [sys.executable, "-m", "service"],
        cwd=ROOT,
        env={**os.environ, "HOST": "127.0.0.1", "PORT": "0", "MODELS": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url = f"{service.stdout.readline().split()[3]}/v1/predict"
        body = {"data": b'{"answers": {}}', "headers": {"Content-Type": "application/json"}}
        for kind in [("sciatica", "soon"), ("bursitis", "same_day")]:
            folder = make(tmp_path, *kind)
            promote(folder)
            end, answer = monotonic() + PATIENCE, {"model": {"version": None}}
            while answer["model"]["version"] != folder.name and monotonic() < end:
                with urlopen(Request(url, **body), timeout=10) as response:  # noqa: S310 - our own
                    answer = json.load(response)
                sleep(0.05)
            assert said(answer) == (folder.name, *kind)
    finally:
        service.kill()
        with suppress(ValueError):
            service.communicate()


def test_every_worker_takes_what_is_promoted_within_two_seconds(tmp_path, two):
    """Two workers, 200 changes under load: every answer is one model's, none is lost."""
    said_of = {folder.name: kind for folder, kind in two.items()}
    heard, errors, done = Counter(), [], Event()

    def keep_on_asking(port):
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            while not done.is_set():
                try:
                    connection.request("POST", "/v1/predict", b'{"answers": {}}', JSON)
                    answer = json.loads(connection.getresponse().read())
                    version, *kind = said(answer)
                    assert said_of[version] == tuple(kind)
                    heard[version] += 1
                except Exception as error:
                    errors.append(error)

    with serving(tmp_path, WORKERS="2") as (process, port):
        callers = [Thread(target=keep_on_asking, args=(port,)) for _ in range(4)]
        for caller in callers:
            caller.start()
        for flip in range(FLIPS):
            promote(list(two)[flip % 2])
            sleep(0.025)
        last = list(two)[FLIPS % 2]
        promote(last)
        sleep(2)
        heard.clear()
        sleep(1)
        done.set()
        for caller in callers:
            caller.join()
        assert len(workers(process)) == 2
    assert errors == []
    assert list(heard) == [last.name]
