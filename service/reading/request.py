"""A decoded body against the vocabulary: every problem at once, and never a value."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Any, Final, NamedTuple

from msgspec import Raw

from data.vocabulary import CAUSES, FINDINGS, RETIRED, Answers, Finding, current_id
from service.contract.problems import Problem
from service.reading.options import NAMES, Options, faults, options_of
from service.reading.strict_json import LONGEST_NAME, loads

MOST_CASES: Final = 10_000
MOST_WHOLE: Final = 64 << 10  # bytes that are decoded at once: of a case, or a batch of a few
# Commas of as many cases that say all there is to say; no word of the vocabulary holds another.
MOST_COMMAS: Final = MOST_CASES * (1 + len(FINDINGS) + len(RETIRED) + len(NAMES) + len(CAUSES))
MOST_PROBLEMS: Final = 1_000  # listed for one request; beyond, nobody guesses what was meant
MOST_SKIPPED: Final = 10  # listed for a case that is skipped, whatever the others are like
MOST_GUESSED: Final = 10  # of a request's first problems: to guess what was meant takes time


class DoesNotFit(Exception):  # noqa: N818 - reads as what happened
    """A request does not fit the vocabulary."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(f"{len(problems)} problems")


class Stated(NamedTuple):
    """A case as it was stated, in which there is no problem."""

    answers: Answers
    options: Options
    former: list[str]  # former ids of findings that it uses


def read_case(body: Any, options: Sequence[str] = NAMES) -> Answers:
    """Answers of a request for one case; DoesNotFit lists all its problems.

    Beside the answers there may be these options, which :func:`options_of` reads.
    """
    answers, problems = _case(body, "", MOST_PROBLEMS, options=options)
    if problems:
        raise DoesNotFit(problems)
    return answers


def former_ids(case: Any) -> list[str]:
    """Former ids of findings that a request without problems uses for a case."""
    return [name for name in case["answers"] if name in RETIRED] if RETIRED else []


def read_stated(body: Any, options: Sequence[str] = NAMES) -> Stated:
    """A request for one case, which may state these options; DoesNotFit lists all its problems."""
    return Stated(read_case(body, options), options_of(body), former_ids(body))


def read_batch(body: Any, skip: bool) -> list[Stated | list[Problem]]:
    """Each case, or with ``skip`` its problems; else DoesNotFit lists them all.

    A case may be Raw: JSON that was not read yet.
    """
    problems = _members(body, "cases", "", MOST_PROBLEMS)
    whole = not problems
    cases = body.get("cases", ()) if isinstance(body, dict) else ()
    if not isinstance(cases, list) or not 1 <= len(cases) <= MOST_CASES:
        detail = f"must be an array of 1 to {MOST_CASES} cases"
        here: list[Problem] = [{"pointer": "/cases", "detail": detail}]
        raise DoesNotFit(problems if cases == () else problems + here)
    read: list[Stated | list[Problem]] = []
    for number, case in enumerate(cases):
        most = MOST_SKIPPED if skip else MOST_PROBLEMS - len(problems)
        found = _read(case, f"/cases/{number}", most, MOST_GUESSED - len(problems))
        problems += found if isinstance(found, list) else ()
        read.append(found)
        if not skip and len(problems) >= MOST_PROBLEMS:
            break
    if problems and not (skip and whole):
        raise DoesNotFit(problems)
    return read


def _read(case: Any, at: str, most: int, guess: int) -> Stated | list[Problem]:
    if isinstance(case, Raw):
        if len(text := bytes(case)) > MOST_WHOLE:
            return [{"pointer": at, "detail": f"must take at most {MOST_WHOLE} bytes"}]
        case = loads(text)
    answers, problems = _case(case, at, most, guess)
    return problems or Stated(answers, options_of(case), former_ids(case))


def _case(
    body: Any, at: str, most: int, guess: int = MOST_GUESSED, options: Sequence[str] = NAMES
) -> tuple[Answers, list[Problem]]:
    """Answers of one case, as far as they fit, and up to ``most`` problems with it.

    Of the first ``guess`` problems it is told what may have been meant.
    """
    problems = _members(body, "answers", at, most, guess, options)
    if options and isinstance(body, dict) and len(body) > 1:
        found = islice(faults(body), most - len(problems))
        problems += [{"pointer": at + _pointer(*place), "detail": what} for place, what in found]
    given = body.get("answers", {}) if isinstance(body, dict) else {}
    at = f"{at}/answers"
    if not isinstance(given, dict):
        return {}, [*problems, {"pointer": at, "detail": "must be an object"}]
    answers, wrong = _answers(given, at, most - len(problems), guess - len(problems))
    return answers, problems + wrong


def _answers(
    given: dict[str, Any], at: str, most: int, guess: int
) -> tuple[Answers, list[Problem]]:
    answers: dict[str, str] = {}
    problems: list[Problem] = []
    for name, value in given.items():
        if len(problems) >= most:
            break
        may_guess = len(problems) < guess
        if (finding := FINDINGS.get(current_id(name))) is None:
            problems.append(_unknown(name, FINDINGS if may_guess else (), "finding", at))
        elif value is not None and finding.id in answers:
            detail = f"{finding.id} is answered twice, by its former id too"
            problems.append({"pointer": f"{at}/{name}", "detail": detail})
        elif value is not None:
            try:
                answers[finding.id] = finding.read(value)
            except ValueError as error:
                detail = f"{error}{_guess(value, finding) if may_guess else ''}"
                problems.append({"pointer": f"{at}/{name}", "detail": detail})
    return answers, problems


def _members(
    body: Any,
    required: str,
    at: str,
    most: int,
    guess: int = MOST_GUESSED,
    options: Sequence[str] = (),
) -> list[Problem]:
    """Problems with the members of an object that must have the required one, and may others."""
    if not isinstance(body, dict):
        return [{"pointer": at, "detail": f"must be an object with the member {required}"}]
    problems: list[Problem] = []
    if required not in body:
        problems.append({"pointer": f"{at}/{required}", "detail": f"{required} is required"})
    known = (required, *options)
    extra = islice((name for name in body if name not in known), most - len(problems))
    guesses = guess - len(problems)
    return problems + [
        _unknown(name, known if i < guesses else (), "member", at) for i, name in enumerate(extra)
    ]


def _unknown(name: str, known: Iterable[str], kind: str, at: str) -> Problem:
    guess = did_you_mean(name[:LONGEST_NAME], known)
    return {"pointer": at + _pointer(name), "detail": f"no such {kind}{guess}"}


def _pointer(*names: str) -> str:
    cut = [name[:LONGEST_NAME].replace("~", "~0").replace("/", "~1") for name in names]
    return "".join(f"/{name}" for name in cut)


def _guess(value: Any, finding: Finding[Any]) -> str:
    if finding.kind in ("boolean", "numeric") or not isinstance(value, str):
        return ""
    return did_you_mean(value[:LONGEST_NAME], finding.levels)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Half a sentence with the nearest of the known names, or nothing."""
    names = list(known)
    near = get_close_matches(word.lower(), names, 1) if names else ()
    return f"; did you mean {near[0]}?" if near else ""
