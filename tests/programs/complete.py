"""``make complete``: all that a new finding, level, cause or rule lacks, in all files at once."""

import sys
import tomllib
from importlib import import_module
from pathlib import Path

from data.shape import FileError
from service.safety.certificate import certificate
from service.safety.rules import RULES

ROOT = Path(__file__).parents[2]
LOADERS = {  # module -> what reads its file; some read it when they are imported
    "data.loader": "load",
    "data.screens": None,
    "data.wording": None,
    "data.settings": "load_settings",
    "data.judgements": None,
    "data.statistics": None,
}
STATED = ROOT / "tests" / "service" / "safety" / "second_statement.toml"


def lacking():
    """One line for each entry that is missing or does not fit."""
    found = [*files(), *signs(), *statements(), *written()]
    return list(dict.fromkeys(found))


def files():
    """What is wrong with knowledge and words."""
    for module, function in LOADERS.items():
        try:
            loaded = import_module(module)
            if function:
                getattr(loaded, function)()
        except FileError as error:
            yield from error.problems


def signs():
    """New signs that would complete a rule, and that nobody could be told to come back for."""
    try:
        listed = import_module("service.safety.safety_net")._SIGNS
    except FileError:  # it needs the words, which do not fit
        return
    words = tomllib.loads((ROOT / "data" / "wording.toml").read_text("utf-8"))["signs"]
    for rule, finding, _ in listed:
        if finding and finding not in words:
            yield f"wording.toml: signs.{finding}: is missing; it completes {rule.id}"


def statements():
    """Rules without a second statement, and the reverse."""
    ids, stated = {rule.id for rule in RULES}, tomllib.loads(STATED.read_text("utf-8"))
    del stated["first_list"]
    yield from (f"{STATED.name}: {rule}: is missing" for rule in sorted(ids - stated.keys()))
    yield from (f"{STATED.name}: {rule}: no such rule" for rule in sorted(stated.keys() - ids))


def written():
    """What is made from the rules, and is older than they are."""
    if not certificate()["valid"]:
        yield "certificate.json: is of other rules or findings; then run make certify"
    text = (ROOT / "service" / "safety" / "SAFETY.md").read_text("utf-8")
    for rule in RULES:
        if f"### {rule.id}:" not in text:
            yield f"SAFETY.md: {rule.id}: is missing; then run make docs"


if __name__ == "__main__":
    found = lacking()
    print("\n".join(found) or "Nothing is missing.")
    sys.exit(bool(found))
