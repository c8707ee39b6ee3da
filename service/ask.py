"""``python -m service.ask [URL]``: put the README's question to a running service."""

import json
import os
import sys
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from textwrap import fill
from typing import Any, Final
from urllib.request import ProxyHandler, Request, build_opener

from data.wording import WORDING

EXAMPLE: Final = Path(__file__).with_name("example.json")
MOST_CAUSES: Final = 5  # printed
SECONDS: Final = 10


def main(argv: list[str]) -> int:
    """Print the answer; 1 if there is none."""
    url = argv[0] if argv else os.environ.get("URL", "http://127.0.0.1:8000")
    try:
        answer = ask(url)
    except (OSError, ValueError, HTTPException) as problem:
        reason = getattr(problem, "reason", problem)
        reason = getattr(reason, "strerror", None) or reason
        sys.stderr.write(f"No answer from {url}: {reason}. Is it running (`make serve`)?\n")
        return 1
    sys.stdout.write("\n".join(lines(answer)) + "\n")
    return 0


def ask(url: str) -> dict[str, Any]:
    """Answer of the service at ``url``; OSError, HTTPException or ValueError if it gives none."""
    if not url.startswith(("http://", "https://")):
        raise ValueError("it must begin with http:// or https://")
    headers = {"Content-Type": "application/json"}
    question = Request(f"{url.rstrip('/')}/v1/predict", EXAMPLE.read_bytes(), headers)  # noqa: S310 - checked above
    with build_opener(ProxyHandler({})).open(question, timeout=SECONDS) as response:
        answer: dict[str, Any] = json.load(response)
    return answer


def lines(answer: dict[str, Any]) -> Iterator[str]:
    """The answer for a person, the urgent thing first."""
    yield _wrap(
        f"{answer['urgency'].replace('_', ' ').upper()}: ", WORDING.urgency(answer["urgency"])
    )
    for alert in answer["alerts"]:
        yield f"\n! {alert['title']} ({', '.join(alert['rules'])})"
        yield _wrap("  ", alert["reason"])
        yield _wrap("  ", alert["advice"])
    yield "\nLikeliest causes" if answer["causes"] else _wrap("\n", answer["model"]["reason"])
    for entry in (answer["causes"] or [])[:MOST_CAUSES]:
        yield f"  {entry['probability']:4.0%}  {entry['label']}"
    if answer["unasked"]:
        yield "\nNot asked yet"
    for entry in answer["unasked"]:
        yield _wrap("  ", f"{entry['question']} ({entry['could_raise_to'].replace('_', ' ')})")
    for warning in answer["warnings"]:
        yield _wrap("\n", warning["detail"])
    yield _wrap("\n", answer["notice"])


def _wrap(lead: str, text: str) -> str:
    return fill(text, 100, initial_indent=lead, subsequent_indent=" " * len(lead.strip("\n")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
