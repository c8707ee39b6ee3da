"""``python -m service``: the service under waitress, on HOST and PORT, with the model of MODELS."""

import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

MOST_BYTES = 64 * 1024 * 1024  # waitress reads no more; the routes refuse less as a problem


class CannotServe(Exception):  # noqa: N818 - reads as what happened
    """The service cannot start; the message is one line for whoever starts it."""


def main() -> int:
    """Serve until SIGTERM or Ctrl-C; 1 if the address cannot be used."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server, app = _start(os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000"))
        _say(
            sys.stdout,
            f"Supine answers on {_address(server)} with {_state(app.extensions['model'])}",
        )
        server.run()
    except CannotServe as problem:
        _say(sys.stderr, str(problem))
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _start(host: str, port: str) -> tuple[Any, Any]:
    """Server that listens, and its app."""
    if not (re.fullmatch("[0-9]{1,5}", port) and int(port) <= 65535):
        raise CannotServe("PORT must be a number from 0 to 65535 (0 is any free one).")
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[threads] = "1"  # before NumPy is imported: waitress has threads enough
    from waitress import create_server

    from service.app import create_app

    app = create_app(Path(os.environ.get("MODELS", "models")))
    try:
        server = create_server(
            app, host=host, port=int(port), ident=None, max_request_body_size=MOST_BYTES
        )
    except ValueError as problem:
        raise CannotServe(f"HOST={host} is not an address of this machine.") from problem
    except OSError as problem:
        reason = problem.strerror or "cannot be used"
        raise CannotServe(f"Cannot listen on {host}, port {port}: {reason}.") from problem
    return server, app


def _address(server: Any) -> str:
    hosts = getattr(server, "effective_listen", None)
    host, port = hosts[0] if hosts else (server.effective_host, server.effective_port)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _state(model: Any) -> str:
    from service.opinion import ModelProblem

    if isinstance(model, ModelProblem):
        return f"the safety rules alone, model {model.status}: {model.detail}"
    return f"model {model.version}"


def _say(stream: Any, line: str) -> None:
    stream.write(line + "\n")
    stream.flush()


if __name__ == "__main__":
    sys.exit(main())
