"""Cases as rows of codes, with the children among them, whose age has no code."""

from collections.abc import Sequence
from typing import NamedTuple

from data.arrays import Codes
from data.vocabulary import UNDER_AGE, Answers
from models.encoder import encode
from service.reading.options import Options


class Cases(NamedTuple):
    """Several cases."""

    codes: Codes  # (n, findings)
    children: list[bool]  # under 18
    options: Sequence[Options] | None = None  # None where nobody asked for any
    former: Sequence[Sequence[str]] | None = None  # former ids of findings, where any were used

    def parts(self, most: int) -> list["Cases"]:
        """All of them, at most so many at a time."""
        n = len(self.children)
        return [self] if n <= most else [self._part(slice(i, i + most)) for i in range(0, n, most)]

    def _part(self, some: slice) -> "Cases":
        options = None if self.options is None else self.options[some]
        former = None if self.former is None else self.former[some]
        return Cases(self.codes[some], self.children[some], options, former)


def cases_of(
    answers: Sequence[Answers],
    options: Sequence[Options] | None = None,
    former: Sequence[Sequence[str]] | None = None,
) -> Cases:
    """Cases of answers, one each; KeyError or ValueError if the vocabulary lacks one."""
    children = [case.get("age") == UNDER_AGE for case in answers]
    return Cases(encode(answers), children, options, former)
