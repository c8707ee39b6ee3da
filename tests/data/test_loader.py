"""The loader reads good knowledge and names every fault of bad knowledge."""

import shutil
from pathlib import Path

import pytest

from data.check import KnowledgeError
from data.loader import HERE, digest, load
from data.vocabulary import CAUSES, FINDINGS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(HERE, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py*"))
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    return caught.value.problems


FAULTS = {
    "unknown finding": (
        "profiles/tendinitis.toml",
        "loc_calf = { yes = [",
        "loc_claf = { yes = [",
        "tendinitis.toml: findings.loc_claf: no such finding; did you mean loc_calf?",
    ),
    "unknown level": (
        "profiles/deep_vein_thrombosis.toml",
        "surface_veins = { new_nonvaricose = 0.8 }",
        "surface_veins = { new_nonvaricosed = 0.8 }",
        "severity.effects.surface_veins.new_nonvaricosed: no such level; did you mean new_nonv",
    ),
    "probability of one": (
        "profiles/bursitis.toml",
        "[0.92, ",
        "[1.0, ",
        "bursitis.toml: findings.focal_tendon_bursa_tenderness.yes: must be a probability",
    ),
    "levels that do not sum to one": (
        "profiles/sciatica.toml",
        "laterality = { one_leg = [0.88,",
        "laterality = { one_leg = [0.87,",
        "sciatica.toml: findings.laterality: must sum to 1, but sum to 0.9900",
    ),
    "levels missing": (
        "profiles/sciatica.toml",
        "laterality = { one_leg = [0.88, 0.809, 0.927], ",
        "laterality = { ",
        "sciatica.toml: findings.laterality: levels missing: one_leg",
    ),
    "no source": (
        "profiles/bursitis.toml",
        'grade = "C", source = "assumption" }\nquality_cramping',
        'grade = "C" }\nquality_cramping',
        "has neither a source nor the word assumption",
    ),
    "unlisted source": (
        "profiles/bursitis.toml",
        '"Segal2007"',
        '"Segel2007"',
        "source Segel2007: no such source; did you mean Segal2007?",
    ),
    "unused source": (
        "sources.toml",
        "[Segal2007]",
        '[Nobody1999]\ncitation = "Nobody 1999"\nstatus = "unchecked"\n\n[Segal2007]',
        "sources.toml: Nobody1999: listed, but no figure, rule or yardstick uses it",
    ),
    "out of order": (
        "profiles/deep_vein_thrombosis.toml",
        "calf_wider_3cm = { yes = [0.5, 0.4, 0.65]",
        "calf_wider_3cm = { yes = [0.5, 0.55, 0.65]",
        "findings.calf_wider_3cm.yes: low, p and high are out of order",
    ),
    "graded assumption": (
        "background.toml",
        'grade = "C", source = "assumption"',
        'grade = "A", source = "assumption"',
        "an assumption alone is of grade C",
    ),
    "shares": (
        "profiles/positional.toml",
        "mild = 0.6,",
        "mild = 0.7,",
        "positional.toml: severity.states: must sum to 1",
    ),
    "state": (
        "profiles/positional.toml",
        "[subtype.effects.nerve_pressure]",
        "[subtype.effects.nerve_presure]",
        "no such state; did you mean nerve_pressure?",
    ),
    "base rates": (
        "profiles/positional.toml",
        "rate = [0.1,",
        "rate = [0.12,",
        "profiles: base_rate over the causes of the article: must sum to 1",
    ),
    "urgency": (
        "profiles/positional.toml",
        'urgency = "self_care"',
        'urgency = "selfcare"',
        "care.urgency: no such urgency; did you mean self_care?",
    ),
    "tie": ("ties.toml", 'laterality = ["both_legs"]', 'laterality = ["both_leg"]', "both_legs?"),
    "link": ("links.toml", 'second = "bursitis"', 'second = "bursitus"', "did you mean bursitis?"),
    "modifier": (
        "modifiers.toml",
        'finding = "smoking"',
        'finding = "smokes"',
        "did you mean smoking?",
    ),
    "yardstick": ("yardsticks.toml", "urge_to_move", "urge_to_mov", "did you mean urge_to_move?"),
    "interview": ("world.toml", '"laterality"', '"lateralty"', "did you mean laterality?"),
    "unless": (
        "ties.toml",
        'unless = "sciatica/spinal_stenosis"',
        'unless = "sciatica/spinal_stenosi"',
        "no such subtype of a cause; did you mean sciatica/spinal_stenosis?",
    ),
    "exact": ("world.toml", '"age", "sex"]', '"age", "sexx"]', "did you mean sex?"),
    "uncited": (
        "world.toml",
        'answer\nsource = "assumption"',
        "answer",
        "second_condition: has nei",
    ),
    "not TOML": ("links.toml", "[[links]]", "[[links", "links.toml: cannot be read"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_file_and_entry(folder: Path, fault: str) -> None:
    """Each kind of fault is reported where it stands, with the nearest right name."""
    file, old, new, message = FAULTS[fault]
    edit(folder / file, old, new)
    assert any(message in problem for problem in problems(folder)), problems(folder)


MISFITS = {  # what was written, what stands there instead, and the entry that is named
    "share above 1": ("world.toml", "share = 0.3 ", "share = 3.0 ", "second_condition.share"),
    "strength": ("world.toml", "strength = 0.6", "strength = 0", "second_condition.strength"),
    "error above 1": ("world.toml", "missed_yes = 0.07", "missed_yes = 7", "errors.missed_yes"),
    "error as text": ("world.toml", "category = 0.02", 'category = "0.02"', "errors.category"),
    "misspelt error": ("world.toml", "missed_yes", "missd_yes", "errors.missd_yes"),
    "missing error": ("world.toml", "one_step = 0.1 ", "", "errors.one_step"),
    "too many": ("world.toml", "fewest = 3", "fewest = 100", "interviews.fewest"),
    "too few": ("world.toml", "fewest = 3", "fewest = 0", "interviews.fewest"),
    "half a question": ("world.toml", "fewest = 3", "fewest = 3.5", "interviews.fewest"),
    "weight": ("world.toml", "weight = 2.5", "weight = -1", "interviews.often.weight"),
    "willing": ("world.toml", "[0.02, 0.95]", "[0.95, 1.5]", "interviews.willing"),
    "willing, reversed": ("world.toml", "[0.02, 0.95]", "[0.95, 0.02]", "interviews.willing"),
    "complete": ("world.toml", "complete = 0.05", "complete = true", "interviews.complete"),
    "ratio of a tie": ("ties.toml", "ratio = 10.0", "ratio = -10", "ties[2].odds[0].ratio"),
    "ratio is nan": ("modifiers.toml", "ratio = 1.6", "ratio = nan", "modifiers[0].ratio"),
    "levels of a tie": (
        "ties.toml",
        '["both_legs"], n',
        '"both_legs", n',
        "impossible[5].laterality",
    ),
    "cost ratio": (
        "profiles/sciatica.toml",
        "cost_ratio = 0",
        "cost_ratio = inf",
        "care.cost_ratio",
    ),
    "state": ("profiles/sciatica.toml", "disc = 0.68", "disc = 1.68", "subtype.states.disc"),
    "effect": (
        "profiles/sciatica.toml",
        "one_leg_strip = 0.7",
        'one_leg_strip = "0.7"',
        "severity.effects.numbness.one_leg_strip",
    ),
    "no table": ("profiles/sciatica.toml", "[severity.effects]", "[severity.efects]", "efects"),
    "figure": (
        "profiles/tendinitis.toml",
        "loc_calf = { yes = [",
        'loc_calf = { yes = "often", no = [',
        "findings.loc_calf.yes",
    ),
    "misspelt trigger": ("links.toml", "trigger =", "triger =", "links[0].triger"),
    "missing trigger": ("links.toml", 'trigger = "diabetes"', "", "links[0].trigger"),
    "no links": ("links.toml", "[[links]]", "[links]", "cannot be read"),
    "source is a number": (
        "links.toml",
        'source = "Abbott2011"',
        "source = 2011",
        "links[0].source",
    ),
    "age odds": (
        "background.toml",
        "age_odds_range = 1.65",
        "age_odds_range = 0",
        "age_odds_range",
    ),
    "yardstick": ("yardsticks.toml", "at_least = 4", "at_least = -4", "yardsticks[0].at_least"),
}


@pytest.mark.parametrize("misfit", MISFITS)
def test_a_wrong_key_or_number_is_named_with_file_and_entry(folder: Path, misfit: str) -> None:
    """No number out of its range is taken, and no key or kind ends in a traceback."""
    file, old, new, entry = MISFITS[misfit]
    edit(folder / file, old, new)
    (first, *_) = found = problems(folder)
    assert any(p.startswith(Path(file).name) and entry in p for p in found), first


def test_all_faults_are_reported_at_once(folder: Path) -> None:
    """One run finds every fault that was planted."""
    planted = [fault for name, fault in FAULTS.items() if name != "not TOML"]
    for file, old, new, _ in planted[:12]:
        if old in (folder / file).read_text("utf-8"):
            edit(folder / file, old, new)
    assert len(problems(folder)) >= 10


@pytest.mark.parametrize("cause", CAUSES)
def test_a_missing_profile_is_reported(folder: Path, cause: str) -> None:
    """No cause can be left out in silence."""
    (folder / "profiles" / f"{cause}.toml").unlink()
    assert any(p.startswith(f"{cause}.toml: missing") for p in problems(folder))


def test_a_profile_of_no_cause_is_reported(folder: Path) -> None:
    """A profile under a misspelt name is not quietly ignored."""
    shutil.copy(folder / "profiles/sciatica.toml", folder / "profiles/sciatca.toml")
    assert "sciatca.toml: no such cause; did you mean sciatica?" in problems(folder)


@pytest.mark.parametrize("finding", [f for f in FINDINGS if f not in {"age", "sex"}])
def test_every_finding_has_a_background(finding: str) -> None:
    """What a profile does not list has a rate all the same."""
    assert finding in load().background


UNDRAWN = (
    "wording.toml",
    "screens.toml",
    "settings.toml",
    "judgements.toml",
)  # no model comes from these


def test_the_digest_changes_with_any_file(folder: Path) -> None:
    """A model can be told apart by the knowledge behind it."""
    before = digest(folder)
    for path in sorted(folder.rglob("*.toml")):
        if path.name not in UNDRAWN and path.parent.name != "vignettes":
            path.write_text(path.read_text("utf-8") + "# edited\n", "utf-8")
            after = digest(folder)
            assert after != before, path
            before = after
