"""The shape of an error: where a request does not fit, and what would."""

from typing import Annotated, TypedDict

from service.contract.described import says


class Problem(TypedDict):
    """Where a request does not fit (a JSON pointer), and what would."""

    pointer: Annotated[str, says("Where, as a JSON pointer; empty for the whole body.")]
    detail: Annotated[str, says("What would fit there, in plain words; never the value sent.")]


class Skipped(TypedDict):
    """In place of an assessment: what does not fit, where the batch skips such cases."""

    errors: Annotated[list[Problem], says("At most ten problems with the case.")]


class ProblemDocument(TypedDict):
    """An error (RFC 9457); ``errors`` lists where a request does not fit."""

    type: Annotated[str, says("Always about:blank: the status says what kind it is.")]
    title: Annotated[str, says("What HTTP calls the status.")]
    status: Annotated[int, says("Status of the answer.")]
    detail: Annotated[str, says("What is wrong, in plain words.")]
    errors: Annotated[list[Problem], says("Where a request does not fit; empty for other errors.")]
