"""A model made by hand, and cases at random."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from data.vocabulary import CAUSES, FINDINGS
from models.model import Care, Model
from service.app import create_app

LEVELS = np.array([len(finding.levels) for finding in FINDINGS.values()])


@dataclass(frozen=True)
class FakeModel:
    """Answers any case with probabilities that depend on every answer; or as ``says`` does."""

    version: str = "20260101T000000Z-00000000"
    manifest: dict = field(default_factory=lambda: {"seed": 1, "golden": {"codes": []}})
    care: dict = field(
        default_factory=lambda: {
            **dict.fromkeys(CAUSES, Care("self_care", 0.5)),
            "deep_vein_thrombosis": Care("same_day", 0.05),
            "peripheral_artery_disease": Care("soon", 0.2),
        }
    )
    says: Callable | None = None
    asked: list = field(default_factory=list)  # how many cases, call by call

    urgencies, thresholds = Model.urgencies, Model.thresholds

    def predict_proba(self, codes):
        self.asked.append(len(codes))
        if self.says:
            return self.says(codes)
        weights = np.random.default_rng(1).normal(size=(len(FINDINGS), 8, len(CAUSES)))
        weights[:, 0] = 0
        scores = np.exp(weights[np.arange(len(FINDINGS)), codes].sum(axis=1))
        return scores / scores.sum(axis=1, keepdims=True)


def always(**probability):
    """A model that gives these causes these probabilities, and the rest to the others."""
    row = np.array([probability.get(cause, np.nan) for cause in CAUSES])
    rest = np.isnan(row)
    row[rest] = (1 - row[~rest].sum()) / rest.sum()
    return FakeModel(says=lambda codes: np.tile(row, (len(codes), 1)))


def random_codes(n, rng):
    """Cases of every length of interview: each has its own share of answers."""
    codes = rng.integers(1, LEVELS + 1, size=(n, len(FINDINGS)), dtype=np.uint8)
    codes[rng.random(codes.shape) > rng.random((n, 1))] = 0
    return codes


def answers_of(row):
    """The case that a row of codes stands for."""
    pairs = zip(FINDINGS.values(), row.tolist(), strict=True)
    return {finding.id: finding.levels[code - 1] for finding, code in pairs if code}


@pytest.fixture
def model():
    return FakeModel()


@pytest.fixture
def make_model():
    return always


@pytest.fixture
def broken_models():
    """Models that are wrong each in one way, by what is wrong."""

    def bad(says):
        return replace(FakeModel(), says=says)

    def fail(*_):
        raise RuntimeError("secret")

    right = np.full(len(CAUSES), 1 / len(CAUSES))
    first = np.arange(len(CAUSES)) == 0
    return {
        "raises": bad(fail),
        "NaN": bad(lambda codes: np.tile(np.where(first, np.nan, right), (len(codes), 1))),
        "infinite": bad(lambda codes: np.tile(np.where(first, np.inf, right), (len(codes), 1))),
        "negative": bad(
            lambda codes: np.tile(np.where(first, -1, 1), (len(codes), 1)) / (len(CAUSES) - 2)
        ),
        "off by 2e-9": bad(lambda codes: np.tile(right + 2e-9 * first, (len(codes), 1))),
        "too few causes": bad(
            lambda codes: np.full((len(codes), len(CAUSES) - 1), 1 / (len(CAUSES) - 1))
        ),
        "too few rows": bad(lambda _: np.empty((0, len(CAUSES)))),
        "nothing": bad(lambda _: None),
        "text": bad(lambda _: "0.5"),
        "no care": replace(FakeModel(), care={}),
        "other urgency": replace(FakeModel(), care=dict.fromkeys(CAUSES, Care("whenever", 0.0))),
    }


@pytest.fixture
def cases():
    """Draw n cases at random: their codes and their answers."""

    def draw(n, seed=0):
        codes = random_codes(n, np.random.default_rng(seed))
        return codes, [answers_of(row) for row in codes]

    return draw


@pytest.fixture
def draw_codes():
    """Draw n cases at random as codes alone."""
    return random_codes


@pytest.fixture
def to_answers():
    """Turn a row of codes into answers."""
    return answers_of


@pytest.fixture
def app(tmp_path, model):
    """The application with the model made by hand."""
    app = create_app(tmp_path)
    app.extensions["model"] = model
    return app


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def to_json():
    """Turn answers into the values that a request states them with."""

    def value(name, level):
        if FINDINGS[name].kind == "boolean":
            return level == "yes"
        if FINDINGS[name].kind == "numeric":
            finding = FINDINGS[name]
            end = (*finding.edges, finding.limits[1])[finding.levels.index(level)]
            return end - 1 if name == "age" else end - 0.5
        return level

    return lambda answers: {name: value(name, level) for name, level in answers.items()}
