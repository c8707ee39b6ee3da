"""``python -m benchmarks.interviews``: how soon an interview by POST /v1/next knows the cause."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import described
from data.build import load_world
from data.screens import SCREENS
from data.vocabulary import FINDINGS
from models.artifact import load_current
from models.model import Model
from service.reading.cases import Cases
from service.routes.next_screen import what_next

PEOPLE: Final = 300
SEED: Final = 5
AFTER: Final = (1, 2, 4, 6, 8, 10, 12, 16, 20, len(SCREENS))  # screens
MODELS: Final = Path(__file__).parents[1] / "models"
COLUMNS: Final = {  # of the findings of each screen
    name: [finding.index for finding in screen.findings] for name, screen in SCREENS.items()
}
Case = NDArray[np.uint8]
Choose = Callable[[Case, list[str]], str]  # of the screens that are left, given what was said


def people(n: int) -> Case:
    """Simulated people with an answer to everything, shape (n, 79)."""
    codes = load_world().sample(n * 700, np.random.default_rng(SEED)).codes
    whole = codes[(codes > 0).all(axis=1)][:n]
    if len(whole) < n:
        raise RuntimeError(f"Only {len(whole)} of {n} people answered everything; draw more.")
    return whole


def interview(person: Case, choose: Choose) -> Iterator[Case]:
    """What is known after no screen, one, two ... until all are shown."""
    case, left = np.zeros(len(FINDINGS), np.uint8), list(SCREENS)
    yield case.copy()
    while left:
        screen = choose(case, left)
        left.remove(screen)
        case[COLUMNS[screen]] = person[COLUMNS[screen]]
        yield case.copy()


def by_next(model: Model) -> Choose:
    """The screen that the service would show."""
    return lambda case, _: what_next(Cases(case[None], [False]), model)["screens"][0]["id"]


def information(everybody: Case, choose: Choose, model: Model) -> NDArray[np.float64]:
    """Doubt about the cause in bits that is gone after each screen, of all that goes, (27,)."""
    doubt = np.zeros(len(SCREENS) + 1)
    for person in everybody:
        p = model.predict_proba(np.array(list(interview(person, choose))))
        doubt -= (p * np.log2(p + 1e-300)).sum(axis=1)
    share: NDArray[np.float64] = (doubt[0] - doubt) / (doubt[0] - doubt[-1])
    return share


def until_done(everybody: Case, model: Model) -> list[int]:
    """Screens after which the service says that it is done, person by person."""
    counts = []
    for person in everybody:
        states = enumerate(interview(person, by_next(model)))
        said = ((n, what_next(Cases(case[None], [False]), model)["done"]) for n, case in states)
        counts.append(next(n for n, done in said if done))
    return counts


def table() -> str:
    """Share of the whole interview's information by number of screens, three orders beside."""
    model, everybody = load_current(MODELS), people(PEOPLE)
    rng = np.random.default_rng(SEED)
    orders: dict[str, Choose] = {
        "POST /v1/next": by_next(model),
        "the form's order": lambda _, left: left[0],
        "random order": lambda _, left: left[rng.integers(len(left))],
    }
    shares = {name: information(everybody, choose, model) for name, choose in orders.items()}
    lines = [f"{'screens':<20}" + "".join(f"{n:>7}" for n in AFTER)]
    for name, share in shares.items():
        enough = int(np.argmax(share >= 0.95))
        lines.append(f"{name:<20}" + "".join(f"{100 * share[n]:6.1f}%" for n in AFTER))
        lines[-1] += f"   95 % after {enough}"
    low, middle, high = np.quantile(until_done(everybody, model), (0.1, 0.5, 0.9))
    said = f"done after {middle:.0f} screens at the median, {low:.0f} to {high:.0f} in four of five"
    return "\n".join([f"{PEOPLE} simulated people, model {model.version}", *lines, said])


if __name__ == "__main__":
    print(f"{described()}\n{table()}")
