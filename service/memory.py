"""What is asked of the C library about memory: glibc's functions; with another, nothing."""

import ctypes
import sys
from typing import Any, Final

_LIBC: Final[Any] = ctypes.CDLL(None) if sys.platform == "linux" else None
_M_ARENA_MAX: Final = -8  # of mallopt(3)


def one_arena() -> None:
    """Let threads share one heap: each that once answered a batch would keep its own."""
    if hasattr(_LIBC, "mallopt"):
        _LIBC.mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Give the system back what is free."""
    if hasattr(_LIBC, "malloc_trim"):
        _LIBC.malloc_trim(0)
