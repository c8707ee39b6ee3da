"""An answer that is written already, to a request that wants all of it."""

from collections.abc import Iterable
from typing import cast

from flask import Response

from service.wsgi import Environ, Headers


class Written(Response):
    """JSON text, to a POST: Werkzeug need not look for what of it does not go out."""

    def __init__(self, text: bytes) -> None:
        super().__init__(text, content_type="application/json")

    def get_wsgi_response(
        self,
        environ: Environ,  # noqa: ARG002 - of any POST
    ) -> tuple[Iterable[bytes], str, Headers]:
        """Body, status and headers, as they are."""
        return cast("list[bytes]", self.response), self.status, self.headers.to_wsgi_list()
