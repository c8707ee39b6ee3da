"""An answer that is written already, and goes out whole."""

from collections.abc import Iterable
from typing import cast

from flask import Response

from service.http.wsgi import Environ, Headers


class Written(Response):
    """JSON text as a 200 to a POST: nothing is left out, and nothing is to be called at its end.

    Werkzeug would look at its method, status and headers for that.
    """

    def __init__(self, text: bytes) -> None:
        super().__init__(text, content_type="application/json")

    def get_wsgi_response(
        self,
        environ: Environ,  # noqa: ARG002 - of any POST
    ) -> tuple[Iterable[bytes], str, Headers]:
        """Body, status and headers, as they are."""
        return cast("list[bytes]", self.response), self.status, self.headers.to_wsgi_list()
