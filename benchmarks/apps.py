"""The two applications that are compared: Supine, and a bare Flask route of the same size."""

import os
from pathlib import Path

from flask import Flask, Response

from service.app import create_app

ANSWER = b'"' + b"x" * (int(os.environ.get("ANSWER_BYTES", "6000")) - 3) + b'"\n'

supine = create_app(Path(os.environ.get("MODELS", "models")))
bare = Flask("bare")
bare.extensions["model"] = None


@bare.post("/v1/predict")
def constant() -> Response:
    """Answer whatever is asked with the same bytes."""
    return Response(ANSWER, content_type="application/json")
