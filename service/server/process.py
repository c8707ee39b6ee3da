"""From settings to a service that answers: the address, the workers and what they inherit."""

import ctypes
import gc
import logging.config
import multiprocessing
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from service.app import create_app, routes
from service.http import logs
from service.running.metrics import Metrics
from service.server.adapter import Gateway
from service.server.memory import one_arena, settle
from service.server.shutdown import ENDING, hold_ending
from service.server.supervisor import Server
from service.settings import Settings, refuse_public

PR_SET_PDEATHSIG: Final = 1  # of prctl(2)
log = logging.getLogger(__name__)


class CannotServe(Exception):  # noqa: N818 - reads as what happened
    """The service cannot start; the message is one line for whoever starts it."""


def serve(settings: Settings, state: Callable[[Any], str]) -> None:
    """Answer until SIGTERM or SIGINT; CannotServe or BadSetting if that cannot begin.

    ``state`` words what an app's model is, for the line that says where the service answers.
    """
    settings = listenable(settings)
    multiprocessing.set_start_method("fork", force=True)  # workers share the counters
    logging.config.dictConfig(logs.config(settings.log_format))
    _allow_connections(settings.connections)
    line, paths = _told(settings, state)
    metrics = Metrics(paths, 2 * settings.workers)
    answering, parent = multiprocessing.Event(), os.getpid()

    def say() -> None:
        sys.stdout.write(line)
        sys.stdout.flush()
        fields = {"url": _address(settings), "workers": settings.workers}
        log.info("started", extra={"fields": fields})

    def worker(row: int) -> Gateway:
        _be_child(parent)
        metrics.count_in(row)
        made = create_app(settings.models, settings, metrics)
        settle()
        hold_ending()
        answering.set()
        return Gateway(made.wsgi_app, settings)

    Server(settings, answering, say).serve(target_loader=worker, wrap_loader=False)


def _told(settings: Settings, state: Callable[[Any], str]) -> tuple[str, list[str]]:
    """The line that says where what answers, and the routes.

    The application that tells is gone before workers are forked, so none holds its model twice.
    """
    app = create_app(settings.models, settings)
    line = f"Supine answers on {_address(settings)} with {state(app.extensions['model'])}\n"
    paths = routes(app)
    del app
    gc.collect()
    return line, paths


def listenable(settings: Settings) -> Settings:
    """Settings with address and port as numbers that can be listened on, else CannotServe."""
    host, port = settings.host, settings.port
    try:
        family, kind, *_, found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as problem:
        raise CannotServe(f"HOST={host} is not an address of this machine.") from problem
    try:
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(found)
            trial.listen()
            port = trial.getsockname()[1]
    except OSError as problem:
        reason = problem.strerror or "cannot be used"
        raise CannotServe(f"Cannot listen on {host}, port {port}: {reason}.") from problem
    settings = replace(settings, host=str(found[0]), port=port)
    refuse_public(settings)
    return settings


def _address(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def _allow_connections(connections: int) -> None:
    """A connection is an open file; raise the limit of those where the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + 256
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _be_child(parent: int) -> None:
    """End when told to, even while starting, and when nobody is left who could tell."""
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    one_arena()
    if os.getppid() != parent:  # it ended before we asked to be told
        os._exit(1)
