"""What grows touches few files: what it lacks is told at once, and that is enough."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COPIED = (
    *("data", "models", "service", "training", "tests", "docs"),
    *("README.md", "CHANGELOG.md", "Makefile", "pyproject.toml"),
)
BACKGROUND = '= { yes = [0.03, 0.0184, 0.0485], grade = "C", source = "assumption" }\n'
STATED = "tests/service/safety/second_statement.toml"
AFTER_BEDSHEET = 'bedsheet_pain = boolean("sensory_motor")\n'

STATING = ("chronic_kidney_disease", "peripheral_artery_disease", "peripheral_neuropathy")

# What grows: (file, before, after) of the change itself, the problems that it makes, and the
# changes that end them. A file that is not there yet is copied from ``before``. Shares are small,
# so that all of them still sum to 1 within rounding.
GROWTHS = {
    "a finding": (
        [
            (
                "data/vocabulary.py",
                AFTER_BEDSHEET,
                f'{AFTER_BEDSHEET}    cold_feet = boolean("sensory_motor")\n',
            )
        ],
        {
            "background.toml: findings.cold_feet: missing; every finding needs one",
            "screens.toml: cold_feet: is on 0 screens",
            "wording.toml: findings.cold_feet: is missing",
        },
        [
            (
                "data/background.toml",
                "bedsheet_pain =",
                f"cold_feet {BACKGROUND}bedsheet_pain =",
            ),
            ("data/screens.toml", '"bedsheet_pain"', '"bedsheet_pain", "cold_feet"'),
            (
                "data/wording.toml",
                "[findings.numbness]",
                '[findings.cold_feet]\nquestion = "Are your feet cold?"\n\n[findings.numbness]',
            ),
        ],
    ),
    "a level": (
        [("data/vocabulary.py", '"foamy", "much_reduced"]', '"foamy", "much_reduced", "red"]')],
        {
            "background.toml: findings.urine_change: levels missing: red",
            *(f"{cause}.toml: findings.urine_change: levels missing: red" for cause in STATING),
            "wording.toml: findings.urine_change.levels.red: is missing",
        },
        [
            (
                "data/background.toml",
                "[findings.urine_change]",
                "[findings.urine_change]\nred = [0.001, 0.0005, 0.002]",
            ),
            *(
                (
                    f"data/profiles/{cause}.toml",
                    "urine_change = { none =",
                    "urine_change = { red = [0.001, 0.0005, 0.002], none =",
                )
                for cause in STATING
            ),
            (
                "data/wording.toml",
                'levels.much_reduced = "there is much less of it"',
                'levels.much_reduced = "there is much less of it"\nlevels.red = "it is red"',
            ),
        ],
    ),
    "a cause": (
        [
            (
                "data/vocabulary.py",
                '    "none_of_these": None,',
                '    "gout": "inflammatory_systemic",\n    "none_of_these": None,',
            )
        ],
        {
            "gout.toml: missing; every cause needs a profile",
            "wording.toml: causes.gout: is missing",
        },
        [
            ("data/profiles/gout.toml", "data/profiles/bursitis.toml", ""),
            (
                "data/profiles/gout.toml",
                "rate = [0.0249, 0.012, 0.05]",
                "rate = [0.0009, 0.0005, 0.005]",
            ),
            (
                "data/wording.toml",
                "[causes.none_of_these]",
                '[causes.gout]\nlabel = "Gout"\ndescription = "Crystals."\n'
                'usually = "Rest."\n\n[causes.none_of_these]',
            ),
        ],
    ),
    "a rule": (
        [
            (
                "service/safety/rules.py",
                '    Rule(\n        "PHLEG-1",',
                "    Rule(\n"
                '        "PHLEG-9",\n'
                '        "A whole leg is swollen, and a bedsheet hurts.",\n'
                '        all_of(is_one_of(V.bedsheet_pain, "yes"), WHOLE_LEG_SWOLLEN),\n'
                '        "textbook",\n'
                "        PHLEG,\n"
                '    ),\n    Rule(\n        "PHLEG-1",',
            )
        ],
        {
            "second_statement.toml: PHLEG-9: is missing",
            "wording.toml: signs.bedsheet_pain: is missing; it completes PHLEG-9",
            "SAFETY.md: PHLEG-9: is missing; then run make docs",
        },
        [
            (
                STATED,
                "[PHLEG-1]",
                '[PHLEG-9]\nurgency = "emergency"\nwithin = "minutes"\n'
                'from = "new"\nwhy = "Tried."\n'
                'rows = """\nbedsheet_pain=yes  leg_swelling=one_whole_leg\n"""\n\n[PHLEG-1]',
            ),
            (
                "data/wording.toml",
                "[signs]\n",
                '[signs]\nbedsheet_pain = "A bedsheet hurts: {}."\n',
            ),
        ],
    ),
}
TESTS = [
    *(f"tests/data/test_{name}.py" for name in ("vocabulary", "wording", "screens", "profiles")),
    "tests/service/safety/test_rules.py",
]
SPOKEN = {  # a route and a member: the changes, and the tests that look at them
    "a route": (
        [
            (
                "service/routes/health.py",
                '@bp.get("/readyz")',
                '@bp.get("/ping")\ndef ping() -> Live:\n    """Say so."""\n'
                '    return {"status": "ok"}\n\n\n@bp.get("/readyz")',
            ),
            (
                "service/routes/route_texts.py",
                '    "/livez": Route(',
                '    "/ping": Route("ping", "Say so.", "Live"),\n    "/livez": Route(',
            ),
            ("README.md", "| `GET /livez`", "| `GET /ping` | says so |\n| `GET /livez`"),
            (
                "tests/service/routes/test_openapi.py",
                '"/livez": "live",',
                '"/livez": "live",\n        "/ping": "ping",',
            ),
        ],
        [
            "tests/service/routes/test_routes.py",
            "tests/service/routes/test_openapi.py",
            "tests/test_docs.py::test_every_route_is_in_the_readme_and_the_reverse",
        ],
    ),
    "a member": (
        [
            (
                "service/contract/answers.py",
                "    vocabulary: VocabularyVersion\n",
                '    told: Annotated[int, says("Answers.")]\n    vocabulary: VocabularyVersion\n',
            ),
            (
                "service/assessment/assess.py",
                '        "vocabulary": VERSION,',
                '        "told": safety.known,\n        "vocabulary": VERSION,',
            ),
            # what `make readme` writes
            ("service/routes/answer.json", '"vocabulary"', '"told": 4,\n  "vocabulary"'),
        ],
        ["tests/service/routes/test_openapi.py", "tests/service/assessment/test_assess.py"],
    ),
}
MADE = "certificate.json: is of other rules or findings; then run make certify"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What of the checkout a growth touches."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "2*Z-*", "current")
            shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def change(copy: Path, edits: list[tuple[str, str, str]]) -> None:
    """Make them, each where its text stands first."""
    for name, before, after in edits:
        path = copy / name
        if not path.exists():
            shutil.copy(copy / before, path)
            continue
        text = path.read_text("utf-8")
        assert before in text, (name, before)
        path.write_text(text.replace(before, after, 1), "utf-8")


def run(copy: Path, *words: str) -> str:
    """What a module of the copy prints."""
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False).stdout


def red(copy: Path, tests: list[str]) -> list[str]:
    """The quick ones of these tests that do not pass in the copy, or what kept all from running."""
    printed = run(copy, "pytest", "-q", "-p", "no:cacheprovider", "-m", "not slow", *tests)
    lines = printed.splitlines()
    return [x for x in lines if x.startswith(("FAILED", "ERROR"))] or (
        [] if " passed" in lines[-1] else lines[-5:]
    )


@pytest.mark.slow
@pytest.mark.parametrize("growth", GROWTHS)
def test_a_growth_is_told_at_once_what_it_lacks_and_needs_no_more(copy: Path, growth: str) -> None:
    """Every file and entry in one list; with just these the whole checkout agrees again."""
    first, lacking, rest = GROWTHS[growth]
    change(copy, first)
    assert {*run(copy, "tests.programs.complete").splitlines()} - {MADE} == lacking
    change(copy, rest)
    run(copy, "service.offline.safety_doc")
    told = run(copy, "tests.programs.complete").splitlines()
    assert told in ([MADE], ["Nothing is missing."])
    assert red(copy, TESTS) == []


@pytest.mark.slow
@pytest.mark.parametrize("growth", SPOKEN)
def test_a_route_and_a_member_need_no_other_files(copy: Path, growth: str) -> None:
    """Code, type, what is said of it, and the README."""
    edits, tests = SPOKEN[growth]
    change(copy, edits)
    assert red(copy, tests) == []
