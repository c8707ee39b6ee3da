"""Judgements say what they are and where they are from."""

from pathlib import Path

import pytest

from data.judgements import PATH, load_judgements
from data.wording import CatalogueError


def test_a_judgement_without_a_source_or_a_note_is_refused(tmp_path: Path) -> None:
    """All of them at once, by file and entry."""
    text = PATH.read_text("utf-8").replace('source = "assumption"\n', "", 1)
    copy = tmp_path / "judgements.toml"
    copy.write_text(text + '[own]\nvalue = 1\nsource = "Nobody1900"\n', "utf-8")
    with pytest.raises(CatalogueError) as refused:
        load_judgements(copy)
    assert refused.value.problems == (
        "judgements.toml: harm.source: is missing",
        "judgements.toml: own.note: is missing",
        "judgements.toml: own.source: no such source",
    )
