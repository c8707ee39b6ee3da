"""Room in memory for large batches: bodies that are held, answers that wait for their readers."""

import asyncio
from time import perf_counter
from typing import Final

from service.server.memory import give_back, resident
from service.settings import Settings

PATIENCE: Final = 2.0  # seconds since a batch was in, for others to take their answers


class Room:
    """What a process may hold of both."""

    def __init__(self, settings: Settings) -> None:
        self._bodies, self._answers = settings.held_bytes, settings.unread_bytes
        self._at_first = resident()  # bytes
        self.held = 0  # bytes of bodies that are being read or answered

    def take(self, size: int) -> bool:
        """Hold so many bytes more of a body, if there is room."""
        if self.held + size > self._bodies:
            return False
        self.held += size
        return True

    def let_go(self, size: int) -> None:
        """Hold so many bytes less."""
        self.held -= size

    async def await_readers(self, since: float) -> bool:
        """Wait a little while others have not taken too much of their answers; whether they have.

        ``since`` is when the batch that waits was in (perf_counter).
        """
        while self._is_full():
            if perf_counter() > since + PATIENCE:
                return False
            await asyncio.sleep(0.05)
        return True

    def _is_full(self) -> bool:
        """Whether the answers that wait for their readers are more than may.

        The server holds them and does not tell; so it is what the process holds beyond what it
        held at first and bodies, once what is free has gone back.
        """
        most = self._at_first + self.held + self._answers
        if resident() <= most:
            return False
        give_back()
        return resident() > most
