"""The model that this process serves: loaded once, or the reason why there is none."""

from pathlib import Path

from flask import current_app

from models.artifact import Model, ModelMissing, ModelRefused, load_current
from service.opinion import ModelProblem


def load(models_dir: Path) -> Model | ModelProblem:
    """The promoted model; whatever is wrong with it never stops the service."""
    try:
        return load_current(models_dir)
    except ModelMissing as problem:
        return ModelProblem("missing", str(problem))
    except ModelRefused as problem:
        return ModelProblem("refused", str(problem))
    except Exception as problem:
        return ModelProblem("refused", f"The model cannot be read ({type(problem).__name__}).")


def model() -> Model | ModelProblem:
    """What :func:`load` gave the app that handles this request."""
    loaded: Model | ModelProblem = current_app.extensions["model"]
    return loaded
