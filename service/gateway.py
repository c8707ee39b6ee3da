"""From the server to Flask: a request is given to Flask only when it is in, whole.

The server (Granian) hands requests over without their bodies. They are read here, on the event
loop, so that a slow client costs nothing but its connection. Requests that are in at the same time
are answered in one round: what they ask of the model is worked out together, and what runs again
at once finds its code in the processor's caches. A large one is answered in a thread beside.
"""

import asyncio
import os
import signal
import socket
from contextlib import suppress
from functools import partial
from io import BytesIO
from time import perf_counter
from typing import Any, Final

from granian.rsgi import ProtocolClosed, ProtocolError

from service.memory import give_back, resident
from service.settings import Settings
from service.wsgi import BEGAN, REFUSED, Answer, Environ, Wsgi, call, environ_of

GONE: Final = (ProtocolClosed, ProtocolError)  # what reading raises when the sender is
BATCH: Final = "/v1/predict/batch"
LARGE: Final = 2048  # bytes of a batch that is not answered on the event loop
BODILESS: Final = ("GET", "HEAD", "OPTIONS")
ROUND: Final = 32  # requests that are answered together at most
ENDING: Final = (signal.SIGTERM, signal.SIGINT)  # what tells a worker to end
PATIENCE: Final = 2.0  # seconds since a large batch was in, for others to take their answers
LEAVE: Final = 0.25  # seconds in which a connection that was just taken tells what it wants


class Gateway:
    """An RSGI application that answers with a WSGI application."""

    def __init__(self, app: Wsgi, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._refuses = getattr(app, "refuses", lambda _: False)  # whatever the body holds
        self._ahead = getattr(app, "ahead", lambda _: None)  # what several may share
        self._round: list[tuple[Environ, asyncio.Future[Answer]]] = []
        self._held = 0  # bytes of large bodies that are being read or answered
        self._beside = asyncio.Semaphore(1)  # large ones, one after the other
        self._at_first = resident()  # bytes
        self._leaving = False

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Before the first request: SIGTERM, which Granian would obey at once, takes its time.

        From now on it is heard, and so is what :func:`hold_ending` held.
        """
        loop.add_signal_handler(signal.SIGTERM, self._leave, loop)
        loop.call_soon(signal.pthread_sigmask, signal.SIG_UNBLOCK, ENDING)

    def _leave(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take no new connection, close those that are open with their next answer, then stop.

        Otherwise who was let in a moment ago would be closed without an answer.
        """
        if not self._leaving:
            self._leaving = True
            stop_listening()
            loop.call_later(LEAVE, os.kill, os.getpid(), signal.SIGINT)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        if scope.proto != "http":
            return
        environ = environ_of(scope)
        length = environ.get("CONTENT_LENGTH", "")
        most = LARGE if scope.path == BATCH else self._settings.single_bytes
        if REFUSED in environ or (length.isdigit() and int(length) > most):
            answer = await self._answer_large(protocol, environ)
        elif length in ("", "0") or scope.method in BODILESS:
            environ["wsgi.input"] = BytesIO()
            answer = call(self._app, environ)
        else:
            answer = await self._answer_small(protocol, environ, int(length))
        if self._leaving or REFUSED in environ:
            answer[1].append(("Connection", "close"))
        protocol.response_bytes(*answer)

    async def _answer_small(self, protocol: Any, environ: Environ, length: int) -> Answer:
        body = b""
        try:
            async with asyncio.timeout(self._settings.body_seconds):
                body = await protocol()
        except TimeoutError:
            environ[REFUSED] = 408
        except GONE:
            environ[REFUSED] = 400
        if len(body) < length:
            environ.setdefault(REFUSED, 400)
        environ["wsgi.input"] = BytesIO(body)
        return await self._answer_in_round(environ)

    def _answer_in_round(self, environ: Environ) -> asyncio.Future[Answer]:
        environ[BEGAN] = perf_counter()
        loop = asyncio.get_running_loop()
        if not self._round:  # two turns of the loop, in which others may come in
            loop.call_soon(loop.call_soon, self._answer_round, loop)
        answer: asyncio.Future[Answer] = loop.create_future()
        self._round.append((environ, answer))
        return answer

    def _answer_round(self, loop: asyncio.AbstractEventLoop) -> None:
        """Answer those that are in by now, each for itself once what they share is done."""
        now, self._round = self._round[:ROUND], self._round[ROUND:]
        with suppress(Exception):  # what fails for one fails again below, for that one alone
            self._ahead([environ for environ, _ in now])
        for environ, answer in now:
            if answer.cancelled():
                continue  # nobody waits for it any more
            try:
                answered = call(self._app, environ)
            except Exception as problem:
                answer.set_exception(problem)
            else:
                answer.set_result(answered)
        if self._round:
            loop.call_soon(self._answer_round, loop)

    async def _answer_large(self, protocol: Any, environ: Environ) -> Answer:
        """For a large batch, and for what is refused: too large, or of a length not told."""
        body: list[bytes] = []
        try:
            async with asyncio.timeout(self._settings.body_seconds):
                await self._read(protocol, environ, body)
        except TimeoutError:
            environ[REFUSED] = 408
        except GONE:
            environ[REFUSED] = 400
        environ[BEGAN] = perf_counter()
        size = sum(map(len, body))
        environ["wsgi.input"] = BytesIO(b"".join(body))
        body.clear()
        try:
            if not size:
                return call(self._app, environ)
            async with self._beside:
                await self._await_readers(environ)
                run = partial(_call_large, self._app, environ)
                return await asyncio.get_running_loop().run_in_executor(None, run)
        finally:
            self._held -= size

    async def _read(self, protocol: Any, environ: Environ, body: list[bytes]) -> None:
        """Read a body, and throw one away that is refused: its sender listens only afterwards."""
        most, declared = self._most(environ), int(environ.get("CONTENT_LENGTH", 0))
        if declared > most and "HTTP_EXPECT" in environ:
            return  # the sender waits to be told to go on
        size, refused = 0, declared > most or self._refuses(environ)
        async for chunk in protocol:
            size += len(chunk)
            if size > most + self._settings.batch_bytes:
                return
            if refused or REFUSED in environ:
                continue
            if self._held + len(chunk) > self._settings.held_bytes:
                environ[REFUSED] = 503
                self._held -= sum(map(len, body))  # the others may have room then
                body.clear()
            else:
                self._held += len(chunk)
                body.append(chunk)
        if size < declared:
            environ.setdefault(REFUSED, 400)

    async def _await_readers(self, environ: Environ) -> None:
        """Wait a little while others have not taken too much of their answers, then refuse it."""
        until = environ[BEGAN] + PATIENCE
        while self._is_full():
            if perf_counter() > until:
                environ.setdefault(REFUSED, 503)
                return
            await asyncio.sleep(0.05)

    def _is_full(self) -> bool:
        """Whether the answers that wait for their readers are more than may.

        The server holds them and does not tell; so it is what the process holds beyond what it
        held at first and bodies, once what is free has gone back.
        """
        most = self._at_first + self._held + self._settings.unread_bytes
        if resident() <= most:
            return False
        give_back()
        return resident() > most

    def _most(self, environ: Environ) -> int:
        batch = environ["PATH_INFO"] == BATCH
        return self._settings.batch_bytes if batch else self._settings.single_bytes


def hold_ending() -> None:
    """Let what tells this process to end wait for the event loop, which hears it when it runs.

    Between its handlers and its first turn uvloop would lose it, and the worker never end.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)


def stop_listening() -> None:
    """Leave the sockets that this process listens on to the others that share them.

    Each is replaced, in place, by one that nobody knows of; the server goes on waiting there.
    """
    nobody = socket.create_server(("127.0.0.1", 0), backlog=1)
    nobody.setblocking(False)
    for name in os.listdir("/dev/fd"):  # noqa: PTH208 - numbers, not paths
        with suppress(OSError):
            shared = socket.socket(fileno=os.dup(int(name)))
            listens = shared.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            shared.close()
            if listens:
                os.dup2(nobody.fileno(), int(name))


def _call_large(app: Wsgi, environ: Environ) -> Answer:
    try:
        return call(app, environ)
    finally:
        give_back()
