"""From the server to Flask: a request is given to Flask only when it is in, whole.

The server (Granian) hands requests over without their bodies. They are read here, on the event
loop, so that a slow client costs nothing but its connection. Requests that are in at the same time
are answered in one round: what they ask of the model is worked out together, and what runs again
at once finds its code in the processor's caches. A large one is answered in a thread beside.
"""

import asyncio
import os
import signal
from contextlib import suppress
from functools import partial
from io import BytesIO
from time import perf_counter
from typing import Any, Final

from granian.rsgi import ProtocolClosed, ProtocolError

from service.http.paths import BATCH
from service.http.wsgi import BEGAN, REFUSED, Answer, Environ, Wsgi, call, environ_of
from service.server.memory import give_back
from service.server.memory_budget import Room
from service.server.shutdown import hear_ending, stop_listening
from service.settings import Settings

GONE: Final = (ProtocolClosed, ProtocolError)  # what reading raises when the sender is
LARGE: Final = 2048  # bytes of a batch that is not answered on the event loop
BODILESS: Final = ("GET", "HEAD", "OPTIONS")
ROUND: Final = 32  # requests that are answered together at most
LEAVE: Final = 0.25  # seconds in which a connection that was just taken tells what it wants


class Gateway:
    """An RSGI application that answers with a WSGI application."""

    def __init__(self, app: Wsgi, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._refuses = getattr(app, "refuses", lambda _: False)  # whatever the body holds
        self._ahead = getattr(app, "ahead", lambda _: None)  # what several may share
        self._round: list[tuple[Environ, asyncio.Future[Answer]]] = []
        self._beside = asyncio.Semaphore(1)  # large ones, one after the other
        self._room = Room(settings)
        self._leaving = False

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Before the first request: SIGTERM, which Granian would obey at once, takes its time."""
        loop.add_signal_handler(signal.SIGTERM, self._leave, loop)
        hear_ending(loop)

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
                if REFUSED not in environ and not await self._room.await_readers(environ[BEGAN]):
                    environ[REFUSED] = 503
                run = partial(_call_large, self._app, environ)
                return await asyncio.get_running_loop().run_in_executor(None, run)
        finally:
            self._room.let_go(size)

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
            if self._room.take(len(chunk)):
                body.append(chunk)
            else:
                environ[REFUSED] = 503
                self._room.let_go(sum(map(len, body)))  # the others may have it then
                body.clear()
        if size < declared:
            environ.setdefault(REFUSED, 400)

    def _most(self, environ: Environ) -> int:
        batch = environ["PATH_INFO"] == BATCH
        return self._settings.batch_bytes if batch else self._settings.single_bytes


def _call_large(app: Wsgi, environ: Environ) -> Answer:
    try:
        return call(app, environ)
    finally:
        give_back()
