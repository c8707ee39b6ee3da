"""The bare Flask route that is beside Supine in every table: a constant of the same size."""

import os

from flask import Flask, Response

ANSWER = b'"' + b"x" * (int(os.environ.get("ANSWER_BYTES", "6000")) - 3) + b'"\n'

bare = Flask("bare")
bare.extensions["model"] = None


@bare.post("/v1/predict")
def constant() -> Response:
    """Answer whatever is asked with the same bytes."""
    return Response(ANSWER, content_type="application/json")
