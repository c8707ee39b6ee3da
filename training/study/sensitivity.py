"""How a model does where the figures are others: in worlds drawn from their ranges."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from data.build import build
from data.cases import blocks
from data.knowledge import Knowledge
from data.world import Cases, World
from data.worlds import draw
from training.judge.evaluate import log_loss
from training.learn.pipeline import KIND, arrays_of, learn, learner
from training.learn.site_data import Arrays, SiteData, adapted, predicted
from training.study.model_comparison import drawn

MIXED: Final = 24  # worlds in the mixture
OTHERS, MIXTURE, CLINICS = 1, 2, 3  # which worlds a number stands for


class WorldLosses(NamedTuple):
    """Log loss in one world, in nats: of its own exact posterior, the central one, and models."""

    own: float
    central: float
    model: float
    control: float  # trained on few central cases ...
    mixed: float  # ... and on as many from a mixture of worlds


class Clinic(NamedTuple):
    """Log loss above a clinic's own posterior without its cases, and with so many of them."""

    cases: int
    without: float
    with_own: float


def world_of(knowledge: Knowledge, seed: int, which: int, number: int) -> World:
    """One of the worlds that a number stands for."""
    return build(draw(knowledge, np.random.default_rng([seed, which, number])))


def mixture_and_control(
    knowledge: Knowledge, world: World, n: int, seed: int
) -> tuple[Arrays, Arrays]:
    """Models learnt from n central cases, and from n cases of a mixture of worlds."""
    central = _learnt(world, blocks(world, n, seed))
    return central, _learnt(world, _mixture(knowledge, n, seed))


def _mixture(knowledge: Knowledge, n: int, seed: int) -> Iterator[Cases]:
    for i in range(MIXED):
        yield from blocks(world_of(knowledge, seed, MIXTURE, i), n // MIXED, seed + i)


def _learnt(world: World, stream: Iterator[Cases]) -> Arrays:
    bayes = learner(KIND)
    for cases in stream:
        learn(bayes, world, KIND, cases)
    return arrays_of(bayes)


def losses(there: World, central: World, models: list[Arrays], n: int, seed: int) -> WorldLosses:
    """Judge central posterior and models on n cases of another world."""
    cases = drawn(there, n, seed)
    probas = [world.posterior(cases.codes) for world in (there, central)]
    probas += [predicted(arrays, cases.codes) for arrays in models]
    return WorldLosses(*(log_loss(proba, cases.cause) for proba in probas))


def clinic(
    there: World, model: Arrays, sizes: tuple[int, ...], weight: float, n: int, seed: int
) -> list[Clinic]:
    """What a clinic's own cases do for n others of its cases, with ever more of them."""
    test, own = drawn(there, n, seed), drawn(there, max(sizes), seed + 1)
    best = log_loss(there.posterior(test.codes), test.cause)
    without = log_loss(predicted(model, test.codes), test.cause) - best
    found = []
    for size in sizes:
        learnt = adapted(model, SiteData(own.codes[:size], own.cause[:size]), weight)
        loss = log_loss(predicted(learnt, test.codes), test.cause)
        found.append(Clinic(size, without, loss - best))
    return found
