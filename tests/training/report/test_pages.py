"""report.html and card.md: whole, true to the run, on their own, and readable by anyone."""

import hashlib
import json
import re
from dataclasses import asdict, replace
from html.parser import HTMLParser

import pytest

import training.run
from data.vocabulary import CAUSES
from data.wording import WORDING
from models.artifact import load, load_current
from training.report.drawing import CEILING, MODEL, looks
from training.report.pages import PAIRS, pages
from training.run import train
from training.study.study_results import FILE, Line, Plot, Study, Table

EMPTY = {"meta", "path", "use", "rect", "br"}  # elements that may have no end


class Page(HTMLParser):
    """The elements of a page, which has to be well formed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.found, self.text = [], [], ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        assert len(names) == len(set(names))
        self.found.append((tag, dict(attributes)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if tag not in EMPTY:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def page(trained):
    """The good run's report."""
    return Page((trained.folder / "report.html").read_text("utf-8"))


@pytest.fixture
def card(trained):
    """The good run's card."""
    return (trained.folder / "card.md").read_text("utf-8")


def test_the_pages_are_files_of_the_version_with_digests(trained):
    """As much a part of it as its numbers, and far under 2 MB."""
    stated = load(trained.folder).manifest["files"]
    for name in ("report.html", "card.md"):
        content = (trained.folder / name).read_bytes()
        assert stated[name]["sha256"] == hashlib.sha256(content).hexdigest()
        assert 1_000 < stated[name]["bytes"] == len(content) < 1_000_000


def test_the_report_needs_nothing_from_anywhere(page):
    """No script, and nothing is fetched: what is referred to is in the page."""
    assert not {tag for tag, _ in page.found} & {"script", "link", "img", "iframe", "object"}
    ids = [given["id"] for _, given in page.found if "id" in given]
    for _, given in page.found:
        for name, value in given.items():
            assert not name.startswith("on")
            assert name.startswith("xmlns") or "://" not in (value or "")
            if name in {"href", "xlink:href", "src"}:
                assert value.startswith("#")
                assert value[1:] in ids
            assert all(id_ in ids for id_ in re.findall(r"url\(#(.*?)\)", value or ""))
    assert "@import" not in page.text
    assert "url(" not in page.text


def test_every_diagram_has_words_for_who_cannot_see_it_and_a_caption(page):
    """The caption says what to look for."""
    drawings = [given for tag, given in page.found if tag == "svg"]
    assert len(drawings) == 4
    assert all(given["role"] == "img" and len(given["aria-label"]) > 20 for given in drawings)
    assert [tag for tag, _ in page.found].count("figcaption") == len(drawings)
    assert page.text.count("What to look for:") >= len(drawings) + 3


def test_texts_in_diagrams_are_texts(page):
    """They can be searched, copied and read aloud."""
    for words in ("Bayes limit", "exact posterior", "probability said", "400,000", "Sciatica ("):
        assert words in page.text


def test_nothing_is_told_by_colour_alone():
    """Lines differ in dashes and marker too, the first twenty of a study among themselves."""
    for key in ("linestyle", "marker"):
        assert MODEL[key] != CEILING[key]
    seen = [next(look) for look in [looks()] for _ in range(20)]
    assert len({(look["linestyle"], look["marker"]) for look in seen}) == 20


def test_the_table_shows_floor_model_and_ceiling_of_every_length(page, trained):
    """As the run measured them."""
    for by_who in trained.scores.values():
        for score in by_who.values():
            for value in (score.log_loss, score.brier, score.calibration_error):
                assert f"{value:.4f}" in page.text


def test_seeds_digests_versions_and_steps_are_told(page, trained):
    """All that it takes to make the model again, and what it took."""
    manifest = load(trained.folder).manifest
    files = [manifest["files"][name]["sha256"] for name in ("arrays.npz", "model.joblib")]
    for words in (
        *(trained.folder.name, manifest["knowledge"], manifest["code"], *files, "seed 1", "seed 2"),
        *manifest["libraries"].values(),
        *("drawing and learning", "judging", "most memory so far"),
    ):
        assert words in page.text, words


def test_every_row_of_the_confusion_matrix_is_there(page, trained):
    """With each cause's own share, which is its recall, on the diagonal."""
    own = [given for _, given in page.found if given.get("class") == "own"]
    assert len(own) == len(CAUSES)
    shades = [float(given["style"].removeprefix("--share: ")) for given in own if "style" in given]
    recalls = trained.scores["all"]["model"].recall.values()
    assert shades == pytest.approx([r for r in recalls if r >= 0.005], abs=0.006)


@pytest.mark.parametrize("name", ["report.html", "card.md"])
def test_both_pages_say_what_the_model_is_not(trained, name):
    """Simulated, not clinical; not a medical device."""
    text = (trained.folder / name).read_text("utf-8")
    assert WORDING.service("notice") in text
    assert "not clinical" in " ".join(text.split())


def test_the_card_names_use_data_scores_weak_spots_and_limits(card, trained):
    """Weak spots are the run's own: the pairs most confused, and the causes least proven."""
    heads = re.findall(r"^## (.*)$", card, re.MULTILINE)
    assert heads == ["Intended use", "Data", "Scores", "Known weak spots", "Limits"]
    for who, score in trained.scores["all"].items():
        (row,) = re.findall(rf"^\| {who} \| (.*) \|$", card, re.MULTILINE)
        assert row.startswith(f"{score.log_loss:.4f} | ")
    pairs, causes = card.split("## Known weak spots")[1].split("**Causes that rest")
    assert len(re.findall(r"^\| [A-Z]", pairs, re.MULTILINE)) == PAIRS
    assert len(re.findall(r"^\| [A-Z*]", causes, re.MULTILINE)) == len(CAUSES)
    assert "&" not in card


def test_tables_of_the_card_have_no_gaps(card):
    """Each row has the cells of its head, and none stands apart from it."""
    for block in re.findall(r"(?:^\|.*\n)+", card, re.MULTILINE):
        rows = block.splitlines()
        assert set(rows[1]) == {"|", "-"}
        assert len({row.count("|") for row in rows}) == 1
        assert len(rows) > 3


def test_a_first_model_changed_nothing(page):
    """There was none to compare it with."""
    assert "no served model" in page.text
    assert "There is no study.json yet." in page.text


def small(world, models_dir):
    return train(world, 20_000, 2, 2_000, models_dir)


def test_a_model_that_fell_short_has_pages_that_say_so_and_what_it_would_change(copy, world):
    """Against the served model: scores, and each clinicians' case that moved."""
    run = small(world, copy.parent)
    assert not run.promoted
    page = Page((run.folder / "report.html").read_text("utf-8"))
    assert "It fell short" in page.text
    card = (run.folder / "card.md").read_text("utf-8")
    assert "It fell short" in card
    assert all(sentence in card and sentence in page.text for sentence in run.shortfalls)
    assert copy.name in page.text
    (moved, of) = map(int, re.search(r"(\d+) of (\d+) clinicians' cases moved", page.text).groups())
    assert 0 < moved <= of
    assert [tag for tag, _ in page.found].count("dt") == moved


HOSTILE = '<script>$alpha$ & "x" _it\'s'
STUDY = Study(
    "2026-11-24",
    {"knowledge": "ab" * 32},
    [Table(HOSTILE, "c", ["a", "b"], [[HOSTILE, "1"]])],
    [
        Plot(HOSTILE, "c", HOSTILE, "y", log, log, [Line(HOSTILE, [1, 10], [0, 1])] * 2)
        for log in (False, True)
    ],
)


def test_the_last_study_is_shown_with_its_date_and_digests(copy, world):
    """Its texts are texts, and that its knowledge is not the model's is said."""
    (copy.parent / FILE).write_text(json.dumps(asdict(STUDY)))
    page = Page((small(world, copy.parent).folder / "report.html").read_text("utf-8"))
    assert "script" not in {tag for tag, _ in page.found}
    assert page.text.count(HOSTILE) >= 2
    assert "2026-11-24" in page.text
    assert "ab" * 32 in page.text
    assert "The knowledge has changed since" in page.text
    drawings = [given for tag, given in page.found if tag == "svg"]
    assert [given["aria-label"] for given in drawings[-2:]] == [HOSTILE] * 2


def test_a_damaged_study_does_not_cost_a_model(copy, world):
    """The report says that it could not be read."""
    (copy.parent / FILE).write_text("{")
    run = small(world, copy.parent)
    assert "study.json cannot be read" in (run.folder / "report.html").read_text("utf-8")


def test_a_served_model_that_is_refused_is_nothing_to_compare_with(copy, world):
    """The run goes on."""
    (copy / "arrays.npz").write_bytes(b"")
    run = small(world, copy.parent)
    assert "no served model" in (run.folder / "report.html").read_text("utf-8")


@pytest.mark.parametrize("n", [1_000, 8_192, 10_000])
def test_a_run_of_any_size_has_a_report(world, tmp_path, n):
    """With one point of a learning curve, or two."""
    run = train(world, n, 3, 1_000, tmp_path)
    assert Page((run.folder / "report.html").read_text("utf-8")).found


def test_a_run_whose_pages_fail_saves_nothing(world, copy, monkeypatch):
    """The folder is whole or it is not there."""

    def broken(*_args):
        def write(_manifest):
            raise OSError("no template")

        return write

    before = {path.name for path in copy.parent.iterdir()}
    monkeypatch.setattr(training.run, "pages", broken)
    with pytest.raises(OSError, match="no template"):
        small(world, copy.parent)
    assert {path.name for path in copy.parent.iterdir()} == before
    assert load_current(copy.parent).version == copy.name


def test_a_cause_without_a_case_is_left_out(world, tmp_path, monkeypatch):
    """One with a single case is there, without an interval."""
    runs = []
    monkeypatch.setattr(training.run, "pages", lambda *given: runs.append(given) or pages(*given))
    folder = train(world, 20_000, 2, 2_000, tmp_path).folder
    ((run, model, *_),) = runs
    first, second, *_ = CAUSES
    of = {cause: m for cause, m in run.details.excess_of.items() if cause != first}
    of[second] = of[second]._replace(cases=1, error=float("inf"))
    fewer = replace(run, details=replace(run.details, excess_of=of))
    report = pages(fewer, model, None, None)(load(folder).manifest)["report.html"]
    assert f"{WORDING.label(first)} (" not in report
    assert f"{WORDING.label(second)} (1)" in report
