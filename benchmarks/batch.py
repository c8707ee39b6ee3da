"""A batch of 10,000 beside decoding and encoding the same JSON with a fast library alone."""

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import msgspec
import orjson

from benchmarks import apps
from service.reading import fast_decoder
from service.server.memory import settle

ROUNDS = 9
LIBRARIES = {
    "orjson": (orjson.loads, orjson.dumps),
    "msgspec": (msgspec.json.decode, msgspec.json.encode),
}


def table(body: bytes) -> str:
    """Milliseconds of the whole batch, of the model in it, and of the libraries, in turn."""
    client = apps.supine.test_client()

    def ask() -> bytes:
        response = client.post("/v1/predict/batch", data=body, content_type="application/json")
        return response.get_data()

    cases, answer = fast_decoder.batch(body), ask()
    assert cases is not None, "an odd body"  # noqa: S101 - a benchmark of the usual one
    said = msgspec.json.decode(answer)
    settle()  # the collector would look at all of that whenever it looks at ours
    model = apps.supine.extensions["model"]
    tasks = {"Supine": ask, "  of this the model's probabilities": partial(_model, model, cases)}
    for name, (decode, encode) in LIBRARIES.items():
        tasks[name] = partial(_alone, decode, encode, body, said)
    spent = _in_turn(tasks)
    lines = [
        f"{len(body) / 1e6:.1f} MB in, {len(answer) / 1e6:.1f} MB out; best (median) of rounds"
    ]
    lines += [_row(name, times) for name, times in spent.items()]
    for name in LIBRARIES:
        best, usual = (of(spent["Supine"]) / of(spent[name]) for of in (min, median))
        lines.append(f"Supine takes {best:.2f} ({usual:.2f}) times as long as {name}")
    return "\n".join(lines)


def _model(model: Any, cases: Any) -> None:
    model.predict_proba(cases.codes)


def _alone(decode: Any, encode: Any, body: bytes, said: Any) -> None:
    decode(body)
    encode(said)


def _in_turn(tasks: dict[str, Callable[[], Any]]) -> dict[str, list[float]]:
    """Seconds of each task, round by round."""
    spent: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(ROUNDS):
        for name, task in tasks.items():
            began = time.perf_counter()
            task()
            spent[name].append(time.perf_counter() - began)
    return spent


def _row(name: str, seconds: list[float]) -> str:
    return f"{name:<42}{min(seconds) * 1e3:8.0f} ({median(seconds) * 1e3:.0f}) ms"
