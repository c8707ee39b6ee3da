"""``python -m benchmarks.serve bare|supine``: one of the two under the service's own server."""

import os
import sys

from benchmarks.bare import bare
from service.server import process
from service.settings import read

if __name__ == "__main__":
    if sys.argv[1] == "bare":
        process.create_app = lambda *_: bare
    process.serve(read(os.environ), lambda _: sys.argv[1])
