"""Second conditions: which link fires, and what the condition it brings adds to the picture.

A row of the world is a presentation with one way of having a second condition: link 0, 1, ...
fires, or none does. Links are gone through in order and each hangs on one finding, so that the
chance of "link 3 fires" is a product with one factor a trigger finding: rows stay mixtures of
independent blocks.
"""

import numpy as np

from data.arrays import Floats
from data.knowledge import AGES, Knowledge, Link
from data.tables import Presentation
from data.vocabulary import CAUSES, FINDINGS

NONE = -1  # the second condition of a row that has none


def fired(knowledge: Knowledge) -> list[int]:
    """Second condition, as an index into CAUSES, of each link and then of no link."""
    return [list(CAUSES).index(link.second) for link in knowledge.links] + [NONE]


def chance(link: Link, presentations: tuple[Presentation, ...]) -> Floats:
    """P(link fires | trigger's level, age, presentation), shape (ages, presentations, levels)."""
    levels = FINDINGS[link.trigger].levels
    p = np.array([link.probability[v].p if v in link.probability else 0.0 for v in levels])
    at_age = np.array([age in link.ages for age in AGES])
    may = np.array([c in link.causes and c != link.second for c, _, _ in presentations])
    fires: Floats = at_age[:, None, None] * may[:, None] * p
    return fires


def factors(knowledge: Knowledge, trigger: str, presentations: tuple[Presentation, ...]) -> Floats:
    """Factor that a trigger's level puts on each outcome of the links.

    Shape (ages, presentations, links + 1, levels): the product over the links that hang on this
    finding of "fired" at its own row, "passed over" at later rows, and 1 at earlier ones.
    """
    count, levels = len(knowledge.links), len(FINDINGS[trigger].levels)
    factor = np.ones((len(AGES), len(presentations), count + 1, levels))
    for i, link in enumerate(knowledge.links):
        if link.trigger == trigger:
            p = chance(link, presentations)
            factor[:, :, i] *= p
            factor[:, :, i + 1 :] *= 1 - p[:, :, None]
    return factor


def added(first: Floats, second: Floats, background: Floats, knowledge: Knowledge) -> Floats:
    """A first condition's table with a second condition's picture added, same shape.

    The last axis holds the cells of one finding or tie. Yes/no answers are joined by noisy-or
    of the second's excess over background, all others are a mixture.
    """
    if first.shape[-1] != 2:
        return (1 - knowledge.share) * first + knowledge.share * second
    excess = np.maximum(second[..., 1] - background[..., 1], 0.0)
    yes = 1 - (1 - first[..., 1]) * (1 - knowledge.strength * excess)
    return np.stack([1 - yes, yes], axis=-1)


def keeps(findings: tuple[str, ...], knowledge: Knowledge) -> bool:
    """Whether a second condition leaves these findings alone: risks and triggers."""
    triggers = {link.trigger for link in knowledge.links}
    return any(f in triggers or FINDINGS[f].group == "risk" for f in findings)
