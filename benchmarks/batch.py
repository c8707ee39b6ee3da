"""A batch of 10,000 beside decoding and encoding the same JSON with a fast library alone."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import orjson

from benchmarks import apps
from service import quick

ROUNDS = 4


def table(body: bytes) -> str:
    """Milliseconds of the whole batch, of the libraries, and of the model by itself."""
    client = apps.supine.test_client()

    def ask() -> bytes:
        response = client.post("/v1/predict/batch", data=body, content_type="application/json")
        return response.get_data()

    whole, answer = _best(ask)
    cases = quick.batch(body)
    assert cases is not None, "an odd body"  # noqa: S101 - a benchmark of the usual one
    model = apps.supine.extensions["model"]
    modelled, _ = _best(lambda: model.predict_proba(cases.codes))
    lines = [f"{len(body) / 1e6:.1f} MB in, {len(answer) / 1e6:.1f} MB out", _row("Supine", whole)]
    lines.append(_row("  of this the model's probabilities", modelled))
    for name, decode, encode in (
        ("orjson", orjson.loads, orjson.dumps),
        ("msgspec", msgspec.json.decode, msgspec.json.encode),
    ):
        said = decode(answer)
        alone = _best(partial(decode, body))[0] + _best(partial(encode, said))[0]
        ratios = f"  Supine takes {whole / alone:.1f} times as long"
        ratios += f", without the model {(whole - modelled) / alone:.1f}"
        lines.append(_row(f"{name}, decode and encode", alone) + ratios)
    return "\n".join(lines)


def _best(function: Callable[[], Any]) -> tuple[float, Any]:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        result = function()
        times.append(time.perf_counter() - began)
    return min(times) * 1e3, result


def _row(name: str, milliseconds: float) -> str:
    return f"{name:<42}{milliseconds:8.0f} ms"
