"""The tutorial's application with FastAPI and pydantic."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from benchmarks.tutorial import probabilities

app = FastAPI()


class Question(BaseModel):
    """Request for one case."""

    answers: dict[str, Any]


@app.post("/v1/predict")
def predict(question: Question) -> dict[str, float]:
    """Probabilities alone."""
    return probabilities(question.answers)
