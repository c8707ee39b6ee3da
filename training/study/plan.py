"""How much a study does."""

from dataclasses import dataclass
from typing import Final

from training import CASES


@dataclass(frozen=True)
class Plan:
    """How much is done: cases to learn from, and all that is judged."""

    sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000, CASES, 10_000_000)
    seconds: float = 180.0  # of fitting, that no candidate may be expected to exceed
    test_cases: int = 40_000
    each_cases: int = 20_000  # of each true cause
    few_cases: int = 2_000_000  # of the mixture of worlds, and of its control
    worlds: int = 50
    world_cases: int = 4_096
    clinics: int = 10
    clinic_cases: int = 8_192
    own_cases: tuple[int, ...] = (10, 30, 100, 300, 1_000, 3_000, 10_000)
    weights: tuple[float, ...] = (0.3, 1.0, 3.0)

    @property
    def model(self) -> int:
        """How many of the sizes are within what `make train` learns from."""
        return sum(size <= CASES for size in self.sizes)


QUICK: Final = Plan((3_000, 10_000), 2.0, 2_000, 300, 24_000, 2, 500, 1, 1_000, (10, 300), (1.0,))
