"""Data sets: a stream of cases that depends on (knowledge, seed, n) alone."""

import os
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from data.world import Cases, World

BLOCK = 8192  # cases drawn from one seed; part of what a seed means, so never change it


def blocks(world: World, n: int, seed: int, workers: int | None = None) -> Generator[Cases]:
    """Yield n cases in blocks of 8,192, the same whatever the number of workers."""
    starts = range(0, n, BLOCK)
    pending: deque[Future[Cases]] = deque()
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        for start in starts:
            pending.append(pool.submit(_block, world, seed, start // BLOCK))
            if len(pending) > 2 * (workers or os.cpu_count() or 1):
                yield pending.popleft().result()
        while pending:
            left = n - starts[-len(pending)]
            yield Cases._make(column[:left] for column in pending.popleft().result())


def _block(world: World, seed: int, index: int) -> Cases:
    return world.sample(BLOCK, np.random.default_rng([seed, index]))
