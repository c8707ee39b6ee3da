"""A pipeline as a tutorial builds it: scikit-learn's own encoders before the model.

Nothing here needs a web framework, so that MLServer can open it in an environment of its own.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import ClassifierMixin
from sklearn.compose import make_column_transformer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OrdinalEncoder

from data.vocabulary import FINDINGS

NUMBERS = [finding for finding in FINDINGS.values() if finding.kind == "numeric"]
WORDS = [finding for finding in FINDINGS.values() if finding.kind != "numeric"]


def pipeline(classifier: ClassifierMixin, levels: Sequence[Sequence[Any]]) -> Pipeline:
    """Our classifier behind encoders of a table; ``levels`` are the answers of each of WORDS."""
    categories = [list(answers) for answers in levels]
    encoder = OrdinalEncoder(
        categories=categories, handle_unknown="use_encoded_value", unknown_value=-1
    )
    encoders = make_column_transformer(
        (encoder, [f.id for f in WORDS]),
        (FunctionTransformer(_bins), [f.id for f in NUMBERS]),
    )
    first = {f.id: answers[0] for f, answers in zip(WORDS, levels, strict=True)}
    encoders.fit(table(first))
    return make_pipeline(encoders, FunctionTransformer(_codes), classifier)


def table(answers: dict[str, Any]) -> pd.DataFrame:
    """Answers of one person as a table with one row."""
    return pd.DataFrame([{name: answers.get(name) for name in FINDINGS}]).astype(
        {finding.id: float for finding in NUMBERS}
    )


def _bins(table: pd.DataFrame) -> np.ndarray:
    """Bin of each number; -1 is unknown."""
    columns = [np.digitize(table[f.id], f.edges) for f in NUMBERS]
    return np.where(table.isna(), -1, np.column_stack(columns))


def _codes(encoded: np.ndarray) -> np.ndarray:
    """The encoded columns in the order of the vocabulary, 0 for what is unknown."""
    order = np.argsort([finding.index for finding in (*WORDS, *NUMBERS)])
    return (encoded[:, order] + 1).astype(np.uint8)
