"""What each step of a run took: seconds, and the memory that the process had needed by then."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

UNIT: Final = 1 if sys.platform == "darwin" else 1024  # bytes that ru_maxrss counts in


class Step(NamedTuple):
    """A step that is done."""

    name: str
    seconds: float  # by the clock on the wall
    cpu_seconds: float  # of all threads
    peak_mib: float  # most resident memory of the process, from its start


class Steps(list[Step]):
    """The steps so far."""

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what is done within."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / 2**20
        self.append(Step(name, time.perf_counter() - wall, time.process_time() - cpu, peak))
