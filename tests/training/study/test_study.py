"""The study: small, but whole; and own cases, which it tries out."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from data.build import load_world
from data.cases import blocks
from data.loader import load
from models.encoder import FIRST_ROW, SIZES
from training.judge.evaluate import log_loss
from training.judge.held_out import held_out
from training.learn.pipeline import KIND, KINDS, arrays_of, learn, learner
from training.learn.site_data import SiteData, adapted, predicted
from training.study import sensitivity, study_results
from training.study.__main__ import main, study
from training.study.by_cause import by_cause
from training.study.candidates import CANDIDATES
from training.study.model_comparison import drawn
from training.study.plan import Plan

ROOT = Path(__file__).parents[3]
TINY = Plan((500, 2_000), 1.0, 500, 50, 2_000, 1, 200, 1, 200, (10, 100), (1.0,))


@pytest.fixture(scope="module")
def world():
    return load_world()


@pytest.fixture(scope="module")
def learnt(world):
    """What is learnt from 300,000 cases."""
    bayes = learner(KIND)
    for cases in blocks(world, 300_000, 1):
        learn(bayes, world, KIND, cases)
    return arrays_of(bayes)


@pytest.fixture(scope="module")
def clinic():
    """Cases of another world: 3,000 own ones, and others to judge on."""
    there = sensitivity.world_of(load(), 1, sensitivity.CLINICS, 0)
    return drawn(there, 3_000, 2), drawn(there, 6_000, 3)


def test_a_study_is_what_reports_read(world, monkeypatch, tmp_path):
    """Every candidate, world and clinic of the plan is in it, with the knowledge's digest."""
    monkeypatch.setattr(sensitivity, "MIXED", 2)
    found = study(TINY)
    (tmp_path / study_results.FILE).write_text(json.dumps(asdict(found)), "utf-8")
    read = study_results.read(tmp_path)
    assert isinstance(read, study_results.Study)
    assert read.digests["knowledge"] == world.digest
    candidates, each, worlds, clinics = read.tables
    assert len(each.rows) == 16
    assert [row[0] for row in candidates.rows] == list(CANDIDATES)
    assert worlds.title.startswith("1 other")
    assert [row[0] for row in clinics.rows] == ["10", "100"]
    assert [line.name for line in read.plots[1].lines] == list(CANDIDATES)


def test_the_last_study_can_be_read_and_is_whole():
    """The one that a fresh clone's reports show."""
    last = study_results.read(ROOT / "models")
    assert isinstance(last, study_results.Study)
    assert [row[0] for row in last.tables[0].rows] == list(CANDIDATES)


def test_a_study_that_is_stopped_leaves_the_last_one(monkeypatch, tmp_path):
    """Ctrl-C costs nothing."""

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("training.study.__main__.study", stop)
    out = tmp_path / "study.json"
    out.write_text("{}", "utf-8")
    assert main(["--out", str(out)]) == 130
    assert out.read_text("utf-8") == "{}"


def test_what_knows_more_of_the_world_comes_nearer_to_it(world):
    """Related findings and presentations each lower the log loss, on the same cases."""
    test, losses = drawn(world, 10_000, 5), {}
    for kind in KINDS:
        bayes = learner(kind)
        for cases in blocks(world, 400_000, 1):
            learn(bayes, world, kind, cases)
        losses[kind] = log_loss(predicted(arrays_of(bayes), test.codes), test.cause)
    assert losses["augmented"] < losses["presentations"] < losses["flat"]


def test_own_cases_help_where_they_come_from(learnt, clinic):
    """The more the better, and each finding's levels still sum to one in each class."""
    own, test = clinic
    losses = [log_loss(predicted(learnt, test.codes), test.cause)]
    for n in (300, 3_000):
        moved = adapted(learnt, SiteData(own.codes[:n], own.cause[:n]))
        losses.append(log_loss(predicted(moved, test.codes), test.cause))
    assert losses == sorted(losses, reverse=True)
    before, after = (np.exp(arrays["weights"]) for arrays in (learnt, moved))
    for first, size in zip(FIRST_ROW, SIZES, strict=True):
        rows = slice(first + 1, first + size)
        np.testing.assert_allclose(after[rows].sum(axis=0), before[rows].sum(axis=0), rtol=1e-6)
    np.testing.assert_allclose(np.exp(moved["intercept"]).sum(), 1, rtol=1e-6)


def test_no_own_cases_and_no_weight_change_nothing(learnt, clinic):
    """To rounding."""
    own, _ = clinic
    none = SiteData(own.codes[:0], own.cause[:0])
    for moved in (adapted(learnt, none), adapted(learnt, SiteData(own.codes, own.cause), 0.0)):
        np.testing.assert_allclose(moved["weights"], learnt["weights"], atol=1e-9)
        np.testing.assert_allclose(moved["intercept"], learnt["intercept"], atol=1e-9)


def test_own_cases_are_judged_while_held_out(learnt, clinic):
    """Labels that mean nothing do not look like help."""
    own, _ = clinic
    right = held_out(learnt, SiteData(own.codes, own.cause), 1.0, 1)
    assert right.with_own < right.without
    assert right.change.mean == pytest.approx(right.with_own - right.without)
    shuffled = np.random.default_rng(1).permutation(own.cause)
    wrong = held_out(learnt, SiteData(own.codes, shuffled), 1.0, 1)
    assert wrong.right_with <= right.right_with


def test_what_is_lost_by_cause_is_measured_on_as_many_cases_of_each(world, learnt):
    """Weighed by their shares the causes together lose what all cases lose."""
    found = by_cause(world, learnt, 1_500, 7)
    assert {each.cases for each in found.values()} == {1_500}
    cases = drawn(world, 20_000, 9)
    proba, exact = predicted(learnt, cases.codes), world.posterior(cases.codes)
    whole = log_loss(proba, cases.cause) - log_loss(exact, cases.cause)
    weighed = world.prior @ [each.mean for each in found.values()]
    assert weighed == pytest.approx(whole, abs=0.006)
