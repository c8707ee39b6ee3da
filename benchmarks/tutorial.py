"""What a tutorial builds: Flask, or FastAPI, in front of ``pipeline.predict_proba`` on a table.

They have no rules, no strict reading and no safety net; they are what people would use instead.
The classifier is ours. It takes codes, so a tutorial puts scikit-learn's own encoders before it;
``/codes`` leaves these out and encodes with our vocabulary, which no tutorial would have.
"""

import os
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
from flask import Flask, request
from sklearn.pipeline import Pipeline

from benchmarks.tutorial_pipeline import WORDS, pipeline, table
from data.vocabulary import CAUSES, FINDINGS
from models.artifact import load_current

MODELS = Path(os.environ.get("MODELS", "models"))
TRAINED: Pipeline = joblib.load(MODELS / load_current(MODELS).version / "model.joblib")
OURS = TRAINED["model"]
PIPELINE = pipeline(OURS, [[False, True] if f.kind == "boolean" else f.levels for f in WORDS])

flask = Flask("tutorial")


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
