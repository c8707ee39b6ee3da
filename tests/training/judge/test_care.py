"""The trade-off of model-based urgency, against cases counted by hand."""

from itertools import pairwise

import numpy as np
import pytest

from data.build import load_world
from data.vocabulary import CAUSES
from training.judge.care import RATIOS, curves, table

DVT = list(CAUSES).index("deep_vein_thrombosis")


@pytest.fixture
def found():
    """Four thromboses and four others, at 5 % (cost ratio 19) and around it."""
    proba = np.zeros((8, 16))
    proba[:, DVT] = [0.9, 0.06, 0.05, 0.01, 0.2, 0.04, 0.02, 0.0]
    return curves(proba, np.array([DVT] * 4 + [0] * 4), load_world().care)


def test_a_threshold_catches_what_reaches_it(found):
    """At 1 in 20: three of four thromboses, one of four others; the threshold itself counts."""
    points = found["deep_vein_thrombosis"]
    own = points[RATIOS.index(1.0)]
    assert own.cost_ratio == load_world().care["deep_vein_thrombosis"].cost_ratio == 19
    assert own.threshold == pytest.approx(0.05)
    assert (own.caught, own.in_vain) == (0.75, 0.25)


def test_a_higher_cost_ratio_never_catches_less(found):
    """Nor raises fewer in vain: the curve is monotone."""
    for points in found.values():
        for a, b in pairwise(points):
            assert a.threshold > b.threshold
            assert a.caught <= b.caught
            assert a.in_vain <= b.in_vain


def test_causes_of_self_care_have_no_curve(found):
    """They raise nothing."""
    care = load_world().care
    assert found.keys() == {c for c in CAUSES if care[c].urgency != "self_care"}


def test_the_table_names_every_cause_and_share(found):
    """A line a cause, the shares as percentages."""
    text = table(found)
    assert all(cause in text for cause in found)
    assert "75% / 25.0% (19)" in text
