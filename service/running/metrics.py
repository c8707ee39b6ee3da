"""Counters of what the service does, for Prometheus; never a case.

Every series is known beforehand (routes, statuses, rules, causes), so nothing that a caller sends
can make one. All workers count in one piece of memory that they share, each in a row of its own;
whichever is asked sums the rows. One that replaces another goes on in the row before that.
"""

import mmap
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Final

from data.vocabulary import CAUSES, FINDINGS, URGENCIES, VERSION
from service import __version__
from service.assessment.assess import Counted
from service.http.middleware import Told
from service.http.paths import BATCH, NEXT, PAGE, PREDICT
from service.http.wsgi import SAID, SKIPPED, Environ
from service.safety.rules import RULES

Series = tuple[str, tuple[tuple[str, str], ...]]  # name and labels

ASKS: Final = frozenset((PREDICT, BATCH, NEXT, PAGE))
STATUSES: Final = (200, 204, 304, 400, 401, 404, 405, 408, 411, 413, 415, 422, 500, 503)
SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
UNKNOWN: Final = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95)  # shares
REFUSALS: Final = {
    400: "bad_request", 401: "no_key", 408: "too_slow", 411: "no_length", 413: "too_large",
    415: "wrong_type", 422: "does_not_fit", 503: "busy",
}  # fmt: skip
ASKED: Final = "of the worker that was asked"
HELP: Final = {
    "supine_requests_total": ("counter", "Requests by route and status."),
    "supine_request_seconds": ("histogram", "Seconds from a request's end to its answer."),
    "supine_refusals_total": (
        "counter",
        "Refusals by reason: of requests about cases, and of each case that a batch skipped.",
    ),
    "supine_answers_total": ("counter", "Assessed cases by urgency."),
    "supine_alerts_total": ("counter", "Alerts by the rule that fired."),
    "supine_leading_causes_total": ("counter", "Assessed cases by their likeliest cause."),
    "supine_unknown_share": ("histogram", "Share of the findings not answered, a case."),
    "supine_model_changes_total": (
        "counter",
        "Times that a promoted model was taken after the start; each worker counts its own.",
    ),
    "supine_model_refused_total": (
        "counter",
        "Times that a promoted model was refused, at the start too; each worker counts its own.",
    ),
    "supine_model_info": ("gauge", f"The model {ASKED}."),
    "supine_model_degraded": ("gauge", f"1 without the promoted model, {ASKED}."),
    "supine_build_info": ("gauge", "The release that answers, and its vocabulary."),
}


class Metrics:
    """Counters of all workers; each counts in the row that it is told is its own."""

    def __init__(self, routes: Iterable[str], rows: int = 1) -> None:
        self._routes = [*routes, "other"]
        self._at = {series: i for i, series in enumerate(self._series())}
        self._width = len(self._at)
        memory = mmap.mmap(-1, 8 * self._width * rows)  # shared with forked workers
        self._cells = memoryview(memory).cast("d")
        self._row, self._lock = 0, Lock()
        self._answers: dict[str, int] = {
            u: self._place("supine_answers_total", urgency=u) for u in URGENCIES
        }
        self._rules = {r.id: self._place("supine_alerts_total", rule=r.id) for r in RULES}
        self._causes: dict[str | None, int] = {
            c: self._place("supine_leading_causes_total", cause=c or "none")
            for c in (*CAUSES, None)
        }
        self._shares = list(map(self._share, range(len(FINDINGS) + 1)))
        self._share_sum = self._place("supine_unknown_share_sum")

    def count_in(self, row: int) -> None:
        """Count in this row, from 0; in a worker, before its first request."""
        self._row = row * self._width

    def _series(self) -> Iterator[Series]:
        for route in self._routes:
            for status in (*map(str, STATUSES), "other"):
                yield "supine_requests_total", (("route", route), ("status", status))
            yield from _histogram("supine_request_seconds", SECONDS, (("route", route),))
        for reason in REFUSALS.values():
            yield "supine_refusals_total", (("reason", reason),)
        for name, label, values in (
            ("supine_answers_total", "urgency", URGENCIES),
            ("supine_alerts_total", "rule", [rule.id for rule in RULES]),
            ("supine_leading_causes_total", "cause", [*CAUSES, "none"]),
        ):
            for value in values:
                yield name, ((label, value),)
        yield from _histogram("supine_unknown_share", UNKNOWN, ())
        yield "supine_model_changes_total", ()
        yield "supine_model_refused_total", ()

    def _place(self, name: str, **labels: str) -> int:
        return self._at[name, tuple(labels.items())]

    def _share(self, known: int) -> tuple[int, float]:
        """Place of the bucket and share of unknown findings of a case with so many known ones."""
        share = 1 - known / len(FINDINGS)
        bounds = [*map(str, UNKNOWN), "+Inf"]
        bound = bounds[bisect_left(UNKNOWN, share)]
        return self._place("supine_unknown_share_bucket", le=bound), share

    def told(self) -> Told:
        """Counts a request and, where it was assessed, what was said."""
        first = {
            route: self._place("supine_requests_total", route=route, status="200")
            for route in self._routes
        }
        step = {status: i for i, status in enumerate(STATUSES)}
        refused = {s: self._place("supine_refusals_total", reason=r) for s, r in REFUSALS.items()}
        other = first["other"]
        cells = self._cells

        def tell(environ: Environ, status: int, seconds: float, _: list[bytes]) -> None:
            path = environ["PATH_INFO"]
            at = self._row + first.get(path, other)
            with self._lock:
                cells[at + step.get(status, len(STATUSES))] += 1
                self._observe(at + len(STATUSES) + 1, SECONDS, seconds)
                if path in ASKS:
                    if status in refused:
                        cells[self._row + refused[status]] += 1
                    elif status == 200:
                        self._count(environ.get(SAID, ()))
                        if path == BATCH:
                            cells[self._row + refused[422]] += environ.get(SKIPPED, 0)

        return tell

    def _observe(self, at: int, bounds: tuple[float, ...], value: float) -> None:
        self._cells[at + bisect_left(bounds, value)] += 1
        self._cells[at + len(bounds) + 1] += value

    def _count(self, said: Iterable[Counted]) -> None:
        cells, row = self._cells, self._row
        for one in said:
            cells[row + self._answers[one.urgency]] += 1
            cells[row + self._causes[one.likeliest]] += 1
            for rule in one.rules:
                cells[row + self._rules[rule]] += 1
            bucket, share = self._shares[one.known]
            cells[row + bucket] += 1
            cells[row + self._share_sum] += share

    def model_changed(self) -> None:
        """Count that this worker took another model."""
        self._cells[self._row + self._place("supine_model_changes_total")] += 1

    def model_refused(self) -> None:
        """Count that this worker refused the promoted model."""
        self._cells[self._row + self._place("supine_model_refused_total")] += 1

    def text(self, version: str, degraded: bool) -> str:
        """All counters, the model that is served, and the release, in Prometheus' format 0.0.4."""
        sums = [sum(self._cells[i :: self._width]) for i in range(self._width)]
        lines: dict[str, list[str]] = {name: [] for name in HELP}
        for (name, labels), value in zip(self._at, _cumulated(list(self._at), sums), strict=True):
            family = name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count")
            shown = ",".join(f'{label}="{word}"' for label, word in labels)
            lines[family].append(f"{name}{{{shown}}} {value!r}" if shown else f"{name} {value!r}")
        build = f'version="{__version__}",vocabulary="{VERSION}"'
        lines["supine_model_info"] = [f'supine_model_info{{version="{version}"}} 1']
        lines["supine_model_degraded"] = [f"supine_model_degraded {int(degraded)}"]
        lines["supine_build_info"] = [f"supine_build_info{{{build}}} 1"]
        text = [
            line
            for name, (kind, meaning) in HELP.items()
            for line in (f"# HELP {name} {meaning}", f"# TYPE {name} {kind}", *lines[name])
        ]
        return "\n".join(text) + "\n"


def _histogram(
    name: str, bounds: tuple[float, ...], labels: tuple[tuple[str, str], ...]
) -> Iterator[Series]:
    for bound in (*map(str, bounds), "+Inf"):
        yield f"{name}_bucket", (*labels, ("le", bound))
    yield f"{name}_sum", labels
    yield f"{name}_count", labels


def _cumulated(series: list[Series], sums: list[float]) -> Iterator[float]:
    """Values of the series, those of a histogram's buckets added up, and its count the last."""
    total = 0.0
    for (name, _), value in zip(series, sums, strict=True):
        if name.endswith("_bucket"):
            total += value
            yield total
        elif name.endswith("_count"):
            yield total
            total = 0.0
        else:
            yield value
