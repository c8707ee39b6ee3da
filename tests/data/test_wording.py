"""The catalogue of words: complete, in step with the vocabulary, and loud when it is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

import data.wording
from data.vocabulary import CAUSES, FINDINGS, UNDER_AGE
from data.wording import WORDING, CatalogueError, load_wording

ENGLISH = Path(data.wording.__file__).with_name("wording.toml")
URGENCIES = ("emergency", "same_day", "soon", "undetermined", "self_care")
SERVICE = ("notice", "model_missing", "model_refused", "model_failed", "under_18")


@pytest.fixture
def problems_after(tmp_path: Path) -> Callable[..., tuple[str, ...]]:
    """Problems of a copy in which each old text was replaced by its new one."""

    def load(*changes: tuple[str, str]) -> tuple[str, ...]:
        text = ENGLISH.read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1
            text = text.replace(old, new)
        copy = tmp_path / "wording.toml"
        copy.write_text(text, encoding="utf-8")
        with pytest.raises(CatalogueError) as caught:
            load_wording(copy)
        assert str(caught.value).splitlines() == list(caught.value.problems)
        return caught.value.problems

    return load


@pytest.mark.parametrize("finding", FINDINGS)
def test_every_finding_asks_a_question(finding: str) -> None:
    """A question is one sentence on one line that ends with a question mark."""
    question = WORDING.question(finding)
    assert question.endswith("?")
    assert question.count("?") == 1
    assert question == " ".join(question.split())
    assert question[0].isupper()


@pytest.mark.parametrize("finding", FINDINGS.values(), ids=repr)
def test_every_level_has_words_of_its_own(finding) -> None:
    """No two levels of a finding read the same, and none shows its id."""
    words = [WORDING.level(finding.id, level) for level in finding.levels]
    assert len(set(words)) == len(words)
    assert all(word and "_" not in word for word in words)


def test_findings_stand_in_the_order_of_the_vocabulary() -> None:
    """A clinician finds a question where the vocabulary has it."""
    assert list(WORDING.tables["findings"]) == list(FINDINGS)
    assert list(WORDING.tables["causes"]) == list(CAUSES)


def test_every_question_differs_from_every_other() -> None:
    """No finding was given another's question."""
    assert len({WORDING.question(finding) for finding in FINDINGS}) == len(FINDINGS)


def test_yes_and_no_answer_every_boolean_finding() -> None:
    """Boolean findings share the two words of the language."""
    booleans = [finding for finding in FINDINGS.values() if finding.kind == "boolean"]
    assert {tuple(WORDING.level(f.id, n) for n in f.levels) for f in booleans} == {("no", "yes")}


def test_an_age_below_all_tables_has_words() -> None:
    """The one level outside the tables can be read back too."""
    assert WORDING.level("age", UNDER_AGE) == "under 18"


def test_only_numeric_findings_have_a_unit() -> None:
    """Age is in years and body mass index in kilograms per square metre."""
    units = {finding: WORDING.unit(finding) for finding in FINDINGS if WORDING.unit(finding)}
    assert units == {"age": "years", "bmi": "kg/m²"}


@pytest.mark.parametrize(("cause", "group"), CAUSES.items())
def test_every_cause_has_a_label_a_description_and_a_heading(cause: str, group: str | None) -> None:
    """A cause is named, described in at most three sentences, and grouped if it is listed."""
    assert WORDING.label(cause)
    assert 1 <= WORDING.description(cause).count(".") <= 3
    assert group is None or WORDING.tables["cause_groups"][group]


def test_every_group_urgency_and_message_has_words() -> None:
    """Nothing that the service says is left without a sentence."""
    assert all(WORDING.tables["groups"][finding.group] for finding in FINDINGS.values())
    assert all(WORDING.urgency(urgency).endswith(".") for urgency in URGENCIES)
    assert all(WORDING.service(key).endswith(".") for key in SERVICE)


def test_the_notice_says_what_this_is_not() -> None:
    """Every answer carries all five statements."""
    notice = WORDING.service("notice")
    for said in (
        "not a diagnosis",
        "not been assessed, certified or cleared as a medical device anywhere",
        "must not be used as one",
        "no alert is not an all-clear",
        "simulated cases and assumptions",
    ):
        assert said in notice


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        ("onset_speed", "not of each attack"),
        ("leg_colour", "Right now, compared with usual"),
        ("calf_wider_3cm", "10 cm"),
        ("pitting_dent", "10 seconds"),
        ("skin_redness", "dark skin"),
    ],
)
def test_questions_say_what_their_answer_depends_on(finding: str, said: str) -> None:
    """What is meant, and how to check it, is part of the question."""
    assert said in WORDING.question(finding)


def test_a_broken_copy_is_refused_with_all_problems_at_once(problems_after) -> None:
    """Misspelt, missing, empty and misplaced entries are all named, with file and entry."""
    problems = problems_after(
        ("[findings.loc_calf]", "[findings.loc_claf]"),
        ('levels.one_whole_leg = "one whole leg, thigh included"\n', ""),
        ("levels.brief_knot", "levels.breif_knot"),
        ('unit = "years"', 'unti = "years"'),
        ('label = "Sciatica"', 'label = " "'),
        ('self_care = "', 'self_help = "'),
        ('notice = "', 'notice = 3 # "'),
        ('[yes_no]\nno = "no"\nyes = "yes"\n', 'yes_no = "no or yes"\n'),
        ('nerve_related = "Nerves"', 'nerve_related = "Nerves"\nzebras = "Zebras"'),
    )
    assert set(problems) == {
        "wording.toml: findings.loc_claf: no such entry; did you mean loc_calf?",
        "wording.toml: findings.loc_calf: is missing",
        "wording.toml: findings.leg_swelling.levels.one_whole_leg: is missing",
        "wording.toml: findings.muscle_hardening.levels.breif_knot: "
        "no such entry; did you mean brief_knot?",
        "wording.toml: findings.muscle_hardening.levels.brief_knot: is missing",
        "wording.toml: findings.age.unti: no such entry; did you mean unit?",
        "wording.toml: findings.age.unit: is missing",
        "wording.toml: causes.sciatica.label: must be a text",
        "wording.toml: urgency.self_help: no such entry; did you mean self_care?",
        "wording.toml: urgency.self_care: is missing",
        "wording.toml: service.notice: must be a text",
        "wording.toml: yes_no: must be a table",
        "wording.toml: cause_groups.zebras: no such entry",
    }


def test_levels_of_a_boolean_finding_are_refused(problems_after) -> None:
    """Yes and no are said once for all of them."""
    question = 'question = "Have you lost weight without meaning to?"'
    assert problems_after((question, f'{question}\nlevels.yes = "yes"')) == (
        "wording.toml: findings.weight_loss.levels: no such entry",
    )


def test_a_file_that_is_not_toml_is_refused_by_name(problems_after) -> None:
    """A slip of the pen, such as an id written twice, is one clear problem."""
    (problem,) = problems_after(("[findings.loc_foot]", "[findings.loc_calf]"))
    assert problem.startswith("wording.toml: ")
    assert "line" in problem


def test_the_question_about_the_cauda_equina_names_the_early_signs() -> None:
    """Those of the pathway (GIRFT), so that whoever strains does not have to say no."""
    question = WORDING.question("saddle_bladder_bowel")
    sign = WORDING.sign("saddle_bladder_bowel", ["yes"])
    for early in ("starting to pass urine", "weak stream", "full", "sexual feeling", "numbness"):
        assert early in question
        assert early in sign
    assert "new" in question
