"""Requests a second of /v1/predict beside a bare Flask route, under one server, in one run."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

Server = subprocess.Popen[bytes]
HERE = Path(__file__).parent
PORTS = {"bare": 18_200, "supine": 18_201}
ROUTE = "/v1/predict"
SECONDS = 3
ROUNDS = 5  # of each application in turn: neighbours that are busy for a while slow down both
PINNED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Seen:
    """What wrk saw."""

    per_second: float
    p50: float  # milliseconds
    p99: float


def table(bodies: list[bytes], answer_bytes: int) -> str:
    """Both applications at 1, 8 and 32 connections with one worker, and at 8 with two."""
    if shutil.which("wrk") is None:
        return "wrk is not installed (Debian: apt-get install wrk): no load was put on a server."
    lines = [
        "workers connections    bare: req/s  p50 ms  p99 ms"
        "   Supine: req/s  p50 ms  p99 ms  ratio of best  median  least to most"
    ]
    with tempfile.NamedTemporaryFile(suffix=".txt") as file:
        Path(file.name).write_bytes(b"\n".join(bodies) + b"\n")
        for workers, connections in ((1, (1, 8, 32)), (2, (8,))):
            commands = {port: ours(name, port, workers) for name, port in PORTS.items()}
            with serving(commands, ANSWER_BYTES=str(answer_bytes)) as (_, supine):
                lines += [_line(workers, number, file.name) for number in connections]
                memory = ", ".join(f"{mib:.0f}" for mib in _workers_rss(supine))
                lines.append(f"        memory of each of Supine's workers: {memory} MiB")
    return "\n".join(lines)


def _line(workers: int, connections: int, bodies: str) -> str:
    """The best round of each, their ratio, and the ratios of the two in each round."""
    rounds = [
        {name: load(port, connections, bodies) for name, port in PORTS.items()}
        for _ in range(ROUNDS)
    ]
    best = [max((seen[name] for seen in rounds), key=_rate) for name in PORTS]
    cells = [f"{seen.per_second:13.0f}{seen.p50:8.2f}{seen.p99:8.2f}" for seen in best]
    ratios = sorted(_rate(seen["supine"]) / _rate(seen["bare"]) for seen in rounds)
    of_best = _rate(best[1]) / _rate(best[0])
    told = f"{of_best:15.0%}{median(ratios):8.0%}  {ratios[0]:.0%} to {ratios[-1]:.0%}"
    return f"{workers:>7}{connections:>12}  {'   '.join(cells)}{told}"


def _rate(seen: Seen) -> float:
    return seen.per_second


def load(port: int, connections: int, bodies: str, route: str = ROUTE, patience: int = 2) -> Seen:
    """Put a load on a server; RuntimeError if a request fails, or takes longer than patience."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--timeout", f"{patience}s"]
    command += ["-s", str(HERE / "wrk.lua")]
    run = subprocess.run(
        [*command, f"http://127.0.0.1:{port}"],
        env={**os.environ, "BODIES": bodies, "ROUTE": route},
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"RESULT (\S+) (\S+) (\S+) (\d+)", run.stdout)
    if found is None:
        raise RuntimeError(run.stdout)
    if found[4] != "0":
        raise RuntimeError(f"{found[4]} requests to port {port} failed")
    return Seen(*map(float, found.groups()[:3]))


def ours(name: str, port: int, workers: int) -> list[str]:
    """Command that serves one of the two applications as ``make serve`` does."""
    settings = [f"PORT={port}", f"WORKERS={workers}"]
    return ["env", *settings, sys.executable, "-m", "benchmarks.serve", name]


def granian(app: str, port: int, workers: int = 1) -> list[str]:
    """Command that serves a WSGI application; one thread runs Python in each worker."""
    options = ["--interface", "wsgi", "--no-ws", "--log-level", "error", "--blocking-threads", "1"]
    place = ["--workers", str(workers), "--port", str(port), app]
    return [sys.executable, "-m", "granian", *options, *place]


@contextmanager
def serving(commands: Mapping[int, list[str]], **environment: str) -> Iterator[list[Server]]:
    """Servers by port, once all of them answer; they end with the block."""
    variables = {**os.environ, **PINNED, **environment}
    servers = [subprocess.Popen(command, env=variables) for command in commands.values()]
    try:
        for port in commands:
            _await(port)
        yield servers
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(20)


def _await(port: int) -> None:
    """Wait until a server answers; TimeoutError after 30 seconds."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{ROUTE}",
        b'{"answers":{}}',
        {"Content-Type": "application/json"},
    )
    for _ in range(600):
        try:
            urllib.request.urlopen(request, timeout=5).read()  # noqa: S310
        except urllib.error.HTTPError:  # another route's, but it answers
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(port)


def _workers_rss(server: Server) -> list[float]:
    """MiB of each child of a server that runs the application."""
    children = []
    for status in Path("/proc").glob("[0-9]*/status"):
        fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        if int(fields["PPid"]) == server.pid and "VmRSS" in fields:
            children.append(int(fields["VmRSS"].split()[0]) / 1024)
    return [mib for mib in children if mib > max(children) / 2]
