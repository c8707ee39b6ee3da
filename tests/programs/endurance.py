"""``make endurance``: what the service outlasts: slow clients, kills, restarts, a million requests.

Twelve minutes and more. Prints figures; ends with 1 if a request failed that should not have.
"""

import os
import signal
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.bodies import body, people
from benchmarks.served import SECONDS as ROUND
from benchmarks.served import load
from tests.service.server.test_sockets import BODY, HEAD, ask, clients, connect, serving, workers

SLOW, SECONDS = 300, 60  # clients, and how long they trickle
KILLS, RESTARTS, REQUESTS = 20, 100, 1_000_000
STARTS = {  # of what trickles, and what comes then, bit by bit
    "headers": (b"GET /livez HTTP/1.1\r\n", b"X: y\r\n"),
    "bodies": (HEAD + b"Content-Length: 60000\r\n\r\n", b" "),
}


def trickle(port, kind, stop):
    """Keep so many clients sending a little each second; who is sent away comes again."""
    start, bit = STARTS[kind]
    clients = [None] * SLOW
    while not stop.is_set():
        for i in range(SLOW):
            try:
                clients[i].sendall(bit)
            except (AttributeError, OSError):
                with suppress(OSError):
                    clients[i] = connect(port)
                    clients[i].sendall(start)
            time.sleep(1 / SLOW)
    for client in clients:
        client.close()


def slow(port, kind):
    """Number of requests that failed beside such clients; prints how long the others took."""
    stop, failed = threading.Event(), 0
    thread = threading.Thread(target=trickle, args=(port, kind, stop))
    thread.start()
    taken = {"/livez": [], "/v1/predict": []}
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for path, seconds in taken.items():
            began = time.perf_counter()
            method, body = ("GET", None) if path == "/livez" else ("POST", BODY)
            with suppress(OSError):
                failed += ask(port, method, path, body)[0] != 200
                seconds.append(time.perf_counter() - began)
                continue
            failed += 1
        time.sleep(0.02)
    stop.set()
    thread.join()
    for path, seconds in taken.items():
        p99 = 1e3 * sorted(seconds)[int(0.99 * len(seconds))]
        print(f"{SLOW} slow {kind}: {path} {len(seconds)} times, p99 {p99:.1f} ms", flush=True)
    return failed


def replaced(process, port, how, times):
    """Requests that failed while workers were replaced so many times; prints how long it took."""
    taken = []
    with clients(port) as (failures, answers):
        for _ in range(times):
            before = workers(process)
            gone = {min(before)} if how == "killed" else before
            began = time.perf_counter()
            if how == "killed":
                os.kill(min(before), signal.SIGKILL)
            else:
                process.send_signal(signal.SIGHUP)
            while len(now := workers(process)) != len(before) or now & gone:
                time.sleep(0.002)
            taken.append(time.perf_counter() - began)
            time.sleep(1.5 if how == "killed" else 0)
    slowest = f"at most {max(taken):.2f} s each"
    print(f"{times} times {how}: {slowest}, {len(answers)} answers, {len(failures)} failures")
    sys.stdout.flush()
    return len(failures) + sum(status != 200 for status in answers)


def held(pid):
    """MiB and open files of a process, once the last load's connections are closed."""
    time.sleep(1)
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 2**20, len(list(Path(f"/proc/{pid}/fd").iterdir()))


def uptime(process, port, folder):
    """Ask a million times; prints what the worker holds after a tenth and at the end."""
    (worker,), asked, first = workers(process), 0, None
    bodies = Path(folder) / "bodies"
    bodies.write_bytes(b"\n".join(map(body, people(2000))) + b"\n")
    while asked < REQUESTS:
        asked += round(load(port, 8, str(bodies)).per_second * ROUND)
        if first is None and asked >= REQUESTS / 10:
            first = held(worker)
    last = held(worker)
    print(f"{asked} requests: {first[0]:.1f} MiB, {first[1]} files after a tenth, then ", end="")
    print(f"{last[0]:.1f} MiB, {last[1]} files: {last[0] / first[0] - 1:+.1%}", flush=True)


def main():
    """1 if a request failed that is not one of a killed worker's own."""
    with tempfile.TemporaryDirectory() as none:
        models = Path("models") if Path("models/current").exists() else Path(none)
        with serving(models) as (_, port):
            failed = sum(slow(port, kind) for kind in STARTS)
        with serving(models, WORKERS="2") as (process, port):
            replaced(process, port, "killed", KILLS)
            failed += replaced(process, port, "restarted", RESTARTS)
        with serving(models) as (process, port):
            uptime(process, port, none)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
