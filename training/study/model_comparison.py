"""What each candidate reaches with more and more cases, judged on the same fresh ones."""

import time
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning

from data.cases import blocks
from data.world import Cases, World
from training.judge.details import Mean, mean
from training.judge.evaluate import case_log_loss
from training.study.candidates import Candidate


class Judge(NamedTuple):
    """Fresh cases, with the exact posterior's log loss of each."""

    cases: Cases
    best: NDArray[np.float64]

    def excess(self, candidate: Candidate) -> Mean:
        """Log loss above the exact posterior's, in nats."""
        proba = candidate.predict_proba(self.cases.codes)
        return mean(case_log_loss(proba, self.cases.cause) - self.best)


class Point(NamedTuple):
    """What a candidate came to: cases, seconds of fitting by the clock, excess log loss."""

    cases: int
    seconds: float
    excess: Mean


def judge(world: World, n: int, seed: int) -> Judge:
    """Draw the cases that all are judged on."""
    cases = drawn(world, n, seed)
    return Judge(cases, case_log_loss(world.posterior(cases.codes), cases.cause))


def drawn(world: World, n: int, seed: int) -> Cases:
    """N cases at once."""
    columns = zip(*blocks(world, n, seed), strict=True)
    return Cases(*(np.concatenate(column) for column in columns))


def progress(
    make: Callable[[World], Candidate],
    world: World,
    sizes: Sequence[int],
    seed: int,
    limit: float,
    judged_by: Judge,
) -> Iterator[tuple[Point, Candidate]]:
    """Yield what it comes to at each size, until the next would take it over ``limit`` seconds."""
    candidate = make(world)
    run = _streamed if candidate.streamed else _whole
    with closing(run(candidate, world, sizes, seed)) as points:
        for i, (cases, seconds) in enumerate(points, start=1):
            yield Point(cases, seconds, judged_by.excess(candidate)), candidate
            if i < len(sizes) and seconds * sizes[i] / cases > limit:
                break


def _streamed(
    candidate: Candidate, world: World, sizes: Sequence[int], seed: int
) -> Generator[tuple[int, float]]:
    seen, seconds, left = 0, 0.0, iter(sizes)
    size = next(left)
    with closing(blocks(world, sizes[-1], seed, 1)) as stream:
        for cases in stream:
            seconds += _timed(candidate, cases)
            seen += len(cases.cause)
            if seen >= size:
                yield seen, seconds
                size = next(left, size)


def _whole(
    candidate: Candidate, world: World, sizes: Sequence[int], seed: int
) -> Generator[tuple[int, float]]:
    for size in sizes:
        yield size, _timed(candidate, drawn(world, size, seed))


def _timed(candidate: Candidate, cases: Cases) -> float:
    start = time.perf_counter()
    with warnings.catch_warnings():  # all of them stop after a given number of rounds
        warnings.simplefilter("ignore", ConvergenceWarning)
        candidate.learn(cases)
    return time.perf_counter() - start
