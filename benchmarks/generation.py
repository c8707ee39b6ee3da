"""``make bench-cases``: drawing cases beside NumPy's bare uniform draws, memory, and pgmpy.

The floor is as many uniform draws as cases take, of the same type, in blocks of the same size, by
as many threads, in the same process. With the name of a Python that has pgmpy, the flat model (15
causes, 79 findings independent given the cause) is drawn by both as well.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from data.build import load_world
from data.cases import BLOCK, blocks
from data.vocabulary import FINDINGS
from data.world import World

CASES = 1_000_000
SIZES = (100_000, 1_000_000, 10_000_000)
THREADS = 2
ROUNDS = 5
INTERVIEW = 2  # draws of an interview besides one a finding: patience, and whether it is complete
PEER = Path(__file__).with_name("generation_pgmpy.py")


def main(pythons: list[str]) -> None:
    """Print everything; nothing here passes or fails."""
    world = load_world()
    if pythons[:1] == ["--memory"]:
        _draw(world, int(pythons[1]))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return
    draws = 1 + len(world.blocks) + len(FINDINGS) + INTERVIEW
    _draw(world, BLOCK)  # what is made once
    print(f"{CASES:,} cases, {draws} uniform draws each, {THREADS} threads; seconds by the clock")
    print("round   floor    cases   floor/cases   processor seconds   floor/cases")
    found = [(_timed(lambda: _bare(draws)), _timed(lambda: _draw(world, CASES))) for _ in range(ROUNDS)]
    for i, (floor, ours) in enumerate(found):
        print(f"{i + 1:>5}{floor[0]:8.2f}{ours[0]:9.2f}{floor[0] / ours[0]:14.0%}", end="")
        print(f"{floor[1]:12.2f}{ours[1]:8.2f}{floor[1] / ours[1]:14.0%}")
    _memory()
    for python in pythons:
        subprocess.run([python, str(PEER)], check=True)


def _draw(world: World, n: int) -> None:
    for _ in blocks(world, n, 1, THREADS):
        pass


def _bare(draws: int) -> None:
    def block(i: int) -> None:
        rng = np.random.default_rng([1, i])
        for _ in range(draws):
            rng.random(BLOCK)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(block, range(-(-CASES // BLOCK))))


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _memory() -> None:
    print("\ncases        most memory of a process that draws them (MiB)   seconds")
    for n in SIZES:
        start = time.perf_counter()
        peak = subprocess.run(
            [sys.executable, "-m", "benchmarks.generation", "--memory", str(n)],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONPATH": "."},
        )
        print(f"{n:>10,}{int(peak.stdout) / 1024:12.0f}{time.perf_counter() - start:48.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
