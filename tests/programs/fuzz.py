"""``make fuzz``: bodies changed at random, and good ones between them; no 5xx, and no growth.

``python -m tests.programs.fuzz N`` sends N of each kind to the application in this process, without
a network between, and prints what came back, how fast refusals were, and what it cost in memory.
"""

import gc
import io
import json
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from data.vocabulary import FINDINGS
from service.app import create_app
from service.reading.options import NAMES as OPTIONS
from service.server import memory

VALUES = (
    "0", "1", "-1", "58.5", "1e300", "true", "null", '""', '"no"', '"yes"', f'"{"x" * 70}"', "[]",
    "[1]", "{}", '{"a": [{}]}',
)  # fmt: skip
PATHS = ("/v1/predict", "/v1/predict/batch", "/v1/next", "/")
FORM = "application/x-www-form-urlencoded"
GROWTH = 1.05  # of memory, at most
WARM = 500_000  # of each kind, of which a tenth has filled what is kept for the next time
PIECES = (
    b"{", b"}", b"[", b"]", b'"', b",", b":", b"\\", b"null", b"true", b"-", b"1e400", b"NaN",
    b'"answers":', b'"cases":', b"\\ud800", b"\xff", b"\x00", b"\xef\xbb\xbf", b"9" * 120,
    b"[" * 40, b'"age":1,"age":2', b"\\u0000", b"0x1", b"'", b"/*", b"1" + b"0" * 400,
)  # fmt: skip


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


class Service:
    """The application, asked without a network."""

    def __init__(self, models):
        self._app = create_app(Path(models))

    def post(self, path, body, kind="application/json", **environ):
        """Answer to a body of this type."""
        started = []
        asked = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **environ,
        }
        began = time.perf_counter()
        said = b"".join(self._app(asked, lambda *start: started.extend(start[:2])))
        spent = time.perf_counter() - began
        return Answer(int(started[0][:3]), dict(started[1]), said, spent)


def good(rng):
    """A case as it may be sent."""
    answers = {}
    for finding in rng.sample(list(FINDINGS.values()), rng.randint(0, len(FINDINGS))):
        if finding.kind == "numeric":
            low, high = finding.limits
            answers[finding.id] = rng.choice([None, rng.randint(int(low), int(high))])
        elif finding.kind == "boolean":
            answers[finding.id] = rng.choice([True, False, None])
        else:
            answers[finding.id] = rng.choice([*finding.levels, None])
    return {"answers": answers}


def as_form(answers):
    """Answers as the page would send them."""
    words = {True: "yes", False: "no", None: ""}
    pairs = answers.items() if isinstance(answers, dict) else ()
    return "&".join(
        f"{name}={words.get(value, value) if isinstance(value, bool | None) else value}"
        for name, value in pairs
    )


def kind_for(path):
    """Content type of bodies for a path."""
    return FORM if path == "/" else "application/json"


def mutated(n, seed=None):
    """Paths and bodies: good ones with other values, and bytes cut, doubled, swapped or put in."""
    rng = random.Random(secrets.randbits(64) if seed is None else seed)  # noqa: S311
    for _ in range(n):
        path, case = rng.choice(PATHS), good(rng)
        for _ in range(rng.randint(0, 2)):
            holder = rng.choice([case, case["answers"]])
            if isinstance(holder, dict):
                name = rng.choice([*FINDINGS, "answers", "", "x", *OPTIONS])
                holder[name] = json.loads(rng.choice(VALUES))
        whole = {"cases": [case] * rng.randint(1, 3)} if path == PATHS[1] else case
        body = bytearray((as_form(case["answers"]) if path == "/" else json.dumps(whole)).encode())
        for _ in range(rng.randint(0, 3)):
            garble(body, rng)
        yield path, bytes(body)


def garble(body, rng):
    """Change some bytes."""
    at = rng.randrange(len(body) + 1)
    to = at + rng.randint(0, 40)
    change = rng.randrange(4)
    if change == 0:
        del body[at:to]
    elif change == 1:
        body[at:at] = body[at:to]
    elif change == 2:
        body[at:at] = rng.choice(PIECES)
    else:
        body[at : at + 1] = bytes([rng.randrange(256)])


def resident():
    """MiB of this process, and its open files."""
    gc.collect()
    return memory.resident() / 2**20, len(list(Path("/proc/self/fd").iterdir()))


def models_or(none):
    """The folder of models, if one is promoted there, else this empty one."""
    return Path("models") if Path("models/current").exists() else Path(none)


def quantile(counted, share):
    """Value below which this share of what was counted lies."""
    left = counted.total() * share
    for value in sorted(counted):
        left -= counted[value]
        if left < 0:
            break
    return value


def main(n):
    """Send n of each kind; 1 if there was a 5xx, or a good case was refused."""
    seed = secrets.randbits(32)
    rng = random.Random(seed)  # noqa: S311
    with tempfile.TemporaryDirectory() as none:
        models = models_or(none)
        service, statuses, refused = Service(models), Counter(), Counter()
        bodies = mutated(n, seed)
        for done in tqdm(range(n), unit=" of each"):
            if done == n // 10:
                before = resident()
            path, body = next(bodies)
            answer = service.post(path, body, kind_for(path))
            statuses["changed", answer.status] += 1
            if answer.status >= 500:
                tqdm.write(f"{answer.status} of {path}: {body!r}")
            if 400 <= answer.status < 500:
                refused[round(answer.seconds, 5)] += 1  # counted, so that nothing grows here
            sent = json.dumps(good(rng)).encode()
            statuses["good", service.post(PATHS[0], sent).status] += 1
        after = resident()
    print(f"seed {seed}, {n:,} of each, model {'none' if models != Path('models') else 'promoted'}")
    for (kind, status), count in sorted(statuses.items()):
        print(f"{kind:<8} {status} {count:>10,}")
    print(f"refusals: p99 {1000 * quantile(refused, 0.99):.2f} ms")
    print(f"memory {before[0]:.0f} MiB after a tenth, {after[0]:.0f} MiB at the end")
    print(f"open files {before[1]}, then {after[1]}")
    bad = [key for key in statuses if key[1] >= 500 or (key[0] == "good" and key[1] != 200)]
    grew = after[0] > GROWTH * before[0] or after[1] > before[1]
    return int(bool(bad) or (n >= WARM and grew))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
