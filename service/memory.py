"""What is asked about memory: of the garbage collector, and of the C library if it is glibc."""

import ctypes
import gc
import sys
from typing import Any, Final

_LIBC: Final[Any] = ctypes.CDLL(None) if sys.platform == "linux" else None
_M_ARENA_MAX: Final = -8  # of mallopt(3)


def one_arena() -> None:
    """Let threads share one heap: each that once answered a batch would keep its own."""
    if hasattr(_LIBC, "mallopt"):
        _LIBC.mallopt(_M_ARENA_MAX, 1)


def settle() -> None:
    """Let the garbage collector pass over what is there by now: nearly all stays as long as we do.

    While a large batch is answered the collector would look at it time and again.
    """
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Give the system back what is free."""
    if hasattr(_LIBC, "malloc_trim"):
        _LIBC.malloc_trim(0)
