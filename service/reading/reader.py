"""From a body to cases: the fast decoder takes the usual ones, the strict reader all others."""

from collections.abc import Sequence

from service.contract.problems import Problem
from service.reading import fast_decoder
from service.reading.batch_decoder import opened
from service.reading.cases import Cases, cases_of
from service.reading.options import NAMES
from service.reading.request import Stated, read_batch, read_stated
from service.reading.strict_json import loads


def one_case(body: bytes, options: Sequence[str] = NAMES) -> Cases:
    """The case of a body, which may state these options; BadJSON or DoesNotFit."""
    return fast_decoder.case(body) or _cases([read_stated(loads(body), options)])


def many_cases(body: bytes, skip: bool) -> tuple[Cases, list[list[Problem] | None]]:
    """The cases of a batch that fit, and for each case its problems or None; as above.

    Without ``skip`` all must fit.
    """
    if cases := fast_decoder.batch(body):
        return cases, [None] * len(cases.children)
    read = read_batch(opened(body), skip)
    fitting = [case for case in read if isinstance(case, Stated)]
    return _cases(fitting), [None if isinstance(case, Stated) else case for case in read]


def _cases(stated: Sequence[Stated]) -> Cases:
    """Cases with the options of each, and the former ids of findings that it uses."""
    options, former = [case.options for case in stated], [case.former for case in stated]
    return cases_of(
        [case.answers for case in stated],
        options if any(map(any, options)) else None,
        former if any(former) else None,
    )
