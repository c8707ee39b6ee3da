"""The tutorial's application with FastAPI and pydantic."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from benchmarks.tutorial import probabilities, probabilities_from_codes

app = FastAPI()


class Question(BaseModel):
    """Request for one case."""

    answers: dict[str, Any]


@app.post("/v1/predict")
def predict(question: Question) -> dict[str, float]:
    """Probabilities alone."""
    return probabilities(question.answers)


@app.post("/codes")
def predict_from_codes(question: Question) -> dict[str, float]:
    """The same, by way of codes."""
    return probabilities_from_codes(question.answers)
