"""The Flask application: one blueprint a subject, inside what guards and counts all of them."""

from functools import partial
from pathlib import Path
from typing import Final

from flask import Flask, Response, current_app
from jinja2 import StrictUndefined

from service.assessment.opinion import ModelProblem
from service.http import logs, problems
from service.http.flask_app import App, StrictJSON
from service.http.middleware import Guard
from service.pages import about, docs, page
from service.routes import catalogue, client_file, health, next_screen, openapi, predict
from service.routes.micro_batching import assess_ahead
from service.running import model_watcher
from service.running.metrics import Metrics
from service.settings import Settings

METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


def create_app(
    models_dir: Path, settings: Settings | None = None, metrics: Metrics | None = None
) -> Flask:
    """Application that serves the promoted model of ``models_dir``, or the rules alone.

    ``metrics`` are shared by all workers; without them, those of this application alone.
    """
    settings = settings or Settings()
    app = App(__name__, static_folder=None, template_folder="pages/templates")
    app.json = StrictJSON(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.merge_slashes = False
    app.config.update(
        DEBUG=False,  # whatever the environment says
        SINGLE_BYTES=settings.single_bytes,
        BATCH_BYTES=settings.batch_bytes,
        EMERGENCY_NUMBER=settings.emergency_number,
    )
    for subject in (
        predict, next_screen, catalogue, client_file, health, openapi, page, about, docs
    ):  # fmt: skip
        app.register_blueprint(subject.bp)
    app.add_url_rule("/metrics", "metrics", _metrics, methods=["GET"])
    problems.register(app)
    _surround(app, settings, metrics)
    model_watcher.serve(app, models_dir, settings.training)
    return app


def routes(app: Flask) -> list[str]:
    """Paths that are served; none has a variable part."""
    return sorted({str(rule) for rule in app.url_map.iter_rules()})


def _surround(app: Flask, settings: Settings, metrics: Metrics | None) -> None:
    paths = routes(app)
    metrics = metrics or Metrics(paths)
    app.extensions["metrics"] = metrics
    told = [metrics.told()]
    if settings.access_log:
        told.append(logs.access(paths))
    ahead = partial(assess_ahead, app)
    app.wsgi_app = Guard(app.wsgi_app, settings, told, ahead)  # type: ignore[method-assign]


def _metrics() -> Response:
    """Counters of all workers, for Prometheus; never a case."""
    model, metrics = model_watcher.model(), current_app.extensions["metrics"]
    version = "none" if isinstance(model, ModelProblem) else model.version
    text = metrics.text(version, degraded=model_watcher.trouble(model) is not None)
    return Response(text, content_type=METRICS_TYPE)
