"""What a tutorial builds: Flask, or FastAPI, in front of ``pipeline.predict_proba`` on a table.

They have no rules, no strict reading and no safety net; they are what people would use instead.
The model is ours. Its pipeline takes codes, so a tutorial puts scikit-learn's own encoders before
it; ``/codes`` leaves these out and encodes with our vocabulary, which no tutorial would have.
"""

import os
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
from flask import Flask, request
from sklearn.compose import make_column_transformer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OrdinalEncoder

from data.vocabulary import CAUSES, FINDINGS, Finding
from models.artifact import load_current

MODELS = Path(os.environ.get("MODELS", "models"))
OURS: Pipeline = joblib.load(MODELS / load_current(MODELS).version / "model.joblib")
NUMBERS = [finding for finding in FINDINGS.values() if finding.kind == "numeric"]
WORDS = [finding for finding in FINDINGS.values() if finding.kind != "numeric"]

flask = Flask("tutorial")


def _bins(table: pd.DataFrame) -> np.ndarray:
    """Bin of each number; -1 is unknown."""
    columns = [np.digitize(table[f.id], f.edges) for f in NUMBERS]
    return np.where(table.isna(), -1, np.column_stack(columns))


def _codes(encoded: np.ndarray) -> np.ndarray:
    """The encoded columns in the order of the vocabulary, 0 for what is unknown."""
    order = np.argsort([finding.index for finding in (*WORDS, *NUMBERS)])
    return (encoded[:, order] + 1).astype(np.uint8)


def _levels(finding: Finding[Any]) -> list[Any]:
    return [False, True] if finding.kind == "boolean" else list(finding.levels)


ENCODER = OrdinalEncoder(
    categories=list(map(_levels, WORDS)), handle_unknown="use_encoded_value", unknown_value=-1
)
ENCODERS = make_column_transformer(
    (ENCODER, [f.id for f in WORDS]),
    (FunctionTransformer(_bins), [f.id for f in NUMBERS]),
)
PIPELINE = make_pipeline(ENCODERS, FunctionTransformer(_codes), *(step for _, step in OURS.steps))


def table(answers: dict[str, Any]) -> pd.DataFrame:
    """Answers of one person as a table with one row."""
    return pd.DataFrame([{name: answers.get(name) for name in FINDINGS}]).astype(
        {finding.id: float for finding in NUMBERS}
    )


ENCODERS.fit(table({}))


def probabilities(answers: dict[str, Any]) -> dict[str, float]:
    """Causes of one person, by way of the whole pipeline."""
    return _named(PIPELINE.predict_proba(table(answers))[0])


def probabilities_from_codes(answers: dict[str, Any]) -> dict[str, float]:
    """Causes of one person, by way of a table of codes and our part of the pipeline."""
    row = {name: _code(name, answers.get(name)) for name in FINDINGS}
    return _named(OURS.predict_proba(pd.DataFrame([row]).astype(np.uint8).to_numpy())[0])


def _named(proba: np.ndarray) -> dict[str, float]:
    return dict(zip(CAUSES, proba.tolist(), strict=True))


def _code(name: str, value: Any) -> int:
    return 0 if value is None else FINDINGS[name].code(FINDINGS[name].read(value))


@flask.post("/v1/predict")
def predict() -> dict[str, float]:
    """Probabilities alone."""
    return probabilities(request.get_json()["answers"])


@flask.post("/codes")
def predict_from_codes() -> dict[str, float]:
    """The same, by way of codes."""
    return probabilities_from_codes(request.get_json()["answers"])
