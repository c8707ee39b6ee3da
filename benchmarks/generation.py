"""``make bench-cases``: drawing cases beside NumPy's bare uniform draws, memory, and pgmpy.

The floor is as many uniform draws as cases take, of the same type, in blocks of the same size, by
as many threads, in the same process. Named a Python that has pgmpy, it lets that draw from a flat
model beside ours: the 16 outcomes, and findings independent given the outcome.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.machine import described
from data.block import Block
from data.build import load_world
from data.cases import BLOCK, blocks
from data.tables import Presentation
from data.vocabulary import CAUSES, FINDINGS
from data.world import World

CASES = 1_000_000
FLAT_CASES = 100_000
SIZES = (100_000, 1_000_000, 10_000_000)
THREADS = 2
ROUNDS = 5
INTERVIEW = 2  # draws of an interview besides one a finding: patience, and whether it is complete
PEER = Path(__file__).with_name("generation_pgmpy.py")


def main(arguments: list[str]) -> None:
    """Print everything; nothing here passes or fails."""
    world = load_world()
    if arguments[:1] == ["--memory"]:
        _draw(world, int(arguments[1]))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return
    draws = 1 + len(world.blocks) + len(FINDINGS) + INTERVIEW
    _draw(world, BLOCK)  # what is made once
    print(described())
    print(f"{CASES:,} cases, {draws} uniform draws each, {THREADS} threads")
    print("         seconds by the clock        processor seconds")
    print("round   floor   cases   ratio    floor   cases   ratio")
    for i in range(ROUNDS):
        floor, ours = _timed(lambda: _bare(draws)), _timed(lambda: _draw(world, CASES))
        pairs = zip(floor, ours, strict=True)
        print(f"{i + 1:>5}", *(f"{a:7.2f} {b:7.2f} {a / b:7.0%} " for a, b in pairs))
    _memory()
    for python in arguments:
        _beside(python, _flat(world))


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
    print("\n     cases   most memory of a process that draws them (MiB)   its seconds")
    for n in SIZES:
        start = time.perf_counter()
        command = [sys.executable, "-m", "benchmarks.generation", "--memory", str(n)]
        peak = subprocess.run(command, capture_output=True, check=True, env=os.environ)
        print(f"{n:>10,}{int(peak.stdout) / 1024:49.0f}{time.perf_counter() - start:14.1f}")


def _flat(world: World) -> World:
    """A world with the same rates of each finding in each cause, and no other dependence."""
    prior = np.exp(world._log_prior)
    share = (
        prior
        / np.add.reduceat(prior, np.unique(world.cause, return_index=True)[1], axis=1).sum(axis=0)[
            world.cause
        ]
    )
    flat = []
    for block in world.blocks:
        table = np.broadcast_to(block.table, (len(prior), *block.table.shape[1:]))
        rates = np.zeros((len(CAUSES), table.shape[2]))
        np.add.at(rates, world.cause, np.einsum("ar,arc->rc", share, table))
        joint = rates.reshape(-1, *block.shape)
        for axis, finding in enumerate(block.findings, start=1):
            others = tuple(i for i in range(1, joint.ndim) if i != axis)
            flat.append(Block((finding,), joint.sum(axis=others)[None]))
    flat[0] = replace(flat[0], table=flat[0].table.repeat(len(prior), axis=0))  # a world has one
    ages = np.zeros((len(prior), len(CAUSES)))
    np.add.at(ages.T, world.cause, prior.T)
    return World(
        tuple(Presentation(c, "any", float(p)) for c, p in zip(CAUSES, world.prior, strict=True)),
        np.arange(len(CAUSES)),
        np.full(len(CAUSES), -1),
        ages,
        tuple(flat),
        replace(world.interviews, complete=1.0),
        world.care,
        "",
    )


def _beside(python: str, world: World) -> None:
    ages = np.exp(world._log_prior)
    tables = {b.findings[0]: b.table[0].T for b in world.blocks} | {"age": ages / ages.sum(axis=0)}
    with tempfile.TemporaryDirectory() as folder:
        np.savez(f"{folder}/flat.npz", cause=world.prior, **tables)
        command = [python, str(PEER), f"{folder}/flat.npz", str(FLAT_CASES)]
        peer = float(subprocess.run(command, capture_output=True, check=True).stdout)
    _draw(world, BLOCK)
    ours = _timed(lambda: _draw(world, FLAT_CASES))[0]
    print(
        f"\n{FLAT_CASES:,} complete cases of the flat model: pgmpy {peer:.2f} s, ours {ours:.3f} s,"
    )
    print(f"{peer / ours:.0f} times as fast (ours draws who answers what besides)")


if __name__ == "__main__":
    main(sys.argv[1:])
