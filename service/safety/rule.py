"""A safety rule and what it asks for: urgencies, actions, rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from data.vocabulary import URGENCIES, Urgency
from service.contract.safety import Within
from service.safety.conditions import Condition


def most_urgent(urgencies: Iterable[Urgency]) -> Urgency:
    """First of the urgencies; ValueError if there is none, or one that does not exist."""
    return min(urgencies, key=URGENCIES.index)


@dataclass(frozen=True)
class Action:
    """What to do about a danger, how fast, and what not to do."""

    title: str
    urgency: Urgency
    within: Within
    advice: str


@dataclass(frozen=True)
class Rule:
    """One sentence, one condition, one source, one id for ever."""

    id: str
    sentence: str
    condition: Condition
    source: str  # key in sources.toml
    action: Action
    points: Mapping[str, Condition] = field(default_factory=dict)  # what the reason lists

    @property
    def alert(self) -> str:
        """Id of the condition that it warns of: ``DVT`` for ``DVT-1``."""
        return self.id.rpartition("-")[0]

    def reason(self, given: Sequence[str]) -> str:
        """Its sentence, with the points that were given."""
        return f"{self.sentence} Given here: {'; '.join(given)}." if given else self.sentence
