"""What is wrong with a table, as people are told: not too much, and harmless to print."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final

MOST: Final = 1_000  # problems that are listed
MOST_GUESSED: Final = 10  # of them, of which it is guessed what was meant
LONGEST: Final = 64  # characters of a name


class Problems:
    """The first of them, and how many there are."""

    def __init__(self) -> None:
        self.first: list[str] = []
        self.count = 0

    def add(self, problems: Iterable[str]) -> None:
        """Take note of more."""
        for problem in problems:
            self.count += 1
            if self.count <= MOST:
                self.first.append(problem)

    def __iter__(self) -> Iterator[str]:
        yield from self.first
        if self.count > MOST:
            yield f"and {self.count - MOST:,} more"


def listed(problems: Iterable[str]) -> str:
    """All of them, a line each, or the first and how many more."""
    found = Problems()
    found.add(problems)
    return "\n".join(found)


def shown(name: object) -> str:
    """A name that somebody else gave: nothing in it takes hold of a terminal or begins a line."""
    text = repr(name)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


class Guesses:
    """What may have been meant by unknown names: half a sentence for each of the first."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known, self.left = list(known), MOST_GUESSED

    def of(self, name: object) -> str:
        """The nearest known name, or nothing: to guess takes time."""
        self.left -= 1
        if self.left < 0:
            return ""
        near = get_close_matches(str(name)[:LONGEST].lower(), self.known, 1)
        return f"; did you mean {near[0]}?" if near else ""
