"""What would become of the answer if any one of the answers given were wrong."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.arrays import Codes, Floats, Ints
from data.vocabulary import FINDINGS, URGENCIES
from models.attribution import Attribution
from models.model import Model
from service.assessment.opinion import model_ranks
from service.contract.optional import Steady, Turn
from service.safety.tables import COULD_FIRE, FIRED
from service.safety.verdicts import DANGERS, ORDERED, TABLES

_NAMES: Final = list(FINDINGS)
_RULES: Final = np.array([URGENCIES.index(rule.action.urgency) for rule in ORDERED])
_UNDETERMINED, _LEAST = URGENCIES.index("undetermined"), URGENCIES.index("self_care")


def steadiness(
    model: Model, attribution: Attribution, case: Codes, now: Floats, usual: Floats
) -> Steady:
    """Whether the urgency and the leading cause hold whichever one answer is wrong.

    ``now`` (16,) are the probabilities that are given, ``usual`` those under the model's own
    prevalence; the urgency is the more urgent of both.
    """
    finding, codes, p = attribution.changes
    cells = TABLES.cells(np.concatenate([case[None], codes]))[:, : len(ORDERED)]
    p = np.vstack([now, p])
    own = p * (usual / np.maximum(now, 1e-300))
    said = np.minimum(model_ranks(p, model), model_ranks(own / own.sum(axis=1)[:, None], model))
    ranks = _ranks(TABLES.value[cells], said)
    leading = int(p[0].argmax())
    less = p[0, leading] - p[1:, leading]
    toppled = p[1:].argmax(axis=1) != leading
    return {
        "urgency": {
            "holds_if_any_one_answer_is_wrong": bool((ranks == ranks[0]).all()),
            "falls": _turn(finding, ranks, 1),
            "rises": _turn(finding, ranks, -1),
        },
        "leading_cause": {
            "holds_if_any_one_answer_is_wrong": not toppled.any(),
            "toppled_by": [_NAMES[f] for f in dict.fromkeys(finding[toppled].tolist())],
            "matters_most": _NAMES[finding[less.argmax()]] if len(finding) else None,
        },
    }


def _ranks(values: NDArray[np.uint8], said: Ints) -> Ints:
    """Urgency of each case, as a position in URGENCIES, given what rules and model say of it."""
    rules = np.where(values == FIRED, _RULES, _LEAST).min(axis=1)
    open_danger = (values[:, :DANGERS] == COULD_FIRE).any(axis=1)
    said = np.where(open_danger & (said == _LEAST), _UNDETERMINED, said)
    ranks: Ints = np.minimum(rules, said)
    return ranks


def _turn(finding: NDArray[np.int64], ranks: Ints, sign: int) -> Turn | None:
    """The change, to later (1) or sooner (-1), that moves the urgency furthest; None if none."""
    moves = sign * (ranks[1:] - ranks[0])
    if not (moves > 0).any():
        return None
    most = int(moves.argmax())
    return {"finding": _NAMES[finding[most]], "urgency": URGENCIES[ranks[1 + most]]}
