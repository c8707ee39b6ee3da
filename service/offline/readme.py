"""``python -m service.offline.readme``: write the example answer anew, from the served model.

Whole it is in service/routes/answer.json, which /openapi.json shows; the README has it cut short.
"""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any, Final

from data.checkout import need_document
from models.folder import models_folder
from service.ask import EXAMPLE
from service.assessment.assess import assess
from service.assessment.opinion import ModelProblem
from service.reading.request import read_case
from service.routes.openapi import ANSWER
from service.running.model_watcher import load

README: Final = Path(__file__).parents[2] / "README.md"
BLOCK: Final = re.compile(r"(?<=<!-- answer -->\n```json\n).*?(?=\n```\n)", re.DOTALL)
MEMBERS: Final = ("urgency", "what_to_do", "urgency_reason", "alerts", "unasked", "causes", "model")
SHOWN: Final = {"unasked": 1, "causes": 3}  # entries of long lists
REST: Final = "..."  # the member that names those that are left out


def shortened(answer: dict[str, Any]) -> str:
    """The answer as JSON: its main members, long lists cut to their first entries."""
    short = {name: answer[name] for name in MEMBERS}
    for name, shown in SHOWN.items():
        if len(answer[name]) > shown:
            short[name] = [*answer[name][:shown], f"... {len(answer[name]) - shown} more"]
    short[REST] = ", ".join(name for name in answer if name not in MEMBERS)
    return _laid_out(short)


def _laid_out(answer: dict[str, Any]) -> str:
    """The answer as JSON, a member a line."""
    lines = [f"  {json.dumps(key)}: {_entry(value)}" for key, value in answer.items()]
    return "{\n" + ",\n".join(lines) + "\n}"


def _entry(value: Any) -> str:
    """A list of objects with one a line, anything else on one line."""
    if not isinstance(value, list) or not value:
        return json.dumps(value, ensure_ascii=False)
    entries = ",\n    ".join(json.dumps(entry, ensure_ascii=False) for entry in value)
    return f"[\n    {entries}\n  ]"


def main() -> int:
    """Rewrite both; 1 if there is no model to answer with."""
    need_document(README)
    model = load(models_folder(os.environ))
    if isinstance(model, ModelProblem):
        sys.stderr.write(f"{model.detail}\n")
        return 1
    case = read_case(json.loads(EXAMPLE.read_text("utf-8")))
    answer: dict[str, Any] = {**assess(case, model)}
    ANSWER.write_text(f"{_laid_out(answer)}\n", "utf-8")
    for entry in answer["causes"] or ():
        entry["probability"] = round(entry["probability"], 4)
    text = README.read_text("utf-8")
    README.write_text(BLOCK.sub(lambda _: shortened(answer), text), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
