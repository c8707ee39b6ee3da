"""The Flask application: one blueprint a subject, inside what guards and counts all of them."""

from functools import partial
from pathlib import Path
from typing import Any, Final

from flask import Flask, Request, Response, current_app
from flask.json.provider import DefaultJSONProvider
from flask.sessions import NullSession, SessionInterface
from jinja2 import StrictUndefined
from werkzeug.routing import MapAdapter

from service import (
    about,
    catalogue,
    current,
    docs,
    health,
    logs,
    next_screen,
    openapi,
    page,
    predict,
    problems,
)
from service.ahead import assess_ahead
from service.guard import Guard
from service.metrics import Metrics
from service.opinion import ModelProblem
from service.settings import Settings

METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class StrictJSON(DefaultJSONProvider):
    """JSON with keys in the order in which they are written, in UTF-8, without NaN."""

    sort_keys = False
    ensure_ascii = False

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """JSON text of ``obj``; ValueError for a number that JSON does not have."""
        return super().dumps(obj, allow_nan=False, **kwargs)


class Sessionless(SessionInterface):
    """No request has a session: nothing is kept of anybody."""

    _none: Final = NullSession()

    def open_session(self, *_: object) -> NullSession:
        """The one that holds nothing, and takes nothing."""
        return self._none


class App(Flask):
    """Flask without what nothing here needs; its answers to OPTIONS are of no type."""

    session_interface = Sessionless()

    def preprocess_request(self) -> None:
        """Nothing: no function is to run before a request, and Flask need not look for any."""

    def do_teardown_request(self, exc: BaseException | None = None) -> None:
        """Nothing, as before it."""

    def make_default_options_response(self) -> Response:
        """Which methods a route takes, in the header Allow."""
        response = super().make_default_options_response()
        del response.headers["Content-Type"]
        return response

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Routes by path and method alone: no host and no query has a part in it, nor a redirect.

        Flask would look at all of them again for each request.
        """
        if request is None:
            return super().create_url_adapter(None)
        path, method = request.path, request.method
        return MapAdapter(self.url_map, "localhost", "/", "", request.scheme, path, method)


def create_app(
    models_dir: Path, settings: Settings | None = None, metrics: Metrics | None = None
) -> Flask:
    """Application that serves the promoted model of ``models_dir``, or the rules alone.

    ``metrics`` are shared by all workers; without them, those of this application alone.
    """
    settings = settings or Settings()
    app = App(__name__, static_folder=None)
    app.json = StrictJSON(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.merge_slashes = False
    app.config.update(
        DEBUG=False,  # whatever the environment says
        SINGLE_BYTES=settings.single_bytes,
        BATCH_BYTES=settings.batch_bytes,
    )
    for subject in (predict, next_screen, catalogue, health, openapi, page, about, docs):
        app.register_blueprint(subject.bp)
    app.add_url_rule("/metrics", "metrics", _metrics, methods=["GET"])
    problems.register(app)
    _surround(app, settings, metrics)
    current.serve(app, models_dir, settings.training)
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
    model, metrics = current.model(), current_app.extensions["metrics"]
    version = "none" if isinstance(model, ModelProblem) else model.version
    text = metrics.text(version, degraded=current.trouble(model) is not None)
    return Response(text, content_type=METRICS_TYPE)
