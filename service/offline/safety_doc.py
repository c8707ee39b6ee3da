"""``python -m service.offline.safety_doc``: write SAFETY.md from the rules, for their judges."""

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from data.checkout import need_document
from data.vocabulary import FINDINGS
from data.wording import SOURCES, WORDING
from service.safety.conditions import AtLeast, Condition, IsOneOf
from service.safety.rule import Rule
from service.safety.rules import RULES

PATH: Final = Path(__file__).parents[1] / "safety" / "SAFETY.md"
RETIRED: Final[dict[str, str]] = {  # id -> why it went; an id is never used again
    "JOINT-2": "What it raised to the same day, JOINT-1 raises to an emergency.",
}

HEAD: Final = f"""\
# The safety rules

Generated from `service/safety/rules.py` by `make docs`; edit the rules there. A rule reads answers
and nothing else. It fires when its condition holds whatever the unknown answers turn out to be;
while it could still fire, its unanswered questions are listed as `unasked`. No rule is switched off
by an answer, a probability or a caller.

**Emergency**: call now. **Same day**: be examined today. **Soon**: within days, or two weeks.

No alert is not an all-clear. **Not covered**, because none of the
{len(FINDINGS)} questions asks for it:
breathlessness that is new on top of an old one; bone pain that is constant at night and eased by
no position; a drooping face, an arm without strength or slurred speech; a pulse that is missing;
a joint replacement or injection before a joint swelled; medicines; whether an injured leg is
crooked or bears weight; anything in people younger than 18 that is not asked here. No rule reads
age: an answer that is missing, or a child's, must not keep a danger quiet.

**Looked at and left out**: calf or thigh pain in one leg that began within days after a long
journey, or on oestrogen, with no sign in the leg. Of the simulated people who would newly be sent
the same day, 2 in 1,000 had a clot; of all of them it is 18. The risk is told by the probabilities.
"""


def document() -> str:
    """Text of SAFETY.md."""
    parts = [HEAD]
    for alert, rules in groupby(RULES, key=lambda rule: rule.alert):
        parts.append(f"\n## {alert}\n" + "".join(f"\n{_rule(rule)}" for rule in rules))
    parts.append(
        "\n## Retired ids\n\n" + ("\n".join(map(_retired, RETIRED)) or "None so far.") + "\n"
    )
    return "".join(parts)


def _rule(rule: Rule) -> str:
    action = rule.action
    how = f"{action.urgency.replace('_', ' ')}, {action.within.replace('_', ' ')}"
    return (
        f"### {rule.id}: {action.title} ({how})\n\n{rule.sentence}\n\n"
        + "\n".join(_lines(rule.condition, 0))
        + f"\n\n*{action.advice}*\n\nSource: {SOURCES[rule.source].citation}"
        f" ({SOURCES[rule.source].status}).\n"
    )


def _lines(condition: Condition, depth: int) -> Iterator[str]:
    """A condition as nested points in plain words."""
    indent = "  " * depth + "- "
    if isinstance(condition, IsOneOf):
        levels = (WORDING.level(condition.finding.id, level) for level in condition.levels)
        yield f"{indent}{WORDING.question(condition.finding.id)} **{'**, or **'.join(levels)}**"
    elif isinstance(condition, AtLeast):
        yield f"{indent}{condition.words()}:"
        for part in condition.parts:
            yield from _lines(part, depth + 1)


def _retired(rule: str) -> str:
    return f"- {rule}: {RETIRED[rule]}"


def main() -> int:
    """Write the file."""
    need_document(PATH)
    PATH.write_text(document(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
