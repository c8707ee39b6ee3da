"""How urgent a case is, who says so, what to do first, and why no other time holds."""

from collections.abc import Sequence
from functools import lru_cache

from data.vocabulary import Urgency
from data.wording import WORDING
from service.contract.answers import UrgencyBasis
from service.safety.localised import localised
from service.safety.rule import most_urgent
from service.safety.verdicts import ORDERED


@lru_cache(maxsize=256)
def urgency_of(
    rules: Urgency | None, model: Urgency | None, danger_open: bool, child: bool
) -> tuple[Urgency, UrgencyBasis]:
    """Most urgent of what the rules and the model say, and which of them said it."""
    if model is None or (model == "self_care" and danger_open):
        model = "undetermined"
    said: list[tuple[Urgency, UrgencyBasis]] = [
        (model, "none" if model == "undetermined" else "model")
    ]
    if child:
        said.append(("soon", "none"))
    if rules:
        said.insert(0, (rules, "rules"))
    urgency = most_urgent(urgency for urgency, _ in said)
    return next(pair for pair in said if pair[0] == urgency)


@lru_cache(maxsize=256)
def what_to_do(urgency: Urgency, danger_open: bool, number: str) -> str:
    """What to do first; a danger that was not asked about is not for weeks."""
    words = WORDING.urgency(urgency)
    if urgency == "soon" and danger_open:
        words += f" {WORDING.service('still_open')}"
    return localised(words, number)


def reason(
    urgency: Urgency,
    basis: UrgencyBasis,
    causes: Sequence[str],
    fired: Sequence[int],
    child: bool,
    danger_open: bool,
) -> str:
    """One sentence: why it is this urgent, and which time holds where alerts give another.

    ``causes`` are those for which the model asks for it, ``fired`` the rules that fired, most
    urgent first, as positions in ORDERED.
    """
    first: dict[str, int] = {}
    for place in fired:
        first.setdefault(ORDERED[place].alert, place)
    return _reason(urgency, basis, tuple(causes), tuple(first.values()), child, danger_open)


@lru_cache(maxsize=4096)
def _reason(
    urgency: Urgency,
    basis: UrgencyBasis,
    causes: Sequence[str],
    alerts: Sequence[int],
    child: bool,
    danger_open: bool,
) -> str:
    actions = [ORDERED[place].action for place in alerts]
    if basis == "rules":
        titles = [action.title for action in actions if action.urgency == urgency]
        words = WORDING.urgency_reason("rules", what="; ".join(titles))
    elif basis == "model" and causes:
        labels = ", ".join(map(WORDING.label, causes))
        words = WORDING.urgency_reason("model", what=labels)
    elif basis == "model":
        words = WORDING.urgency_reason("ruled_out")
    elif child:
        words = WORDING.urgency_reason("under_18")
    else:
        words = WORDING.urgency_reason("open" if danger_open else "no_model")
    times = {action.within for action in actions}
    if len(times) > 1 or any(action.urgency != urgency for action in actions):
        words += f"; {WORDING.urgency_reason('shortest')}"
    return f"{words}."
