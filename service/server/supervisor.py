"""Granian with its workers, their listening sockets, and someone who replaces the dead.

Each worker has a listening socket of its own, among which the system deals out the callers: of one
that all share, the first to wake would take a whole burst. The sockets belong to this process, so
that a worker that ends leaves no caller behind who was waiting for it: the next one takes its
socket. One that dies is replaced at once, however often that happens.
"""

import logging
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.synchronize import Event
from typing import Any, Final

from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.net import SocketSpec
from granian.server.mp import MPServer

from service.http import logs
from service.settings import Settings

BACKLOG: Final = 2048
STARTS: Final = 1.0  # seconds in which a worker that replaces another is ready
PAUSE: Final = 0.5  # seconds before one is replaced that died before it was ready
log = logging.getLogger(__name__)


class Flag:
    """A threading.Event that signals may set at any moment; that one hangs at a second signal."""

    def __init__(self) -> None:
        self._up = False

    def set(self) -> None:
        """Let the waiting one go on."""
        self._up = True

    def clear(self) -> None:
        """Wait for another time."""
        self._up = False

    def wait(self) -> None:
        """Until it is set."""
        while not self._up:
            time.sleep(0.02)


class Server(MPServer):
    """Granian, of which seven things are done otherwise: six methods, and how it waits."""

    def __init__(self, settings: Settings, answering: Event, say: Callable[[], None]) -> None:
        self._answering, self._say = answering, say
        self._answer_seconds = settings.answer_seconds
        self._turns = [False] * settings.workers
        super().__init__(
            "service",
            settings.host,
            settings.port,
            interface=Interfaces.RSGI,
            workers=settings.workers,
            loop=Loops.auto,
            http=HTTPModes.http1,
            websockets=False,
            backlog=BACKLOG,
            backpressure=settings.connections,
            http1_settings=HTTP1Settings(
                header_read_timeout=settings.header_seconds * 1000,
                max_buffer_size=settings.header_bytes,
            ),
            log_level=LogLevels.warning,
            log_dictconfig=logs.config(settings.log_format),
            respawn_failed_workers=True,
            respawn_interval=STARTS,
            workers_kill_timeout=settings.stop_seconds,
        )
        self.main_loop_interrupt = Flag()

    def _init_shared_socket(self) -> None:
        """A socket for each worker, open here; Granian would open them in the workers on Linux."""
        spec = SocketSpec(self.bind_addr, self.bind_port, self.backlog)
        own = sys.platform == "linux"  # elsewhere the system does not deal out callers
        self._holders = [spec.build() for _ in range(self.workers if own else 1)]
        self._sockets = [socket.socket(fileno=holder.get_fd()) for holder in self._holders]
        for listening in self._sockets:
            listening.set_inheritable(True)
            if own:  # else a client that never reads would hold its answer for ever
                patience = self._answer_seconds * 1000
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, patience)
            listening.listen(self.backlog)  # from now on callers wait, and are not turned away
        self._ssp: Any = None
        self._shd: Any = None
        self._sso: Any = None

    def _drop_shared_socket(self) -> None:
        """Turn callers away from now on."""
        for listening in self._sockets:
            listening.close()

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Any) -> Any:
        """Tell each worker its socket, and which row it counts in.

        That is not the row of the one whose place it takes: both live for a moment, and one row is
        written by one process.
        """
        place = idx % len(self._sockets)
        self._shd, self._sso = self._holders[place], self._sockets[place]
        self._turns[idx] = not self._turns[idx]
        row = 2 * idx + self._turns[idx]
        return super()._spawn_worker(idx, target, partial(callback_loader, row))

    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
        """Start them, and say so as soon as one of them answers."""
        super()._spawn_workers(spawn_target, target_loader)
        while not (self.interrupt_signal or self.interrupt_children):
            if self._answering.wait(0.05):
                self._say()
                break

    def _respawn_workers(
        self, workers: Any, spawn_target: Any, target_loader: Any, delay: float = 0
    ) -> None:
        """Replace workers; Granian would end the service if one died twice within seconds.

        With a delay all of them, as SIGHUP asks; without one, those that died. Whoever dies while
        others are waited for is replaced meanwhile: its callers wait for its successor.
        """

        def meanwhile() -> None:
            if died := [self.interrupt_children.pop() for _ in list(self.interrupt_children)]:
                self._respawn_workers(died, spawn_target, target_loader)

        if not delay and any(time.monotonic() - self.wrks[i].birth < STARTS for i in workers):
            time.sleep(PAUSE)
        for i in workers:
            old = self.wrks[i]
            self.wrks[i] = self._spawn_worker(i, spawn_target, target_loader)
            self.wrks[i].start()
            _wait(delay, meanwhile)
            self._end([old], meanwhile)
            pids = {"pid": self.wrks[i].inner.pid, "before": old.inner.pid}
            fields = {"worker": i, **pids, "exit": old.inner.exitcode}
            level = logging.INFO if delay else logging.ERROR
            log.log(level, "worker replaced", extra={"fields": fields})
        self.respawned_wrks.clear()

    def _stop_workers(self) -> None:
        """End all of them."""
        log.info("stopping", extra={"fields": {"workers": len(self.wrks)}})
        self._end(self.wrks)
        self.wrks.clear()

    def _end(self, workers: Any, meanwhile: Callable[[], None] = lambda: None) -> None:
        """End them; Granian would take one that ended this very moment for one that refuses to."""
        for worker in workers:
            worker.terminate()
        _wait(self.workers_kill_timeout, meanwhile, lambda: any(w.is_alive() for w in workers))
        for worker in workers:
            if worker.is_alive():
                log.warning("worker killed, it did not end within STOP_SECONDS")
                worker.kill()
                worker.join()


def _wait(
    seconds: float, meanwhile: Callable[[], None], needed: Callable[[], bool] = lambda: True
) -> None:
    """Wait for so long, or until it is no longer needed."""
    until = time.monotonic() + seconds
    while needed() and time.monotonic() < until:
        time.sleep(0.01)
        meanwhile()
