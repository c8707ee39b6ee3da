"""A manifest that is garbled anywhere is refused at load, or costs no page and no answer."""

import json
from collections import Counter

import numpy as np
import pytest

from data.vocabulary import CAUSES, FINDINGS, SETTINGS
from models.artifact import ModelRefused, load
from models.encoder import ROWS
from models.model import Model
from models.store import save
from models.versions import versions
from service.app import create_app
from service.routes.route_texts import ROUTES

SCORE = {
    "log_loss": 1.5,
    "top1": 0.5,
    "top3": 0.75,
    "calibration_error": 0.01,
    "dvt_recall": None,
}
FIGURE = {"grade": "C", "sources": ["assumption"]}
WRONG = (None, True, -1.5, "NaN", ["x"], {"x": 1}, 10**400)
ASKED = {"explain": True, "doubt": True, "steady": True}


@pytest.fixture
def folder(tmp_path):
    """A version with all that is read of a manifest."""
    rng = np.random.default_rng(7)
    arrays = {
        "weights": np.zeros((ROWS, len(CAUSES))),
        "intercept": rng.normal(-3, 1, len(CAUSES)),
        "cause": np.arange(len(CAUSES)),
        "level_shifts": np.zeros((sum(len(f.levels) for f in FINDINGS.values()), 2, len(CAUSES))),
        "cause_shifts": np.zeros((2, len(CAUSES))),
    }
    codes = np.zeros((100, len(FINDINGS)), np.uint8)
    learnt = {name: arrays[name] for name in ("weights", "intercept", "cause")}
    proba = Model("", {}, {}, **learnt).predict_proba(codes)
    entry = {"rates": {"sciatica": 0.2}, "source": "assumption", "note": "By hand."}
    manifest = {
        "cases": 1000,
        "test_cases": 100,
        "scores": {"all": dict.fromkeys(("floor", "model", "ceiling"), SCORE)},
        "shortfalls": [],
        "settings": dict.fromkeys(SETTINGS, entry),
        "figures": {
            "base_rate": dict.fromkeys(CAUSES, FIGURE),
            "background": dict.fromkeys(FINDINGS, FIGURE),
            **{cause: {"age": FIGURE} for cause in CAUSES},
        },
        "doubt": {
            "lengths": [[1, 79]],
            "tails": [0.0, 1.0],
            "fit": [[-1.0, 1.0]],
            "threshold": [0.1],
            "coverage": 0.9,
            "interval": [0.1, 0.9],
            "misfit": 0.01,
            "unlisted_weight": 0.4,
            "measured": [0.9],
        },
        "care": {name: {"urgency": "soon", "threshold": 0.5} for name in CAUSES},
        "golden": {"codes": codes.tolist(), "probabilities": proba.tolist()},
        "knowledge": "0" * 64,
        "own": None,
    }
    return save(tmp_path, manifest, arrays, b"a pipeline")


def places(value, at=()):
    """Where a value can be garbled: members of objects, of the first three of each."""
    if isinstance(value, dict) and len(at) < 4:
        for name in list(value)[:3] if at else value:
            yield (*at, name)
            yield from places(value[name], (*at, name))


def put(manifest, place, value):
    """The manifest with another value there."""
    copy = json.loads(json.dumps(manifest))
    holder = copy
    for name in place[:-1]:
        holder = holder[name]
    holder[place[-1]] = value
    return copy


def statuses(app, cases):
    client = app.test_client()
    for path, route in ROUTES.items():
        if not route.body:
            yield client.get(path).status_code
    for setting, case in zip(SETTINGS, cases, strict=False):
        body = {"answers": case, **ASKED, "prevalence": setting}
        yield client.post("/v1/predict", json=body).status_code


def test_a_manifest_garbled_anywhere_is_refused_or_costs_nothing(folder, cases, to_json):
    """Every member that is read, and every member of those, as each of many wrong things."""
    app, drawn = create_app(folder.parent), [to_json(case) for case in cases(len(SETTINGS))[1]]
    whole = json.loads((folder / "manifest.json").read_text())
    seen = Counter()
    for place in places(whole):
        for value in WRONG:
            (folder / "manifest.json").write_text(json.dumps(put(whole, place, value)))
            assert [version.line() for version in versions(folder.parent)]
            try:
                app.extensions["model"] = load(folder)
            except ModelRefused:
                seen["refused"] += 1
                continue
            assert set(statuses(app, drawn)) == {200}, (place, value)
            seen["served"] += 1
    assert seen["refused"] > seen["served"] > 0


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "1e400", r'"\ud800"', '{"x": NaN}'])
def test_a_manifest_that_could_not_be_told_again_is_refused(folder, text):
    """Whatever member holds it: /v1/model gives them all."""
    stated = (folder / "manifest.json").read_text()
    changed = stated.replace('"own": null', f'"own": {text}')
    assert changed != stated
    (folder / "manifest.json").write_text(changed)
    with pytest.raises(ModelRefused):
        load(folder)
