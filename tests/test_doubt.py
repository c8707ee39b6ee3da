"""What a model says of its own doubt, held against the world that it was learnt from."""

from dataclasses import replace

import numpy as np
import pytest

from data.build import build, load_world
from data.knowledge import Figure
from data.loader import load
from data.settings import load_settings
from data.vocabulary import CAUSES
from data.worlds import draw
from models.prevalence import filled
from models.typicality import bucket
from service.app import create_app
from service.assessment.uncertainty import doubt
from tests.programs.foreign import CONDITIONS, fits, foreign, told_apart


@pytest.fixture(scope="module")
def model(models_dir):
    return create_app(models_dir).extensions["model"]


@pytest.fixture(scope="module")
def cases():
    """Simulated cases that no model has seen."""
    return load_world().sample(20_000, np.random.default_rng())


def test_one_in_a_hundred_fits_as_badly_as_that(model, cases):
    """The fit is a tail probability: so it is on new cases, give or take what chance does."""
    fit = fits(model, cases.codes)
    for limit in (0.01, 0.05, 0.2):
        spread = 6 * np.sqrt(limit / np.isfinite(fit).sum()) + 0.3 * limit
        assert abs(np.mean(fit[np.isfinite(fit)] < limit) - limit) < spread


def test_the_set_holds_the_cause_as_often_as_it_says(model, cases):
    """At each length of interview, on new cases; thresholds were set on few."""
    measured = model.manifest["doubt"]
    p = model.predict_proba(cases.codes)[np.arange(len(cases.cause)), cases.cause]
    lengths = np.array(
        [bucket(measured["lengths"], int(n)) or 0 for n in (cases.codes > 0).sum(axis=1)]
    )
    for place, threshold in enumerate(measured["threshold"]):
        mine = p[lengths == place]
        if len(mine) > 200:
            assert abs((mine >= threshold).mean() - measured["coverage"]) < 0.07


def test_four_in_five_posteriors_of_further_worlds_lie_within(model, cases):
    """Of worlds that the model does not carry, drawn from the same ranges; over all causes."""
    codes, inside = cases.codes[:300], []
    proba = model.predict_proba(codes)
    said = [
        {entry["cause"]: (entry["low"], entry["high"]) for entry in found["intervals"]}
        for found in (doubt(model, row, p, p) for row, p in zip(codes, proba, strict=True))
    ]
    low, high = np.array([[of[cause] for cause in CAUSES] for of in said]).transpose(2, 0, 1)
    for seed in range(500, 504):
        there = build(draw(load(), np.random.default_rng(seed))).posterior(codes)
        inside.append(((low <= there) & (there <= high)).mean())
    assert 0.72 < np.mean(inside) < 0.88


@pytest.mark.parametrize("condition", CONDITIONS)
def test_what_it_was_never_told_of_looks_stranger(model, cases, condition):
    """After thirty answers; python -m tests.programs.foreign says how much."""
    strange = foreign(condition, 1_000, 3)
    assert told_apart(model, cases.codes[:5_000], strange, fewest=30) > 0.55


@pytest.mark.parametrize("setting", load_settings())
def test_other_base_rates_are_worked_out_exactly(setting):
    """New over old share gives the posterior of a world that has these base rates."""
    knowledge = load()
    world = build(knowledge)
    codes = world.sample(300, np.random.default_rng()).codes
    prior = world.posterior(np.zeros((1, codes.shape[1]), np.uint8))[0]
    rates = filled(load_settings()[setting]["rates"], dict(zip(CAUSES, prior, strict=True)))
    profiles = {
        cause: replace(profile, base_rate=Figure(*[rates[cause]] * 3))
        for cause, profile in knowledge.profiles.items()
    }
    there = build(replace(knowledge, profiles=profiles)).posterior(codes)
    weighed = world.posterior(codes) * [rates[cause] for cause in CAUSES] / prior
    np.testing.assert_allclose(weighed / weighed.sum(axis=1, keepdims=True), there, atol=1e-12)
