"""How a worker hears that it is to end, and lets go of its callers."""

import asyncio
import os
import signal
import socket
from contextlib import suppress
from typing import Final

ENDING: Final = (signal.SIGTERM, signal.SIGINT)  # what tells a worker to


def hold_ending() -> None:
    """Let what tells this process to end wait for the event loop, which hears it when it runs.

    Between its handlers and its first turn uvloop would lose it, and the worker never end.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)


def hear_ending(loop: asyncio.AbstractEventLoop) -> None:
    """From the loop's first turn on, hear it, and what was held."""
    loop.call_soon(signal.pthread_sigmask, signal.SIG_UNBLOCK, ENDING)


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
