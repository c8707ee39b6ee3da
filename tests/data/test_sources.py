"""The citations: each a citation with a status, and loud when it is not."""

import re
from pathlib import Path

import pytest

from data.wording import SOURCES, STATUSES, CatalogueError, Source, load_sources


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.key)
def test_every_source_is_a_citation_with_a_status(source: Source) -> None:
    """A citation has no commentary in brackets."""
    assert source.citation == source.citation.strip()
    assert source.status in STATUSES
    assert not re.search(r"\([^)]{25,}\)|\b(seen|known|verify)\b", source.citation)


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.key)
def test_a_key_names_the_year_of_its_citation(source: Source) -> None:
    """A key such as Wells2003 stands over a citation of 2003."""
    year = re.search(r"(?:19|20)\d\d", source.key)
    assert year is None or year[0] in source.citation


def test_partly_checked_sources_say_which_part() -> None:
    """Whoever relies on such a source learns what was seen."""
    partly = [source for source in SOURCES.values() if source.status == "partly checked"]
    assert partly
    assert [source.key for source in partly if not source.note] == []


def test_no_citation_stands_under_two_keys() -> None:
    """One source, one key."""
    assert len({source.citation for source in SOURCES.values()}) == len(SOURCES)


def test_textbook_knowledge_is_not_called_checked() -> None:
    """What no single study says is an assumption."""
    assert SOURCES["textbook"].status == "unchecked"


def test_a_broken_file_is_refused_with_all_problems_at_once(tmp_path: Path) -> None:
    """Each entry that is not a citation with a status is named."""
    broken = tmp_path / "sources.toml"
    broken.write_text(
        'Loose2001 = "Loose 2001"\n'
        '[Bare2002]\ncitation = "Bare 2002"\n'
        '[Odd2003]\ncitation = ""\nstatus = "seen"\n'
        '[Typo2004]\ncitation = "Typo 2004"\nstatsu = "checked"\n'
        '[Note2005]\ncitation = "Note 2005"\nstatus = "checked"\nnote = 5\n'
        '[Fine2006]\ncitation = "Fine 2006"\nstatus = "checked"\n',
        encoding="utf-8",
    )
    with pytest.raises(CatalogueError) as caught:
        load_sources(broken)
    assert set(caught.value.problems) == {
        "sources.toml: Loose2001: must be a table",
        "sources.toml: Bare2002.status: is missing",
        "sources.toml: Odd2003.citation: must be a text",
        "sources.toml: Odd2003.status: must be one of checked, partly checked, unchecked",
        "sources.toml: Typo2004.statsu: no such entry; did you mean status?",
        "sources.toml: Typo2004.status: is missing",
        "sources.toml: Note2005.note: must be a text",
    }
