"""What is asked about memory: of the garbage collector, and of the C library if it is glibc."""

import ctypes
import gc
import sys
from typing import Any, Final

_LIBC: Final[Any] = ctypes.CDLL(None) if sys.platform == "linux" else None
_M_ARENA_MAX: Final = -8  # of mallopt(3)
SELDOM: Final = 10_000  # new containers after which the collector looks at them; usual are 700


def one_arena() -> None:
    """Let threads share one heap: each that once answered a batch would keep its own."""
    if hasattr(_LIBC, "mallopt"):
        _LIBC.mallopt(_M_ARENA_MAX, 1)


def settle() -> None:
    """Let the garbage collector pass over all that is there by now: it stays as long as we do.

    While a large batch is answered the collector would look at it time and again, and at the
    answers made so far, none of which is garbage.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM)


def give_back() -> None:
    """Give the system back what is free."""
    if hasattr(_LIBC, "malloc_trim"):
        _LIBC.malloc_trim(0)
