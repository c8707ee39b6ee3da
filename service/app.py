"""The Flask application: one blueprint a subject."""

from pathlib import Path
from typing import Any

from flask import Flask, Response
from flask.json.provider import DefaultJSONProvider

from service import catalogue, current, health, predict, problems


class StrictJSON(DefaultJSONProvider):
    """JSON with keys in the order in which they are written, in UTF-8, without NaN."""

    sort_keys = False
    ensure_ascii = False

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """JSON text of ``obj``; ValueError for a number that JSON does not have."""
        return super().dumps(obj, allow_nan=False, **kwargs)


def create_app(models_dir: Path) -> Flask:
    """Application that serves the promoted model of ``models_dir``, or the rules alone."""
    app = Flask(__name__, static_folder=None)
    app.json = StrictJSON(app)
    app.url_map.merge_slashes = False
    current.serve(app, models_dir)
    for subject in (predict, catalogue, health):
        app.register_blueprint(subject.bp)
    problems.register(app)
    app.after_request(_headers)
    return app


def _headers(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
