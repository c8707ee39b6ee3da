"""Bytes to a value, strictly: what two parsers could read differently is refused.

A repeated key is the worst of these: the last one would win in silence and could switch a
danger sign off.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import Any, Final

DEEPEST: Final = 32  # brackets within brackets
LONGEST_NUMBER: Final = 100  # characters
LONGEST_NAME: Final = 64  # characters of a key that are repeated
_HOLDERS: Final = (dict, list)
TOO_DEEP: Final = f"nested more than {DEEPEST} levels deep"


class BadJSON(Exception):  # noqa: N818 - named for what it is about
    """A body is not strict JSON; the message says why, without quoting values."""


def loads(body: bytes) -> Any:
    """Value of a JSON text in UTF-8; BadJSON for anything that is not strictly one."""
    try:
        text = body.decode("utf-8")
        if text.startswith("\ufeff"):
            raise BadJSON("it starts with a byte order mark; leave that out")
        value = _DECODER.decode(text)
        if r"\u" in text:  # an escape is the only way to half a character
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        raise BadJSON(f"not JSON: {error}") from error
    except UnicodeDecodeError as error:
        raise BadJSON("not in UTF-8") from error
    except UnicodeEncodeError as error:
        raise BadJSON("half of a surrogate pair in a string") from error
    except RecursionError as error:
        raise BadJSON(TOO_DEEP) from error
    if _too_deep(value):
        raise BadJSON(TOO_DEEP)
    return value


def _too_deep(value: Any) -> bool:
    inside: Iterable[Any] = [value]
    for _ in range(DEEPEST + 1):
        holders = [item for item in inside if isinstance(item, _HOLDERS)]
        if not holders:
            return False
        inside = chain.from_iterable([h.values() if type(h) is dict else h for h in holders])
    return True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        (twice, _), *_ = Counter(key for key, _ in pairs).most_common(1)
        shown = twice[:LONGEST_NAME].encode("utf-8", "replace").decode()
        raise BadJSON(f"the same key twice in one object: {shown}")
    return value


def _number(text: str) -> str:
    if len(text) > LONGEST_NUMBER:
        raise BadJSON(f"a number of more than {LONGEST_NUMBER} characters")
    return text


def _float(text: str) -> float:
    value = float(_number(text))
    if not math.isfinite(value):
        raise BadJSON("a number too large")
    return value


def _constant(text: str) -> None:
    raise BadJSON(f"{text} is not JSON")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_float,
    parse_int=lambda text: int(_number(text)),
    parse_constant=_constant,
)
