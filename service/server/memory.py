"""What is asked about memory: of the system, of its C library if that is glibc, and of Python."""

import ctypes
import gc
import resource
import sys
from pathlib import Path
from typing import Any, Final

_LIBC: Final[Any] = ctypes.CDLL(None) if sys.platform == "linux" else None
_PAGES: Final = Path("/proc/self/statm")
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


def resident() -> int:
    """Bytes of this process that are in memory; 0 where the system does not tell."""
    try:
        return int(_PAGES.read_text("ascii").split()[1]) * resource.getpagesize()
    except OSError:
        return 0
