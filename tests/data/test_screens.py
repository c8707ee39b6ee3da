"""Screens share out the findings, and a file that does not is refused."""

import pytest

from data.screens import MOST_DANGER, SCREENS, ScreensError, load_screens
from data.vocabulary import FINDINGS
from data.wording import WORDING

GOOD = "".join(f'[{finding}]\nfindings = ["{finding}"]\n' for finding in FINDINGS)


def test_every_finding_is_on_exactly_one_screen():
    """And every screen asks a question of its own."""
    assert sorted(f.id for s in SCREENS.values() for f in s.findings) == sorted(FINDINGS)
    questions = [WORDING.screen(screen) for screen in SCREENS]
    assert len(set(questions)) == len(questions)
    assert all("?" in question for question in questions)


def test_few_screens_hold_dangers_and_like_stands_by_like():
    """At most five lists of dangers; the pain's qualities are one screen, its places another."""
    assert sum(screen.danger for screen in SCREENS.values()) <= MOST_DANGER
    of_group = {"feels": "pain_quality", "where": "location"}
    for screen, group in of_group.items():
        expected = [f for f in FINDINGS.values() if f.group == group]
        assert sorted(SCREENS[screen].findings, key=lambda f: f.index) == expected


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("[sex]", "[sex]\ndangers = true"), "sex.dangers: no such entry; did you mean danger?"),
        (('["sex"]', '["sex", "age"]'), "age: is on 2 screens"),
        (('["sex"]', '["sax"]'), "sax: no such finding"),
        (('["sex"]', '["sax"]'), "sex: is on 0 screens"),
        (('["sex"]', '"sex"'), "sex.findings: must be a list"),
        (("= [", "= ["), None),
        (("]\nf", "]\ndanger = true\nf"), "there are more than 5 danger screens"),
    ],
    ids=str,
)
def test_a_file_that_does_not_share_out_the_findings_is_refused(tmp_path, change, problem):
    """All problems at once, with the file's name."""
    path = tmp_path / "screens.toml"
    path.write_text(GOOD.replace(*change), "utf-8")
    if problem is None:
        assert len(load_screens(path)) == len(FINDINGS)
        return
    with pytest.raises(ScreensError) as caught:
        load_screens(path)
    assert f"screens.toml: {problem}" in str(caught.value).splitlines()
