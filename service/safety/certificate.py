"""What was proven of the rules, and whether it was proven of the rules in force.

``make certify`` writes the file; the proof itself is ``tests/programs/certify.py``.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from data.vocabulary import FINDINGS
from service.safety.rule import Rule
from service.safety.rules import RULES

PATH: Final = Path(__file__).with_name("certificate.json")


def digest(rules: Iterable[Rule] = RULES) -> str:
    """SHA-256 of what decides an alert: the rules in order, and the vocabulary's levels."""
    stated = [
        [rule.id, rule.action.urgency, rule.action.within, str(rule.condition), rule.source]
        for rule in rules
    ]
    levels = [[finding.id, *finding.levels] for finding in FINDINGS.values()]
    return hashlib.sha256(json.dumps([stated, levels]).encode()).hexdigest()


def certificate() -> dict[str, Any]:
    """The certificate, ``valid`` only of the rules in force; a missing one stops nothing."""
    try:
        written = json.loads(PATH.read_text("utf-8"))
        return {**written, "valid": written["digest"] == digest()}
    except (OSError, ValueError, LookupError, TypeError):
        return {"valid": False}
