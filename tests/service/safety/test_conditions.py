"""The four words: both logics, one case and a batch, printing, reasons, types."""

import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np

from data.vocabulary import FINDINGS, Vocabulary
from models.encoder import encode
from service.safety.conditions import all_of, any_of, at_least, is_one_of

ROOT = Path(__file__).parents[3]
WARM = is_one_of(Vocabulary.skin_warmth, "yes")
RED = is_one_of(Vocabulary.skin_redness, "local_patch", "spreading_or_blistering")
FEVER = is_one_of(Vocabulary.fever_chills, "yes")
PARTS = (WARM, RED, FEVER)
KLEENE = {"fired": 2, "could_fire": 1, "ruled_out": 0}


def every_case():
    """Each of the 3 x 4 x 3 cases of the three findings, unknown included."""
    findings = [Vocabulary.skin_warmth, Vocabulary.skin_redness, Vocabulary.fever_chills]
    for levels in product(*((None, *finding.levels) for finding in findings)):
        pairs = zip(findings, levels, strict=True)
        yield {finding.id: level for finding, level in pairs if level}


def test_all_any_and_at_least_are_kleene_s_minimum_maximum_and_rank():
    """On every case the value is what Kleene's tables say of the parts' values."""
    for case in every_case():
        values = sorted((KLEENE[part.value(case)] for part in PARTS), reverse=True)
        assert KLEENE[any_of(*PARTS).value(case)] == values[0]
        assert KLEENE[at_least(2, *PARTS).value(case)] == values[1]
        assert KLEENE[all_of(*PARTS).value(case)] == values[2]


def test_unknown_is_neither_yes_nor_no():
    """A leaf without an answer could fire; a no rules it out; a yes fires."""
    assert WARM.value({}) == "could_fire"
    assert WARM.value({"skin_warmth": "no"}) == "ruled_out"
    assert WARM.value({"skin_warmth": "yes"}) == "fired"


def test_a_batch_is_read_as_each_of_its_cases():
    """A column of the batch equals the single values, in both logics."""
    cases = list(every_case())
    codes = np.zeros((len(cases), len(FINDINGS)), np.uint8)
    for row, case in zip(codes, cases, strict=True):
        for name, level in case.items():
            row[FINDINGS[name].index] = FINDINGS[name].code(level)
    for condition in (RED, all_of(*PARTS), any_of(*PARTS), at_least(2, *PARTS)):
        assert condition.certain(codes).tolist() == [condition.certain(case) for case in cases]
        assert condition.possible(codes).tolist() == [condition.possible(case) for case in cases]


def test_conditions_print_as_they_read_aloud():
    """str() gives the words and the ids, nothing of Python."""
    assert str(RED) == "skin_redness is local_patch or spreading_or_blistering"
    assert str(any_of(WARM, FEVER)) == "any of (skin_warmth is yes; fever_chills is yes)"
    assert str(all_of(WARM, RED)).startswith("all of (skin_warmth is yes; skin_redness")
    assert str(at_least(2, *PARTS)).startswith("at least 2 of (")


def test_reads_lists_each_finding_once_in_vocabulary_order():
    """Whatever the order in the condition."""
    condition = all_of(FEVER, any_of(RED, WARM), at_least(2, *PARTS))
    assert [f.id for f in condition.reads()] == ["skin_warmth", "skin_redness", "fever_chills"]


def test_because_names_the_answers_that_meet_a_leaf():
    """Answers that meet none, and findings not answered, are not reasons."""
    case = {"fever_chills": "yes", "skin_warmth": "no", "loc_calf": "yes"}
    (row,) = encode([case]).tolist()
    assert any_of(*PARTS).because(row) == ("fever_chills",)


def test_mypy_refuses_a_misspelt_finding_and_a_misspelt_level(tmp_path):
    """The right line passes the type check; each misspelling is an error on its own line."""
    snippet = tmp_path / "rules.py"
    snippet.write_text(
        "from data.vocabulary import Vocabulary as V\n"
        "from service.safety.conditions import is_one_of\n"
        "right = is_one_of(V.leg_swelling, 'one_lower_leg', 'one_whole_leg')\n"
        "finding = is_one_of(V.leg_sweling, 'one_lower_leg')\n"
        "level = is_one_of(V.leg_swelling, 'one_lower_leg', 'one_whole_legg')\n"
        "other = is_one_of(V.leg_swelling, 'one_leg')\n"  # a level of another finding
        "boolean = is_one_of(V.skin_warmth, 'true')\n"
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--no-pretty", str(snippet)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    errors = [line for line in run.stdout.splitlines() if "rules.py:" in line and "error" in line]
    assert run.returncode == 1, run.stderr
    assert [line.split("rules.py:")[1].split(":")[0] for line in errors] == ["4", "5", "6", "7"]
    assert '"leg_sweling"' in errors[0]
