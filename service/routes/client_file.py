"""GET /client.py: the Python client, one file that needs nothing else of ours."""

from pathlib import Path
from typing import Final

from flask import Blueprint, Response

from service.routes.catalogue import may_be_kept

CLIENT: Final = Path(__file__).parents[1].joinpath("client.py").read_bytes()

bp = Blueprint("client_file", __name__)
bp.after_request(may_be_kept)


@bp.get("/client.py")
def client_file() -> Response:
    """The file, as it is."""
    return Response(CLIENT, content_type="text/x-python; charset=utf-8")
