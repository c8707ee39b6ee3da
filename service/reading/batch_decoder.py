"""The body of a batch, opened before its cases are: each is read when its turn comes.

A large one that is read in one go takes gigabytes, and nobody else is answered meanwhile. So what
cannot be a batch is refused unread, and no more is decoded at once than one request may hold.
"""

from typing import Any, Final

import msgspec
from msgspec import Raw

from service.reading.fast_decoder import count
from service.reading.request import MOST_CASES, MOST_COMMAS, MOST_WHOLE, DoesNotFit
from service.reading.strict_json import TOO_DEEP, BadJSON, loads

TOO_MANY: Final = f"must be an array of 1 to {MOST_CASES} cases; here is more than so many can say"
ALONE: Final = "must be an object with one member alone: cases, an array"
_ENVELOPE: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(
    msgspec.defstruct("Envelope", [("cases", list[Raw])])  # others are passed over, unread
)


def opened(body: bytes) -> Any:
    """What the body of a batch holds; the cases of a large one are Raw, as they were written."""
    if len(body) <= MOST_WHOLE:
        return loads(body)
    if count(body, b",") > MOST_COMMAS:
        raise DoesNotFit([{"pointer": "/cases", "detail": TOO_MANY}])
    cases = _cases(body)
    if count(body, b":") != 1 + sum(bytes(case).count(b":") for case in cases):
        raise DoesNotFit([{"pointer": "", "detail": ALONE}])
    return {"cases": cases}


def _cases(body: bytes) -> list[Raw]:
    try:
        cases: list[Raw] = _ENVELOPE.decode(body).cases
    except msgspec.ValidationError as error:
        raise DoesNotFit([{"pointer": "", "detail": ALONE}]) from error
    except msgspec.DecodeError as error:
        what = str(error).removeprefix("JSON is malformed: ")
        raise BadJSON(f"not JSON: {what}") from error
    except RecursionError as error:
        raise BadJSON(TOO_DEEP) from error
    return cases
