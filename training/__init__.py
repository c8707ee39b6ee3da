"""How it is learnt: the pipeline, its evaluation, and the run that trains and judges."""

from pathlib import Path
from typing import Any, Final

CASES: Final = 6_000_000  # drawn to learn from
TEST_CASES: Final = 200_000  # fresh ones, to be judged on
SEED: Final = 1
FEWEST: Final = 1_000  # of either that a run takes
HEAVIEST: Final = 100.0  # weight of an own case
MODEL_KINDS: Final = {  # that can be trained, the usual one first
    "augmented": "naive Bayes within presentations, related findings together",
    "presentations": "naive Bayes within presentations",
    "flat": "naive Bayes on the causes themselves",
}


def open_pipeline(folder: Path) -> Any:
    """The scikit-learn pipeline in a version's folder, for people.

    ModelRefused, before a byte is unpickled, if it is not the file that the folder's manifest
    states or another scikit-learn wrote it. Open only what was trained here: unpickling runs code.
    """
    from training.learn.pipeline import unpickle  # here, because NumPy's threads are set before it

    return unpickle(folder)
