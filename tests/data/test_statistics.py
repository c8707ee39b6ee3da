"""Numbers that were chosen have a source, and a file that does not fit is refused."""

import pytest

from data.statistics import PATH, STATISTICS, StatisticsError, load_statistics

GOOD = PATH.read_text("utf-8")


def test_what_is_stated_is_what_is_used():
    """By name, as the file has it."""
    assert (STATISTICS.strength, STATISTICS.interval) == (60.0, (0.1, 0.9))
    assert load_statistics() == STATISTICS


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("[misfit]", "[misfits]", "misfits: no such entry; did you mean misfit?"),
        ("[misfit]", "[misfits]", "misfit: is missing"),
        ("value = 60.0", "value = -1", "strength.value: must be a number above 0"),
        ("value = 16", "value = 16.5", "worlds.value: must be a whole number above 0"),
        ("[0.1, 0.9]", "[0.9, 0.1]", "interval.value: must be two shares between 0 and 1"),
        ("[0.1, 0.9]", '["a", "b"]', "interval.value: must be two shares between 0 and 1"),
        ("value = 0.01", "value = 1", "misfit.value: must be a probability"),
        ('"assumption"', '"Nobody1900"', "strength.source: must name sources"),
        ('source = "assumption"\n', "", "strength.source: must name sources"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(tmp_path, old, new, problem):
    """With the file, the entry and what it must be."""
    path = tmp_path / "statistics.toml"
    path.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(StatisticsError) as caught:
        load_statistics(path)
    assert f"statistics.toml: {problem}" in str(caught.value)
