"""``make bench-peers``: Supine beside what people would use instead, same model, same run."""

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib

from benchmarks.bodies import body, people
from benchmarks.machine import described
from benchmarks.served import ROUTE, Seen, granian, load, serving
from benchmarks.tutorial_pipeline import NUMBERS, WORDS, pipeline
from data.vocabulary import FINDINGS
from models.artifact import load_current
from service.reading import fast_decoder

MODELS = Path(os.environ.get("MODELS", "models")).absolute()
ROOT = Path(__file__).parents[1]
CONNECTIONS = 8
ROUNDS = 3
PATIENCE = 10  # seconds for an answer; one that is slow has not failed
INFER = "/v2/models/{}/infer"
TEXT = {"content_type": "str"}
FASTAPI = ["--log-level", "error", "--port", "18212", "benchmarks.tutorial_fastapi:app"]


@dataclass(frozen=True)
class Peer:
    """One service, and how it is asked."""

    port: int
    command: list[str]
    bodies: str
    route: str = ROUTE


def main() -> None:
    """Print requests a second and ratios; the best of some rounds of each in turn."""
    print(described())
    best: dict[str, Seen] = {}
    with tempfile.TemporaryDirectory() as folder:
        peers = _peers(Path(folder))
        commands = {peer.port: peer.command for peer in peers.values()}
        with serving(commands, MODELS=str(MODELS)):
            for _ in range(ROUNDS):
                for name, peer in peers.items():
                    seen = load(peer.port, CONNECTIONS, peer.bodies, peer.route, PATIENCE)
                    best[name] = max(seen, best.get(name, seen), key=lambda seen: seen.per_second)
    print(
        f"{f'one worker, {CONNECTIONS} connections':<32}{'req/s':>14}  p50 ms  p99 ms   Supine is"
    )
    for name, seen in best.items():
        ratio = best["Supine"].per_second / seen.per_second
        print(f"{name:<32}{seen.per_second:14.0f}{seen.p50:8.2f}{seen.p99:8.2f}{ratio:11.1f} x")


def _peers(folder: Path) -> dict[str, Peer]:
    answered = people(1000)
    bodies = [body(answers) for answers in answered]
    asked = _lines(folder / "bodies.txt", bodies)
    tensors = _lines(folder / "tensors.txt", map(_tensor, bodies))
    tables = _lines(folder / "tables.txt", map(_table, answered))
    # Its own libraries; of ours only what the two pipelines are made of, else they do not open.
    start = ["env", f"PYTHONPATH={ROOT}", f"{ROOT}/.bench-mlserver/bin/mlserver", "start"]
    mlserver = [*start, _mlserver(folder)]
    flask = granian("benchmarks.tutorial:flask", 18_211)
    fastapi = [sys.executable, "-m", "uvicorn", *FASTAPI]
    return {
        "Supine": Peer(18_210, granian("benchmarks.apps:supine", 18_210), asked),
        "Flask, DataFrame, pipeline": Peer(18_211, flask, asked),
        "Flask, given codes": Peer(18_211, flask, asked, "/codes"),
        "FastAPI, DataFrame, pipeline": Peer(18_212, fastapi, asked),
        "FastAPI, given codes": Peer(18_212, fastapi, asked, "/codes"),
        "MLServer, DataFrame, pipeline": Peer(18_213, mlserver, tables, INFER.format("tutorial")),
        "MLServer, given codes": Peer(18_213, mlserver, tensors, INFER.format("ours")),
    }


def _lines(path: Path, lines: Any) -> str:
    path.write_bytes(b"\n".join(lines) + b"\n")
    return str(path)


def _tensor(asked: bytes) -> bytes:
    """The same case as MLServer takes it: codes, ready for the pipeline."""
    cases = fast_decoder.case(asked)
    if cases is None:
        raise ValueError("an odd body")
    data = {"name": "x", "shape": [1, cases.codes.shape[1]], "datatype": "UINT8"}
    return _inference([{**data, "data": cases.codes[0].tolist()}], None)


def _table(answers: Mapping[str, Any]) -> bytes:
    """The same case as columns of MLServer's table; a word that was not asked is empty."""
    read = {name: FINDINGS[name].read(value) for name, value in answers.items()}
    words = [
        {"name": f.id, "datatype": "BYTES", "data": [read.get(f.id, "")], "parameters": TEXT}
        for f in WORDS
    ]
    numbers = [{"name": f.id, "datatype": "FP64", "data": [answers.get(f.id)]} for f in NUMBERS]
    return _inference([{**column, "shape": [1, 1]} for column in words + numbers], "pd")


def _inference(inputs: list[dict[str, Any]], content_type: str | None) -> bytes:
    asked = {"inputs": inputs, "outputs": [{"name": "predict_proba"}]}
    if content_type:
        asked["parameters"] = {"content_type": content_type}
    return json.dumps(asked).encode()


def _mlserver(folder: Path) -> str:
    """Folder of settings from which MLServer serves our pipeline, and the tutorial's around it."""
    ours = MODELS / load_current(MODELS).version / "model.joblib"
    tutorial = folder / "tutorial.joblib"
    joblib.dump(pipeline(joblib.load(ours), [f.levels for f in WORDS]), tutorial)
    for name, path in (("ours", ours), ("tutorial", tutorial)):
        model = {"name": name, "implementation": "mlserver_sklearn.SKLearnModel"}
        (folder / name).mkdir()
        _write(folder / name / "model-settings.json", {**model, "parameters": {"uri": str(path)}})
    ports = {"http_port": 18_213, "grpc_port": 18_214, "metrics_port": 18_215}
    options = {"host": "127.0.0.1", "parallel_workers": 0, "debug": False}
    _write(folder / "settings.json", {**ports, **options})
    return str(folder)


def _write(path: Path, settings: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(settings), "utf-8")


if __name__ == "__main__":
    main()
