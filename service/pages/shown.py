"""What the page shows of an answer's reasons and doubt, in words that go into its templates."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from data.vocabulary import Answers
from data.wording import WORDING

MOST: Final = 6  # reasons of a cause that are shown
LEAST: Final = 0.5  # decibans, under which an answer says next to nothing


class Reason(NamedTuple):
    """What answers that hang together do to the odds of a cause."""

    answers: list[tuple[str, str]]  # question and answer
    speaks_for: bool
    times: str  # that the odds are multiplied with or divided by
    assumed: bool
    sources: list[str]


def reasons(said: Mapping[str, Any], answers: Answers) -> dict[str, list[Reason]]:
    """By cause: its weightiest reasons, the weightiest first; nothing where none were given."""
    explanation = said.get("explanation")
    if not explanation:
        return {}
    cited = explanation["sources"]
    return {
        cause["cause"]: [
            _reason(part, answers, cited)
            for part in sorted(cause["contributions"], key=lambda part: -abs(part["decibans"]))
            if abs(part["decibans"]) >= LEAST
        ][:MOST]
        for cause in explanation["causes"]
    }


def _reason(part: Mapping[str, Any], answers: Answers, cited: Mapping[str, str]) -> Reason:
    times = 10 ** (abs(part["decibans"]) / 10)
    return Reason(
        [(WORDING.question(f), WORDING.level(f, answers[f])) for f in part["findings"]],
        part["decibans"] > 0,
        f"{times:.0f}" if times >= 10 else f"{times:.1f}",
        part["assumed"],
        [cited[key] for key in part["sources"] if key in cited],
    )


def intervals(said: Mapping[str, Any]) -> dict[str, Mapping[str, float]]:
    """By cause, in per cent: where its probability lies if the figures are somewhat off.

    Left out where the two ends would be written alike.
    """
    doubt = said.get("doubt")
    ends = {
        entry["cause"]: {"low": 100 * entry["low"], "high": 100 * entry["high"]}
        for entry in (doubt["intervals"] if doubt else ())
    }
    return {cause: end for cause, end in ends.items() if round(end["low"]) < round(end["high"])}
