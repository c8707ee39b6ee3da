"""``make bench``: set-up, versions, and what was measured side by side in this run."""

import platform
from importlib.metadata import version
from pathlib import Path

from benchmarks import apps, batch, served, stages, start
from benchmarks.bodies import batch as batch_body
from benchmarks.bodies import body, people

LIBRARIES = ("flask", "werkzeug", "granian", "msgspec", "orjson", "numpy")
BODIES = 2000
STAGED = 500
BATCH = 10_000


def main() -> None:
    """Print everything; nothing here passes or fails."""
    everybody = people(BATCH)
    bodies = [body(answers) for answers in everybody[:BODIES]]
    sizes = [len(_answer(body)) for body in bodies]
    print(f"{_processor()}, Python {platform.python_version()}")
    print(", ".join(f"{name} {version(name)}" for name in LIBRARIES))
    model = apps.supine.extensions["model"]
    print(f"model {getattr(model, 'version', 'missing')}")
    mean_in, mean_out = sum(map(len, bodies)) // BODIES, sum(sizes) // BODIES
    print(f"{BODIES} bodies of {mean_in} bytes, all different; answers of {mean_out} bytes")
    for title, text in (
        ("Start", start.table(bodies[0])),
        ("One request, inside the application, microseconds", stages.table(bodies[:STAGED])),
        ("Served by Granian, loaded by wrk on the same machine", served.table(bodies, mean_out)),
        (f"A batch of {BATCH}", batch.table(batch_body(everybody))),
    ):
        print(f"\n{title}\n{text}", flush=True)


def _answer(body: bytes) -> bytes:
    client = apps.supine.test_client()
    return client.post("/v1/predict", data=body, content_type="application/json").get_data()


def _processor() -> str:
    described = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    names = [line.split(":")[1].strip() for line in described if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else platform.processor()


if __name__ == "__main__":
    main()
