"""``python -m benchmarks.serve bare|supine``: one of the two under the service's own server."""

import os
import sys

from benchmarks.bare import bare
from service import server
from service.settings import read

if __name__ == "__main__":
    if sys.argv[1] == "bare":
        server.create_app = lambda *_: bare
    server.serve(read(os.environ), lambda _: sys.argv[1])
