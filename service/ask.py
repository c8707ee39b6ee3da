"""``python -m service.ask [CASE.json] [URL]``: put a case to a running service.

The file holds what is sent to ``/v1/predict``; without one, the README's question is put.
"""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any, Final

from data.checkout import command
from service.client import Client, Refused, Unanswered

EXAMPLE: Final = Path(__file__).with_name("example.json")
MOST_CAUSES: Final = 5  # printed


def main(argv: Sequence[str], prog: str = "python -m service.ask") -> int:
    """Print the answer; 1 if there is none."""
    parser = ArgumentParser(prog, description="Puts a case to a running service.")
    help_ = "a file as it is sent to /v1/predict, and http://HOST:PORT; else the README's question"
    parser.add_argument("words", nargs="*", metavar="CASE.json|URL", help=help_)
    words = parser.parse_args(argv).words
    urls = [word for word in words if ":" in word]
    port = os.environ.get("PORT") or "8000"
    url = urls[0] if urls else os.environ.get("URL") or f"http://127.0.0.1:{port}"
    case = next((Path(word) for word in words if word not in urls), EXAMPLE)
    try:
        body = case.read_bytes()
    except OSError as problem:
        return _failed(f"{case} cannot be read: {problem.strerror}.")
    try:
        with Client(url, os.environ.get("API_KEY"), repeat=0) as supine:
            answer = supine.send("/v1/predict", body)
    except Refused as problem:
        return _failed("\n".join(f"{case}: {line}" for line in str(problem).splitlines()))
    except (Unanswered, ValueError) as problem:
        return _failed(f"No answer from {url}: {problem}. Is it running ({command('serve')})?")
    sys.stdout.write("\n".join(lines(answer)) + "\n")
    return 0


def _failed(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return 1


def lines(answer: dict[str, Any]) -> Iterator[str]:
    """The answer for a person, the urgent thing first."""
    yield _wrap(
        f"{answer['urgency'].replace('_', ' ').upper()}: ",
        answer["what_to_do"],
    )
    yield _wrap("", answer["urgency_reason"])
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
    if answer["safety_net"]:
        yield "\nCome back if something of this appears"
    for entry in answer["safety_net"]:
        yield _wrap("  ", f"{entry['sign']} ({entry['urgency'].replace('_', ' ')})")
        yield _wrap("    ", entry["advice"])
    yield from _wells(answer["wells"])
    for warning in answer["warnings"]:
        yield _wrap("\n", warning["detail"])
    yield _wrap("\n", answer["notice"])


def _wells(wells: dict[str, Any] | None) -> Iterator[str]:
    """The score as far as it can be counted; nothing where no sign of the leg is known."""
    if wells:
        yield f"\nWells score: {wells['points']} of {wells['possible_points']} possible points"
        if wells["stratum"]:
            share, group = f"{100 * wells['published_share']:.1f}", wells["stratum"]
            yield _wrap(
                "  ", f'Of those studied with such a score ("{group}") {share} in 100 had a clot.'
            )
        yield _wrap("  ", f"{wells['note']} ({wells['source']})")


def _wrap(lead: str, text: str) -> str:
    return fill(text, 100, initial_indent=lead, subsequent_indent=" " * len(lead.strip("\n")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
