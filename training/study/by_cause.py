"""How far a model stays behind the exact posterior, for cases drawn for each true cause."""

import numpy as np

from data.cases import blocks
from data.vocabulary import CAUSES
from data.world import Cases, World
from training.judge.details import Mean, mean
from training.judge.evaluate import case_log_loss
from training.learn.site_data import Arrays, predicted


def by_cause(world: World, model: Arrays, n: int, seed: int) -> dict[str, Mean]:
    """Log loss above the exact posterior's, in nats, on n cases of each cause."""
    found = {}
    for i, cases in enumerate(_of_each(world, n, seed)):
        excess = case_log_loss(predicted(model, cases.codes), cases.cause)
        excess -= case_log_loss(world.posterior(cases.codes), cases.cause)
        found[list(CAUSES)[i]] = mean(excess)
    return found


def _of_each(world: World, n: int, seed: int) -> list[Cases]:
    """The first n cases of each cause, in the order of CAUSES, of a stream without an end."""
    kept: list[list[Cases]] = [[] for _ in CAUSES]
    missing, stretch = np.full(len(CAUSES), n), 0
    while missing.any():
        for block in blocks(world, 100 * n, seed + stretch):
            for i in np.flatnonzero(missing):
                mine = np.flatnonzero(block.cause == i)[: missing[i]]
                codes, cause, presentation, second = block
                kept[i].append(Cases(codes[mine], cause[mine], presentation[mine], second[mine]))
                missing[i] -= len(mine)
        stretch += 1
    return [Cases(*map(np.concatenate, zip(*parts, strict=True))) for parts in kept]
