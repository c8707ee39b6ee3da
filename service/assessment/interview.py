"""Which screen to show next: what each is expected to tell, and what harm it could avert."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.arrays import Codes, Floats
from data.judgements import JUDGEMENTS
from data.screens import SCREENS, Screen
from data.vocabulary import CAUSES, FINDINGS, Finding
from models.expected_information import ExpectedInformation, bits
from models.model import Model
from service.safety.tables import COULD_FIRE, FIRED
from service.safety.unasked import HARM, averted
from service.safety.verdicts import ORDERED, TABLES, Verdict

Group = Sequence[Finding[Any]]
BIT: Final[float] = JUDGEMENTS["harm_worth_a_bit"]


class Told(NamedTuple):
    """What the answers to some findings are expected to tell; without a model, harm is a guess."""

    bits: float | None  # information on the cause
    harm: float  # averted
    change: float | None  # chance that they change the leading cause


class Worth(NamedTuple):
    """What a screen is worth."""

    screen: Screen
    findings: Group  # those of the screen that have no answer
    told: Told
    could: float  # harm that its most telling sign could avert, however unlikely it is

    @property
    def rank(self) -> tuple[float, float]:
        """Sorts before that of a screen worth less."""
        return -(self.told.bits or 0.0) - self.told.harm / BIT, -self.could


def worths(case: Codes, verdict: Verdict, model: Model | None) -> list[Worth]:
    """What each screen with an open question is worth to a case, shape (79,); the best first."""
    groups = [(s, [f for f in s.findings if not case[f.index]]) for s in SCREENS.values()]
    asked = [(screen, group) for screen, group in groups if group]
    signs = averted(verdict)
    could = [max(signs.get(f.index, 0.0) for f in group) for _, group in asked]
    if model:
        told = list(_told(case, verdict, model, [group for _, group in asked]))
    else:
        told = [Told(None, harm, None) for harm in could]
    found = [Worth(*a, t, c) for a, t, c in zip(asked, told, could, strict=True)]
    return sorted(found, key=lambda worth: worth.rank)


def open_rules(verdict: Verdict) -> list[int]:
    """Rules that could still fire and raise the rules' urgency, as positions in ORDERED."""
    return [i for i, value in enumerate(verdict.values[: verdict.above]) if value == COULD_FIRE]


def _told(case: Codes, verdict: Verdict, model: Model, groups: Sequence[Group]) -> Iterator[Told]:
    """What the answers to each group of findings are expected to tell."""
    expected = ExpectedInformation(model, case)
    now = expected.causes()
    already = max(HARM.get(verdict.urgency or "", 0.0), _by_model(now[None], model)[0])
    cells, rules = TABLES.cells(case[None])[0], open_rules(verdict)
    for group in groups:
        joint = expected.answers(group).reshape(-1, len(CAUSES))
        chance = joint.sum(axis=1)
        posterior = joint / chance[:, None]
        harm = np.maximum(_by_rules(group, cells, rules), _by_model(posterior, model))
        changed = posterior.argmax(axis=1) != now.argmax()
        averts = chance @ np.maximum(harm - already, 0.0)
        yield Told(bits(joint), float(averts), float(chance @ changed))


def _by_rules(group: Group, cells: NDArray[np.int64], rules: list[int]) -> Floats:
    """Harm of what the open rules say after each combination of answers, in C order."""
    mine = [i for i in rules if _READERS[i] & {f.index for f in group}]
    if not mine:
        return np.zeros(1)
    reached = cells[mine]
    for finding in group:
        reached = reached[..., None, :] + STEPS[finding.index][:, mine]
    fired = TABLES.value[reached.reshape(-1, len(mine))] == FIRED
    harm: Floats = (fired * _HARM[mine]).max(axis=1)
    return harm


def _by_model(posterior: Floats, model: Model) -> Floats:
    """Harm that the model's urgency averts in each row: a cause counts as far as it is likely."""
    harm = np.array([HARM.get(urgency, 0.0) for urgency in model.urgencies])
    most: Floats = ((posterior >= model.thresholds) * posterior * harm).max(axis=1)
    return most


def _steps() -> list[NDArray[np.int64]]:
    """How far each level of a finding that was unknown moves each condition's cell."""
    none = TABLES.cells(np.zeros((1, len(FINDINGS)), np.uint8))
    steps = []
    for finding in FINDINGS.values():
        codes = np.zeros((len(finding.levels), len(FINDINGS)), np.uint8)
        codes[:, finding.index] = range(1, len(finding.levels) + 1)
        steps.append(TABLES.cells(codes) - none)
    return steps


STEPS: Final = _steps()
_READERS: Final = [{finding.index for finding in rule.condition.reads()} for rule in ORDERED]
_HARM: Final = np.array([HARM[rule.action.urgency] for rule in ORDERED])
