"""Flask as this service uses it: it does not look for what nobody here has registered.

What that rests on, `tests/service/routes/test_routes.py` holds: no function is to run before a
request, when it is torn down or after an answer that is written already, none is a coroutine, and
no route has a variable part, a host or a redirect.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final

from flask import Flask, Request, Response
from flask.json.provider import DefaultJSONProvider
from flask.sessions import NullSession, SessionInterface
from werkzeug.routing import MapAdapter, Rule

from service.http.raw_response import Written

_FLASKS: Final = {"return_rule": True}  # how Flask asks for the rule of a request
Rules = Mapping[tuple[str, str], Rule]  # by method and path


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


class Routes(MapAdapter):
    """Routes by path and method alone: no host and no query has a part in it."""

    def __init__(self, app: "App", request: Request) -> None:
        path, method = request.path, request.method
        super().__init__(app.url_map, "localhost", "/", "", request.scheme, path, method)
        self._rule = app.rules.get((method, path))

    def match(self, *args: Any, **options: Any) -> Any:
        """To Flask's question the rule that the path is word for word, else Werkzeug's answer."""
        if self._rule and options == _FLASKS and not (args or self.websocket):
            return self._rule, {}
        return super().match(*args, **options)


class App(Flask):
    """Flask without sessions, hooks before a request, and coroutines; routes are looked up."""

    session_interface = Sessionless()

    @cached_property
    def rules(self) -> Rules:
        """Rule by method and path, the first one where there are two."""
        rules = reversed(list(self.url_map.iter_rules()))
        return {(method, rule.rule): rule for rule in rules for method in rule.methods or ()}

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Routes of a request; without one, what Flask has."""
        return super().create_url_adapter(None) if request is None else Routes(self, request)

    def make_default_options_response(self) -> Response:
        """Which methods a route takes, in the header Allow; of no type, for it holds nothing."""
        response = super().make_default_options_response()
        del response.headers["Content-Type"]
        return response

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself."""
        return func

    def preprocess_request(self) -> None:
        """Nothing before a request."""

    def process_response(self, response: Response) -> Response:
        """Nothing after an answer that is written already; of others, what Flask does."""
        return response if type(response) is Written else super().process_response(response)

    def do_teardown_request(self, exc: BaseException | None = None) -> None:
        """Nothing at its end, nor a signal."""

    def do_teardown_appcontext(self, exc: BaseException | None = None) -> None:
        """Nothing then either."""
