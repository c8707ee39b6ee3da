"""``make fuzz-guided``: bodies that atheris grows by which code of ours they reach; never a 5xx.

``python -m tests.programs.guided N`` sends N of them. The first byte of an input chooses route and
type, the rest is the body. One that is answered with a 5xx, or refused unclearly, stops the run
and is kept in a file whose name is printed.
"""

import json
import random
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["service", "data", "models"]):
    from data.vocabulary import FINDINGS
    from service.routes.route_texts import ROUTES
    from tests.programs.fuzz import FORM, PIECES, Service, as_form, good, models_or

TYPES = ("application/json", FORM, "application/json;charset=utf-8")
PATHS = ("/", *(path for path, route in ROUTES.items() if route.body))
ASKED = [(path, kind) for path in PATHS for kind in TYPES]
LONGEST = 4096  # bytes
SEEDS = 40  # of each route
MOST = 256  # MiB that the process may hold


def checked(service, data):
    """Send one input; AssertionError unless it is answered, or refused clearly."""
    path, kind = ASKED[data[0] % len(ASKED)] if data else ASKED[0]
    answer = service.post(path, data[1:], kind)
    assert answer.status < 500, answer
    if answer.status >= 400:
        page = answer.headers["Content-Type"].startswith("text/html")
        assert page or json.loads(answer.body)["status"] == answer.status, answer


def seeds():
    """Good requests to each route, from which the search starts."""
    rng = random.Random(1)  # noqa: S311
    for number, (path, _) in enumerate(ASKED):
        for _ in range(SEEDS):
            case = good(rng)
            asked = {"cases": [case, good(rng)]} if "batch" in path else case
            body = as_form(case["answers"]) if path == "/" else json.dumps(asked)
            yield bytes([number]) + body.encode()[: LONGEST - 1]


def dictionary():
    """Words that requests are made of, as libFuzzer reads them."""
    levels = {level for finding in FINDINGS.values() for level in finding.levels}
    words = [*PIECES, *(word.encode() for word in [*FINDINGS, *levels, "explain", "prevalence"])]
    escaped = ["".join(map(r"\x{:02x}".format, word)) for word in words]
    return "".join(f'"{word}"\n' for word in escaped)


def main(n):
    """Send n inputs; libFuzzer ends the process, with 77 if one was answered wrongly."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as none:
        service, corpus = Service(models_or(none)), Path(none) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(seeds()):
            (corpus / str(number)).write_bytes(seed)
        words = Path(none) / "words"
        words.write_text(dictionary(), "ascii")
        options = [f"-runs={n}", f"-max_len={LONGEST}", f"-dict={words}", f"-rss_limit_mb={MOST}"]
        quiet = ["-verbosity=0", "-print_final_stats=1"]
        asked = [sys.argv[0], *options, *quiet, str(corpus)]
        atheris.Setup(asked, lambda data: checked(service, data))
        atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
