"""What a tutorial builds: Flask, or FastAPI, in front of ``pipeline.predict_proba`` on a table.

They have no rules, no strict reading and no safety net; they are what people would use instead.
"""

import os
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
from flask import Flask, request

from data.vocabulary import CAUSES, FINDINGS
from models.artifact import load_current

MODELS = Path(os.environ.get("MODELS", "models"))
PIPELINE = joblib.load(MODELS / load_current(MODELS).version / "model.joblib")

flask = Flask("tutorial")


def probabilities(answers: dict[str, Any]) -> dict[str, float]:
    """Causes of one person, by way of a table with one row."""
    row = {name: _code(name, answers.get(name)) for name in FINDINGS}
    table = pd.DataFrame([row]).astype(np.uint8)
    proba = PIPELINE.predict_proba(table.to_numpy())[0]
    return dict(zip(CAUSES, proba.tolist(), strict=True))


def _code(name: str, value: Any) -> int:
    return 0 if value is None else FINDINGS[name].code(FINDINGS[name].read(value))


@flask.post("/v1/predict")
def predict() -> dict[str, float]:
    """Probabilities alone."""
    return probabilities(request.get_json()["answers"])
