"""The same model where the causes are more or less common than where it was trained."""

from collections.abc import Mapping

import numpy as np

from data.vocabulary import CAUSES
from models.model import Model


def filled(rates: Mapping[str, float], prior: Mapping[str, float]) -> dict[str, float]:
    """Share of every cause: of those not given, their part of what is left."""
    left = 1 - sum(rates.values())
    others = sum(share for cause, share in prior.items() if cause not in rates)
    return {c: rates[c] if c in rates else left * prior[c] / others for c in CAUSES}


def prior(model: Model) -> dict[str, float]:
    """Share of each cause before anything is answered."""
    nothing = np.zeros((1, len(model.manifest["findings"])), np.uint8)
    return dict(zip(CAUSES, model.predict_proba(nothing)[0].tolist(), strict=True))


def under(model: Model, rates: Mapping[str, float]) -> Model:
    """The model where each cause has this share, all 16 given: p' is as p times new over old."""
    before = prior(model)
    ratio = np.array([rates[cause] / before[cause] for cause in CAUSES])
    return model.with_intercept(model.intercept + np.log(ratio)[model.cause])
