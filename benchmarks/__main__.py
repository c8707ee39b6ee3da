"""``make bench``: set-up, versions, and what was measured side by side in this run."""

from benchmarks import apps, batch, served, stages, start
from benchmarks.bodies import batch as batch_body
from benchmarks.bodies import body, in_order, people
from benchmarks.machine import described

BODIES = 2000
STAGED = 500
BATCH = 10_000


def main() -> None:
    """Print everything; nothing here passes or fails."""
    everybody = people(BATCH)
    bodies = [body(answers) for answers in everybody[:BODIES]]
    sizes = [len(_answer(body)) for body in bodies]
    print(described())
    mean_in, mean_out = sum(map(len, bodies)) // BODIES, sum(sizes) // BODIES
    print(f"{BODIES} bodies of {mean_in} bytes, all different; answers of {mean_out} bytes")
    for title, text in (
        ("Start", start.table(bodies[0])),
        ("One request, inside the application, microseconds", stages.table(bodies[:STAGED])),
        ("Served by Granian, loaded by wrk on the same machine", served.table(bodies, mean_out)),
        (f"A batch of {BATCH}, answers in any order", batch.table(batch_body(everybody))),
        (
            f"A batch of {BATCH}, answers in the order of a form",
            batch.table(batch_body(list(map(in_order, everybody)))),
        ),
    ):
        print(f"\n{title}\n{text}", flush=True)


def _answer(body: bytes) -> bytes:
    client = apps.supine.test_client()
    return client.post("/v1/predict", data=body, content_type="application/json").get_data()


if __name__ == "__main__":
    main()
