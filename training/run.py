"""One run: draw, fit, evaluate on fresh cases, judge, save, promote."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from tqdm import tqdm

from data.arrays import Codes
from data.cases import blocks
from data.settings import load_settings
from data.vocabulary import CAUSES
from data.world import Cases, World
from models.artifact import GOLDEN_CASES, TOLERANCE
from models.model import Care, Model
from models.store import promote as make_current
from models.store import save
from training.judge.care import Point, curves
from training.judge.compare import served_by
from training.judge.details import Details, Snapshot, Snapshots, details
from training.judge.evaluate import Scores, evaluate
from training.judge.gates import harm, shortfalls
from training.judge.held_out import HeldOut, held_out
from training.learn.code_digest import code_digest
from training.learn.pipeline import KIND, LIBRARIES, arrays_of, fit, pickled
from training.learn.site_data import SiteData, adapted
from training.learn.uncertainty import calibrate, figures, shifts
from training.report.pages import Run, pages
from training.steps import Steps
from training.study.study_results import read

WORKERS: Final = 2  # that draw cases


@dataclass(frozen=True)
class TrainResult:
    """What a run came to: the version's folder, its scores, and what fell short, if anything."""

    folder: Path
    scores: Scores
    care: dict[str, list[Point]]
    shortfalls: list[str]
    promoted: bool
    served: Model | None  # before the run
    own: HeldOut | None = None  # what own cases did for held-out ones of them


class Examined(NamedTuple):
    """What fresh cases say of a model, and the first of them, which become golden cases."""

    scores: Scores
    care: dict[str, list[Point]]
    golden: Codes
    details: Details
    doubt: dict[str, Any]


def train(
    world: World,
    n: int,
    seed: int,
    test_cases: int,
    models_dir: Path,
    promote: bool = True,
    progress: bool = False,
    kind: str = KIND,
    own: SiteData | None = None,
    weight: float = 1.0,
) -> TrainResult:
    """Train on n cases, judge on others, save, and promote if nothing falls short.

    What is learnt from simulated cases must pass the gates; own cases, which then draw it away
    from the simulation, must not have made held-out ones of them worse.
    The served model stays as it was until the last step, which replaces one small file.
    """
    models_dir.mkdir(parents=True, exist_ok=True)
    steps, snapshots = Steps(), Snapshots()
    with steps.step("drawing and learning"):
        drawn = _bar(blocks(world, n, seed, WORKERS), n, "learning", progress)
        pipeline = fit(world, drawn, snapshots, kind)
        learnt = arrays_of(pipeline["model"])
    with steps.step("drawing other worlds"):
        others = shifts(world.knowledge) if world.knowledge else {}
    with steps.step("judging"):
        path = [*(early for early in snapshots if early.cases < n), Snapshot(n, learnt)]
        found = _examine(world, path, seed + 1, test_cases, progress)
    short, held = shortfalls(found.scores), None
    if own:
        with steps.step("taking in own cases"):
            held = held_out(learnt, own, weight, seed)
            short += harm(held)
            learnt = adapted(learnt, own, weight)
            model = pipeline["model"]
            model.weights_, model.intercept_ = learnt["weights"], learnt["intercept"]
            path[-1] = Snapshot(n, learnt)
            found = _examine(world, path, seed + 1, test_cases, progress)
    manifest = {
        **_described(world, n, seed, test_cases),
        "kind": kind,
        "own": {"sha256": own.digest, **asdict(held)} if own and held else None,
        "scores": {k: {who: asdict(s) for who, s in v.items()} for k, v in found.scores.items()},
        "care_curves": {cause: [asdict(p) for p in points] for cause, points in found.care.items()},
        "shortfalls": short,
        "golden": _golden(found.golden, pipeline, learnt),
        "doubt": found.doubt,
        "settings": load_settings(),
        "figures": figures(world.knowledge) if world.knowledge else {},
    }
    served = served_by(models_dir)
    with steps.step("comparing and drawing diagrams"):
        new = Model("", manifest, _care(manifest), **learnt)
        run = Run(found.scores, found.details, short, steps, held)
        write = pages(run, new, served, read(models_dir))
    folder = save(models_dir, manifest, {**learnt, **others}, pickled(pipeline), write)
    promoted = promote and not short
    if promoted:
        make_current(folder)
    return TrainResult(folder, found.scores, found.care, short, promoted, served, held)


def _examine(world: World, path: list[Snapshot], seed: int, n: int, progress: bool) -> Examined:
    """Judge a model, the last on its path, on n fresh cases."""
    model = Model("", {}, {}, **path[-1].arrays)
    drawn, causes, predicted = [], [], []
    for cases in _bar(blocks(world, n, seed, WORKERS), n, "judging", progress):
        drawn.append(cases.codes)
        causes.append(cases.cause)
        floor = np.tile(world.prior, (len(cases.cause), 1))
        predicted.append((floor, model.predict_proba(cases.codes), world.posterior(cases.codes)))
    columns = [np.concatenate(column) for column in zip(*predicted, strict=True)]
    by_who = dict(zip(("floor", "model", "ceiling"), columns, strict=True))
    codes, cause = np.concatenate(drawn), np.concatenate(causes)
    return Examined(
        evaluate(by_who, (codes > 0).sum(axis=1), cause),
        curves(by_who["model"], cause, world.care),
        codes[:GOLDEN_CASES],
        details(by_who, codes, cause, path),
        calibrate(model, codes, cause, by_who["model"]),
    )


def _golden(codes: Codes, pipeline: Pipeline, learnt: dict[str, NDArray[Any]]) -> dict[str, Any]:
    """Cases, the empty one first, with the probabilities that the pipeline gives them."""
    codes = np.concatenate([np.zeros_like(codes[:1]), codes])
    proba = pipeline["model"].predict_proba(codes)
    if not np.abs(Model("", {}, {}, **learnt).predict_proba(codes) - proba).max() <= TOLERANCE:
        raise ArithmeticError("the arrays do not give the probabilities of the pipeline")
    return {"codes": codes.tolist(), "probabilities": proba.tolist()}


def _described(world: World, n: int, seed: int, test_cases: int) -> dict[str, Any]:
    return {
        "libraries": LIBRARIES,
        "knowledge": world.digest,
        "code": code_digest(),
        "seed": seed,
        "cases": n,
        "test_seed": seed + 1,
        "test_cases": test_cases,
        "prior": dict(zip(CAUSES, world.prior.tolist(), strict=True)),
        "care": {
            cause: {
                "urgency": world.care[cause].urgency,
                "threshold": 1 / (1 + world.care[cause].cost_ratio),
            }
            for cause in CAUSES
        },
    }


def _care(manifest: Mapping[str, Any]) -> dict[str, Care]:
    return {cause: Care(**entry) for cause, entry in manifest["care"].items()}


def _bar(cases: Iterable[Cases], n: int, words: str, progress: bool) -> Iterator[Cases]:
    with tqdm(total=n, desc=words, unit=" cases", unit_scale=True, disable=not progress) as bar:
        for block in cases:
            yield block
            bar.update(len(block.cause))
