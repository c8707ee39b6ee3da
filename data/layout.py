"""The layout of each knowledge file: its keys, and the numbers that it may hold."""

from typing import Final

from data.shape import NOT_NEGATIVE, NUMBER, POSITIVE, PROBABILITY, TEXT, Shape, Value, is_number
from data.vocabulary import FINDINGS


def _willing(value: object) -> bool:
    """Whether it is two probabilities, the lower one first."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(map(is_number, value))
        and 0 < value[0] < value[1] < 1
    )


def _sources(value: object) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(key, str) for key in value)
    )


def _rates(value: object) -> bool:
    """Whether it looks like figures; `check` says what is wrong inside them."""
    if isinstance(value, dict):
        return value.keys() == {"by_age"} and isinstance(value["by_age"], list)
    return isinstance(value, list)


TEXTS: Final[Shape] = [TEXT]
COUNT = Value(
    f"a whole number from 1 to {len(FINDINGS)}",
    lambda v: isinstance(v, int) and is_number(v) and 1 <= v <= len(FINDINGS),
)
SOURCE: Final[dict[str, Shape]] = {  # whoever needs one reports that it is missing
    "source?": Value("the key of a source, or a list of them", _sources)
}
CITED: Final = {"grade?": TEXT, **SOURCE}
RATES: Final[Shape] = {
    "*": Value("[p, low, high], or { by_age = [...] }", _rates),
    **CITED,
}
EFFECTS: Final[Shape] = {"*": {"*": NUMBER}}
STATES: Final = {"states": {"*": PROBABILITY}, "log_odds_range": NOT_NEGATIVE, **CITED}
SCOPE: Final = {"only?": TEXTS, "except?": TEXTS}

PROFILE: Final[Shape] = {
    "icd10cm": TEXT,
    "base_rate": {"rate": [NUMBER], **CITED},
    "care": {"urgency": TEXT, "cost_ratio": NOT_NEGATIVE, **SOURCE},
    "severity?": {**STATES, "effects?": EFFECTS},
    "subtype?": {**STATES, "effects?": {"*": EFFECTS}},
    "findings": {"*": RATES},
}
FILES: Final[dict[str, Shape]] = {
    "background.toml": {"age_odds_range": POSITIVE, "findings": {"*": RATES}},
    "world.toml": {
        "severity": {"effects": EFFECTS},
        "second_condition": {"share": PROBABILITY, "strength": PROBABILITY, **SOURCE},
        "errors": {
            **dict.fromkeys(
                ("missed_yes", "false_yes", "one_step", "anywhere", "category"), PROBABILITY
            ),
            "exact": TEXTS,
            **SOURCE,
        },
        "interviews": {
            "fewest": COUNT,
            "willing": Value("two probabilities, the lower one first", _willing),
            "complete": PROBABILITY,
            "*": {"weight": POSITIVE, "findings": TEXTS},
            **SOURCE,
        },
    },
    "ties.toml": {
        "ties": [
            {
                "findings": TEXTS,
                "impossible?": [{"unless?": TEXT, "*": TEXTS}],
                "odds?": [{"when": {"*": TEXTS}, "ratio": POSITIVE, **SCOPE}],
                **SOURCE,
            }
        ]
    },
    "links.toml": {
        "links": [
            {
                "trigger": TEXT,
                "second": TEXT,
                "probability": {"*": [NUMBER]},
                "ages?": TEXTS,
                **SCOPE,
                **CITED,
            }
        ]
    },
    "modifiers.toml": {
        "modifiers": [
            {
                "cause": TEXT,
                "factor": TEXT,
                "finding?": TEXT,
                "levels?": TEXTS,
                "ratio": POSITIVE,
                **CITED,
            }
        ]
    },
    "yardsticks.toml": {
        "yardsticks": [
            {
                "name": TEXT,
                "cause": TEXT,
                "at_least": COUNT,
                "items": [{"*": TEXTS}],
                "sensitivity?": PROBABILITY,
                "other?": PROBABILITY,
                "within": PROBABILITY,
                **SOURCE,
            }
        ]
    },
    "sources.toml": {"*": {"citation": TEXT, "status": TEXT, "note?": TEXT, "used_by?": TEXT}},
}
