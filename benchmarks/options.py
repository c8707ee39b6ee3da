"""``python -m benchmarks.options``: what each option of a case costs, beside the bare answer."""

import json
from statistics import median, quantiles
from typing import Any, Final

from benchmarks import apps
from benchmarks.bodies import people
from benchmarks.machine import described
from benchmarks.stages import call

ROUNDS: Final = 3
PEOPLE: Final = 200
ASKED: Final[dict[str, dict[str, Any]]] = {
    "bare answer": {},
    "explain": {"explain": True},
    "doubt": {"doubt": True},
    "steady": {"steady": True},
    "prevalence, a setting": {"prevalence": "emergency_department"},
    "prevalence, given": {"prevalence": {"deep_vein_thrombosis": 0.12}},
    "all of them": {
        "explain": True, "doubt": True, "steady": True, "prevalence": "emergency_department"
    },
}  # fmt: skip


def table() -> str:
    """Milliseconds inside the application, the options in turn for each person."""
    cases = people(PEOPLE)
    times: dict[str, list[float]] = {name: [] for name in [*ASKED, "POST /v1/next"]}
    for _ in range(ROUNDS):
        for answers in cases:
            for name, options in ASKED.items():
                body = json.dumps({"answers": answers, **options}).encode()
                times[name].append(call(apps.supine, body))
            body = json.dumps({"answers": answers}).encode()
            times["POST /v1/next"].append(call(apps.supine, body, "/v1/next"))
    bare = median(times["bare answer"])
    lines = [
        f"{name:<24}{1e3 * median(spent):8.2f}{1e3 * quantiles(spent, n=100)[98]:8.2f}"
        f"{median(spent) / bare:8.1f}"
        for name, spent in times.items()
    ]
    return "\n".join([f"{'':<24}  p50 ms  p99 ms   times", *lines])


if __name__ == "__main__":
    print(f"{described()}\n{table()}")
