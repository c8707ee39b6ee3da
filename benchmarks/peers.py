"""``make bench-peers``: Supine beside what people would use instead, same model, same run."""

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.bodies import body, people
from benchmarks.machine import described
from benchmarks.served import ROUTE, Seen, granian, load, serving
from models.artifact import load_current
from service import quick

MODELS = Path(os.environ.get("MODELS", "models")).absolute()
ROOT = Path(__file__).parents[1]
CONNECTIONS = 8
ROUNDS = 3
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
                    seen = load(peer.port, CONNECTIONS, peer.bodies, peer.route)
                    best[name] = max(seen, best.get(name, seen), key=lambda seen: seen.per_second)
    print(
        f"{f'one worker, {CONNECTIONS} connections':<32}{'req/s':>14}  p50 ms  p99 ms   Supine is"
    )
    for name, seen in best.items():
        ratio = best["Supine"].per_second / seen.per_second
        print(f"{name:<32}{seen.per_second:14.0f}{seen.p50:8.2f}{seen.p99:8.2f}{ratio:11.1f} x")


def _peers(folder: Path) -> dict[str, Peer]:
    bodies = [body(answers) for answers in people(1000)]
    asked = _lines(folder / "bodies.txt", bodies)
    tensors = _lines(folder / "tensors.txt", map(_tensor, bodies))
    # Its own libraries and nothing of ours but the encoder, without which no pipeline opens.
    mlserver = ["env", f"PYTHONPATH={ROOT}", f"{ROOT}/.bench-mlserver/bin/mlserver", "start"]
    flask = granian("benchmarks.tutorial:flask", 18_211)
    fastapi = [sys.executable, "-m", "uvicorn", *FASTAPI]
    return {
        "Supine": Peer(18_210, granian("benchmarks.apps:supine", 18_210), asked),
        "Flask, DataFrame, pipeline": Peer(18_211, flask, asked),
        "Flask, given codes": Peer(18_211, flask, asked, "/codes"),
        "FastAPI, DataFrame, pipeline": Peer(18_212, fastapi, asked),
        "FastAPI, given codes": Peer(18_212, fastapi, asked, "/codes"),
        "MLServer, given codes": Peer(
            18_213, [*mlserver, _mlserver(folder)], tensors, "/v2/models/supine/infer"
        ),
    }


def _lines(path: Path, lines: Any) -> str:
    path.write_bytes(b"\n".join(lines) + b"\n")
    return str(path)


def _tensor(asked: bytes) -> bytes:
    """The same case as MLServer takes it: codes, ready for the pipeline."""
    cases = quick.case(asked)
    if cases is None:
        raise ValueError("an odd body")
    data = {"name": "x", "shape": [1, cases.codes.shape[1]], "datatype": "UINT8"}
    inputs = [{**data, "data": cases.codes[0].tolist()}]
    return json.dumps({"inputs": inputs, "outputs": [{"name": "predict_proba"}]}).encode()


def _mlserver(folder: Path) -> str:
    """Folder of settings from which MLServer serves the pipeline of the promoted model."""
    pipeline = MODELS / load_current(MODELS).version / "model.joblib"
    model = {"name": "supine", "implementation": "mlserver_sklearn.SKLearnModel"}
    _write(folder / "model-settings.json", {**model, "parameters": {"uri": str(pipeline)}})
    ports = {"http_port": 18_213, "grpc_port": 18_214, "metrics_port": 18_215}
    options = {"host": "127.0.0.1", "parallel_workers": 0, "debug": False}
    _write(folder / "settings.json", {**ports, **options})
    return str(folder)


def _write(path: Path, settings: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(settings), "utf-8")


if __name__ == "__main__":
    main()
