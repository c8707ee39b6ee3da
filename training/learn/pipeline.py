"""The scikit-learn pipeline: answers to codes, codes to names of causes; and its file."""

import io
import platform
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from data.arrays import Ints
from data.checkout import command
from data.statistics import STATISTICS
from data.vocabulary import CAUSES
from data.world import Cases, World
from models.artifact import PIPELINE, ModelRefused, read_file, read_manifest
from models.encoder import LAYOUT
from training import MODEL_KINDS
from training.learn.answers import AnswerEncoder
from training.learn.bayes import AugmentedNB

LIBRARIES: Final = {"python": platform.python_version()} | {
    name: version(name) for name in ("numpy", "scikit-learn", "scipy", "joblib")
}


class Kind(NamedTuple):
    """A model that can be trained: whether its classes lie within causes, and has parents."""

    words: str
    detailed: bool
    parents: bool


KINDS: Final = {
    "augmented": Kind(MODEL_KINDS["augmented"], True, True),
    "presentations": Kind(MODEL_KINDS["presentations"], True, False),
    "flat": Kind(MODEL_KINDS["flat"], False, False),
}
KIND: Final = "augmented"
NAMES: Final = np.array(list(CAUSES))


def causes_of_classes(world: World) -> Ints:
    """Cause of each class that the classifier tells apart, (k,), ascending.

    A class is a presentation, or, where there is a second condition, a pair of both causes.
    """
    first = [list(CAUSES).index(p.cause) for p in world.presentations]
    return np.sort(np.concatenate([first, np.repeat(np.arange(len(CAUSES)), len(CAUSES))]))


def classify(world: World, cases: Cases) -> Ints:
    """Class of each case, (n,): those of a cause are its presentations, then its pairs."""
    before = len(CAUSES) * cases.cause  # pairs of earlier causes
    up_to = np.searchsorted(
        [list(CAUSES).index(p.cause) for p in world.presentations], np.arange(len(CAUSES)), "right"
    )
    pair = up_to[cases.cause] + before + cases.second
    return np.where(cases.second < 0, cases.presentation + before, pair)


def learner(kind: str) -> AugmentedNB:
    """A classifier of this kind that has seen nothing yet."""
    return AugmentedNB(
        LAYOUT.levels.tolist(),
        LAYOUT.parents,
        STATISTICS.strength,
        use_parents=KINDS[kind].parents,
    )


def learn(bayes: AugmentedNB, world: World, kind: str, cases: Cases) -> None:
    """Let it count more cases."""
    presentation = classify(world, cases) if KINDS[kind].detailed else None
    bayes.partial_fit(cases.codes, NAMES[cases.cause], NAMES, presentation)


def arrays_of(bayes: AugmentedNB) -> dict[str, NDArray[Any]]:
    """What serving needs of it; ValueError if it has seen no case of some cause."""
    if unseen := set(range(len(CAUSES))) - set(bayes.cause_.tolist()):
        names = ", ".join(NAMES[sorted(unseen)])
        raise ValueError(f"no case of {names} was drawn; draw more cases")
    return {"weights": bayes.weights_, "intercept": bayes.intercept_, "cause": bayes.cause_}


def fit(
    world: World,
    blocks: Iterable[Cases],
    watch: Callable[[int, AugmentedNB], None] = lambda *_: None,
    kind: str = KIND,
) -> Pipeline:
    """Pipeline fitted on a stream of cases; ValueError if some cause has no case.

    ``watch`` is shown the number of cases so far and the classifier, after each block.
    """
    bayes, seen = learner(kind), 0
    for cases in blocks:
        learn(bayes, world, kind, cases)
        seen += len(cases.cause)
        watch(seen, bayes)
    arrays_of(bayes)
    return Pipeline([("answers", AnswerEncoder().fit([{}])), ("model", bayes)])


def pickled(pipeline: Pipeline) -> bytes:
    """The pipeline as joblib writes it."""
    buffer = io.BytesIO()
    joblib.dump(pipeline, buffer)
    return buffer.getvalue()


def unpickle(folder: Path) -> Pipeline:
    """The pipeline in a version's folder; ModelRefused on any doubt, before it is opened.

    Unpickling runs code. A folder that somebody else wrote states its own digests, so nothing
    here can tell whether it may be trusted: open only what was trained here.
    """
    manifest = read_manifest(folder)
    content = read_file(folder, PIPELINE, manifest)
    theirs, ours = manifest["libraries"]["scikit-learn"], LIBRARIES["scikit-learn"]
    if theirs != ours:
        raise ModelRefused(
            f"{folder.name}/{PIPELINE} was written by scikit-learn {theirs}, this is {ours}; "
            f"install that version or run {command('train')}."
        )
    return joblib.load(io.BytesIO(content))
