"""``python -m benchmarks.serve bare|supine``: one of the two under the service's own server."""

import os
import sys

from benchmarks import apps
from service import server
from service.settings import read

if __name__ == "__main__":
    if sys.argv[1] == "bare":
        server.create_app = lambda *_: apps.bare
    server.serve(read(os.environ), lambda _: sys.argv[1])
