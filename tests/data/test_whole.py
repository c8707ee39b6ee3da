"""Files that people name: whole or not at all, and nothing of theirs lost."""

import os

import pytest

from data.whole import refuse_loss, whole


@pytest.mark.parametrize("link", [os.link, os.symlink, None])
@pytest.mark.parametrize("force", [True, False])
def test_what_is_read_is_never_written_to(tmp_path, link, force):
    """By whatever name."""
    source, target = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_text("cases")
    if link:
        link(source, target)
    with pytest.raises(ValueError, match="is what is read"):
        refuse_loss(target if link else source, force, source)
    if link:
        with pytest.raises(ValueError, match="is what is read"):
            refuse_loss(source, force, target)


def test_what_is_there_is_replaced_only_by_force(tmp_path):
    """A link that leads nowhere is there as well; a folder is replaced by nothing."""
    there, link, new = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.csv"
    there.write_text("old")
    link.symlink_to("nowhere")
    for path in (there, link):
        with pytest.raises(ValueError, match="is there already"):
            refuse_loss(path, False)
        refuse_loss(path, True)
    refuse_loss(new, False, there)
    with pytest.raises(ValueError, match="is a folder"):
        refuse_loss(tmp_path, True)


@pytest.mark.parametrize("trouble", [KeyboardInterrupt, SystemExit, OSError])
def test_what_is_half_goes_and_what_was_there_stays(tmp_path, trouble):
    """Whatever stopped it."""
    path = tmp_path / "a.csv"
    path.write_text("old")
    with pytest.raises(trouble), whole(path) as part:  # noqa: PT012 - what is tested is the middle
        part.write_text("half")
        raise trouble
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_whole_takes_its_place(tmp_path):
    """Until then nothing of it is seen; what was taken away again leaves nothing."""
    path = tmp_path / "a.csv"
    with whole(path) as part:
        part.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new"
    with whole(path) as part:
        pass
    assert list(tmp_path.iterdir()) == []
