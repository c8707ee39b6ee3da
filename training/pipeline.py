"""The estimator: a stock scikit-learn pipeline, fitted on counts, and its plain arrays."""

import io
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

from data.vocabulary import CAUSES, FINDINGS
from data.world import Cases, World
from models.artifact import PIPELINE, ModelRefused, read_file, read_manifest
from models.encoder import FIRST_ROW, ROWS, categories, features

ALPHA: Final = 0.1  # pseudo-count of each pattern in each class
LIBRARIES: Final = {"python": platform.python_version()} | {
    name: version(name) for name in ("numpy", "scikit-learn", "scipy", "joblib")
}


def classify(world: World, cases: Cases) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What the classifier tells apart: class of each case, (m,), and cause of each class, (k,).

    A class is a presentation with a second condition or none: given both, most answers are
    independent, which is what naive Bayes takes for granted.
    """
    seconds = len(CAUSES) + 1  # none, or any cause
    causes = np.array([list(CAUSES).index(p.cause) for p in world.presentations])
    return cases.presentation * seconds + cases.second + 1, np.repeat(causes, seconds)


def fit(world: World, blocks: Iterable[Cases]) -> tuple[Pipeline, NDArray[np.int64]]:
    """Pipeline fitted on a stream of cases, and the cause of each of its classes.

    ValueError if some cause has no case. MultinomialNB sees its data only as sums over each
    class, so it is given one row a class; a test shows that the fit is the same.
    """
    counts, causes = _count(world, blocks)
    sizes = counts[:, : FIRST_ROW[1]].sum(axis=1)
    seen = np.flatnonzero(sizes)
    if missing := set(range(len(CAUSES))) - set(causes[seen]):
        names = ", ".join(list(CAUSES)[cause] for cause in sorted(missing))
        raise ValueError(f"no case of {names} was drawn; draw more cases")
    ties = FunctionTransformer(features)
    # What is unknown has no column, so naive Bayes passes over it.
    onehot = OneHotEncoder(categories=categories(), handle_unknown="ignore")
    onehot.fit(ties.fit_transform(np.zeros((1, len(FINDINGS)), dtype=np.uint8)))
    bayes = MultinomialNB(alpha=ALPHA, class_prior=sizes[seen] / sizes.sum())
    bayes.fit(np.delete(counts, FIRST_ROW, axis=1)[seen], seen)
    return Pipeline([("ties", ties), ("onehot", onehot), ("bayes", bayes)]), causes[seen]


def arrays(pipeline: Pipeline, causes: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """What the pipeline has learnt as plain numbers: weights, intercept, cause of each class."""
    bayes = pipeline["bayes"]
    weights = np.zeros((ROWS, len(causes)))
    weights[np.delete(np.arange(ROWS), FIRST_ROW)] = bayes.feature_log_prob_.T
    return {"weights": weights, "intercept": bayes.class_log_prior_, "cause": causes}


def pickled(pipeline: Pipeline) -> bytes:
    """The pipeline as joblib writes it."""
    buffer = io.BytesIO()
    joblib.dump(pipeline, buffer)
    return buffer.getvalue()


def unpickle(folder: Path) -> Pipeline:
    """The pipeline in a version's folder; ModelRefused on any doubt, before it is opened."""
    manifest = read_manifest(folder)
    content = read_file(folder, PIPELINE, manifest)
    theirs, ours = manifest["libraries"]["scikit-learn"], LIBRARIES["scikit-learn"]
    if theirs != ours:
        raise ModelRefused(
            f"{folder.name}/{PIPELINE} was written by scikit-learn {theirs}, this is {ours}; "
            "install that version or run `make train`."
        )
    return joblib.load(io.BytesIO(content))


def _count(world: World, blocks: Iterable[Cases]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How often each pattern was seen in each class, (k, ROWS), and the cause of each class."""
    counts = causes = np.zeros(0, dtype=np.int64)
    for cases in blocks:
        labels, causes = classify(world, cases)
        cells = labels[:, None] * ROWS + features(cases.codes) + FIRST_ROW
        found = np.bincount(cells.ravel(), minlength=len(causes) * ROWS)
        counts = counts + found if counts.size else found
    return counts.reshape(len(causes), ROWS), causes
