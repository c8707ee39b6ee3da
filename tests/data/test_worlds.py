"""Drawn worlds: within the ranges, different from each other, and worlds in full."""

import numpy as np
import pytest

from data.build import build
from data.knowledge import Figure
from data.loader import load
from data.worlds import draw


def figures(knowledge):
    """Every figure of the profiles, the background, the base rates and the links, in order."""
    found = [profile.base_rate for profile in knowledge.profiles.values()]
    found += [f for link in knowledge.links for f in link.probability.values()]
    pages = [knowledge.background, *(p.findings for p in knowledge.profiles.values())]
    for page in pages:
        for distribution in page.values():
            found += [f for f in distribution.figures.values() if isinstance(f, Figure)]
    return found


def test_a_drawn_figure_stays_within_its_range_and_as_often_below_as_above():
    """Whatever the seed; ranges themselves are not changed."""
    central, below = figures(load()), []
    for seed in range(5):
        for was, now in zip(
            central, figures(draw(load(), np.random.default_rng(seed))), strict=True
        ):
            assert was.low - 1e-12 <= now.p <= was.high + 1e-12
            assert (was.low, was.high) == (now.low, now.high)
            below.append(now.p < was.p)
    assert np.mean(below) == pytest.approx(0.5, abs=0.03)


def test_the_same_seed_draws_the_same_world_and_another_seed_another():
    """A world can be looked at again."""
    first, again, other = (draw(load(), np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert figures(first) == figures(again) != figures(other)
    assert first.profiles["sciatica"].severity == again.profiles["sciatica"].severity
    assert first.profiles["sciatica"].severity != load().profiles["sciatica"].severity


@pytest.mark.slow
def test_a_drawn_world_has_proper_tables_and_draws_cases():
    """Probabilities everywhere, also where levels with a number for each age share a finding."""
    world = build(draw(load(), np.random.default_rng(3)))
    for block in world.blocks:
        assert (block.table >= 0).all()
        sums = block.table.sum(axis=2)
        assert (np.isclose(sums, 1) | (sums == 0)).all()  # 0: a row that cannot be at this age
    cases = world.sample(200, np.random.default_rng(1))
    assert np.isfinite(world.posterior(cases.codes)).all()
