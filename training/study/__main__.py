"""Compares what could be trained, how it does in other worlds, and what a clinic's cases add.

`make study` writes the result where every later report finds it, with date and digests.
"""

import argparse
import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from data.whole import whole
from training import SEED
from training.study.plan import QUICK, Plan
from training.study.study_results import FILE, Study

if TYPE_CHECKING:
    from data.knowledge import Knowledge
    from data.world import World
    from training.learn.site_data import Arrays
    from training.study.model_comparison import Point
    from training.study.sensitivity import Clinic, WorldLosses

# One thread each: two that wait for each other are slower where the machine has other work.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main(argv: list[str]) -> int:
    """Run the study and write it; 130 if interrupted, when the last one stays."""
    parser = argparse.ArgumentParser("python -m training.study", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="a minute's worth, to see that it runs"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("models") / FILE, help=f"file to write (models/{FILE})"
    )
    asked = parser.parse_args(argv)
    try:
        found = study(QUICK if asked.quick else Plan())
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. The last study is as it was.\n")
        return 130
    with whole(asked.out) as part:
        part.write_text(json.dumps(asdict(found), indent=1) + "\n", "utf-8")
    sys.stdout.write(f"Written to {asked.out}; the reports of later runs show it.\n")
    return 0


def study(plan: Plan, seed: int = SEED) -> Study:
    """All parts: candidates, each true cause, other worlds, a clinic's own cases."""
    from data.build import load_world  # late, so that the threads are set before NumPy
    from data.loader import load
    from training.learn.code_digest import code_digest
    from training.study import study_tables
    from training.study.by_cause import by_cause

    start, knowledge, world = time.monotonic(), load(), load_world()
    points, model = _candidates(plan, world, seed)
    sys.stderr.write("Judging by true cause ...\n")
    each = by_cause(world, model, plan.each_cases, seed + 5)
    there = _worlds(plan, knowledge, world, model, seed)
    clinics = _clinics(plan, knowledge, model, seed)
    digests = {"knowledge": world.digest, "code": code_digest()}
    found = study_tables.Found(points, each, there, clinics)
    return study_tables.study(plan, found, digests, time.monotonic() - start)


def _candidates(plan: Plan, world: "World", seed: int) -> "tuple[dict[str, list[Point]], Arrays]":
    """What each came to, and ours as `make train` makes it: from at most CASES cases."""
    from training.study.candidates import CANDIDATES, OURS, Counting
    from training.study.model_comparison import judge, progress

    judged_by = judge(world, plan.test_cases, seed + 1)
    points: dict[str, list[Point]] = {}
    models: list[Arrays] = []
    with tqdm(total=len(CANDIDATES) * len(plan.sizes), desc="candidates") as bar:
        for i, (name, make) in enumerate(CANDIDATES.items(), start=1):
            bar.set_description(name)
            points[name] = []
            for point, learnt in progress(make, world, plan.sizes, seed, plan.seconds, judged_by):
                points[name].append(point)
                bar.update()
                if name == OURS and isinstance(learnt, Counting) and len(models) < plan.model:
                    models.append(learnt.arrays)
            bar.update(i * len(plan.sizes) - bar.n)
    return points, models[-1]


def _worlds(
    plan: Plan, knowledge: "Knowledge", world: "World", model: "Arrays", seed: int
) -> "list[WorldLosses]":
    """The central world first, then the others."""
    from training.study import sensitivity

    sys.stderr.write("Learning from a mixture of worlds ...\n")
    models = [model, *sensitivity.mixture_and_control(knowledge, world, plan.few_cases, seed)]
    found = [sensitivity.losses(world, world, models, plan.test_cases, seed + 2)]
    for i in tqdm(range(plan.worlds), desc="other worlds"):
        other = sensitivity.world_of(knowledge, seed, sensitivity.OTHERS, i)
        found.append(sensitivity.losses(other, world, models, plan.world_cases, seed + 3))
    return found


def _clinics(
    plan: Plan, knowledge: "Knowledge", model: "Arrays", seed: int
) -> "dict[float, list[list[Clinic]]]":
    """By weight: for each clinic, what ever more of its cases do."""
    from training.study import sensitivity

    found: dict[float, list[list[Clinic]]] = {weight: [] for weight in plan.weights}
    for i in tqdm(range(plan.clinics), desc="clinics"):
        there = sensitivity.world_of(knowledge, seed, sensitivity.CLINICS, i)
        for weight, of_weight in found.items():
            of_weight.append(
                sensitivity.clinic(
                    there, model, plan.own_cases, weight, plan.clinic_cases, seed + 4
                )
            )
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
