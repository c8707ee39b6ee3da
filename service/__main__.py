"""``python -m service``: answer on HOST and PORT with the model of MODELS.

``python -m service predict cases.csv`` assesses a file instead (service/offline/predict_file.py).
Installed, these are ``supine serve`` and ``supine predict`` (service/command.py).
"""

import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from service.command import run
from service.settings import BadSetting, read


def main(argv: Sequence[str] | None = None, prog: str = "python -m service") -> int:
    """Serve until SIGTERM or Ctrl-C; 1 if a setting or the address cannot be used."""
    ArgumentParser(
        prog,
        description="Serve. Settings come from the environment: docs/OPERATIONS.md lists them.",
    ).parse_args(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[threads] = "1"  # before NumPy is imported: more would get in each other's way
    try:
        settings = read(os.environ)
        from service.server.process import (  # late, so that a bad value is told at once
            CannotServe,
            serve,
        )

        try:
            serve(settings, _state)
        except CannotServe as problem:
            raise BadSetting(str(problem)) from problem
    except BadSetting as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _state(model: Any) -> str:
    from service.assessment.opinion import ModelProblem

    if isinstance(model, ModelProblem):
        return f"the safety rules alone, model {model.status}: {model.detail}"
    return f"model {model.version}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["predict"]:
        sys.exit(run("service.offline.predict_file", sys.argv[2:], "python -m service predict"))
    sys.exit(main())
