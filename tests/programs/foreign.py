"""Simulated people with conditions that Supine was never told of: foreign.toml as worlds.

``python -m tests.programs.foreign`` prints how well the served model notices them.
"""

import os
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from data.build import build, load_world
from data.knowledge import Distribution, Figure
from data.loader import load
from data.vocabulary import CAUSES, FINDINGS
from models.model import Model
from models.typicality import bucket, tail, typicality
from service.app import create_app

CONDITIONS = tomllib.loads(Path(__file__).with_name("foreign.toml").read_text("utf-8"))
UNLISTED = list(CAUSES).index("none_of_these")
NEARLY_ALL = Figure(0.98, 0.98, 0.98)


def foreign(condition: str, n: int, seed: int) -> np.ndarray:
    """Codes, shape (n, 79), of people with one of CONDITIONS, interviewed as all others."""
    knowledge = load()
    usual = knowledge.profiles["none_of_these"]
    kept = {finding: usual.findings[finding] for finding in ("age", "sex")}
    shown = {name: _distribution(name, given) for name, given in CONDITIONS[condition].items()}
    profile = replace(usual, findings={**kept, **shown}, base_rate=NEARLY_ALL)
    profiles = {**knowledge.profiles, "none_of_these": profile}
    drawn = build(replace(knowledge, profiles=profiles)).sample(2 * n, np.random.default_rng(seed))
    return drawn.codes[drawn.cause == UNLISTED][:n]


def _distribution(finding: str, given: dict[str, float]) -> Distribution:
    others = [level for level in FINDINGS[finding].levels if level not in given]
    rest = (1 - sum(given.values())) / max(1, len(others))
    shares = {**given, **dict.fromkeys(others, rest)}
    figures = {level: Figure(p, p, p) for level, p in shares.items()}
    return Distribution(figures, "C", ("assumption",))


def fits(model: Model, codes: np.ndarray) -> np.ndarray:
    """How usual each case is by the model's own measure, shape (n,); NaN where it has none."""
    measured = model.manifest["doubt"]
    places = [bucket(measured["lengths"], int(n)) for n in (codes > 0).sum(axis=1)]
    usual = typicality(model, codes, measured["unlisted_weight"])
    return np.array(
        [
            np.nan if place is None else tail(measured, place, float(u))
            for place, u in zip(places, usual, strict=True)
        ]
    )


def told_apart(model: Model, known: np.ndarray, strange: np.ndarray, fewest: int = 3) -> float:
    """AUROC of the fit between known and foreign cases of at least so many answers."""
    known, strange = (c[(c > 0).sum(axis=1) >= fewest] for c in (known, strange))
    fit = np.concatenate([fits(model, known), fits(model, strange)])
    return float(roc_auc_score(np.repeat([0, 1], [len(known), len(strange)]), -fit))


def taken_for(model: Model, codes: np.ndarray, fewest: int = 30) -> list[tuple[str, float]]:
    """The two causes that lead most often in cases of at least so many answers, with shares."""
    proba = model.predict_proba(codes[(codes > 0).sum(axis=1) >= fewest])
    share = np.bincount(proba.argmax(axis=1), minlength=len(CAUSES)) / len(proba)
    return [(list(CAUSES)[cause], float(share[cause])) for cause in np.argsort(-share)[:2]]


def main() -> None:
    """Print for each condition how well the served model notices that it does not know it."""
    folder = Path(os.environ.get("MODELS", "models"))
    model = create_app(folder).extensions["model"]
    if not isinstance(model, Model):
        raise SystemExit(f"{model.detail} MODELS= names another folder.")
    known = load_world().sample(20_000, np.random.default_rng(9)).codes
    print(f"model {model.version}; 20,000 simulated cases, 2,000 of each condition")
    print(f"{'condition':<18}{'AUROC':>8}{'30+ answers':>14}{'fit < 0.01':>13}  taken for")
    for condition in CONDITIONS:
        strange = foreign(condition, 2_000, 3)
        both = [told_apart(model, known, strange, fewest) for fewest in (3, 30)]
        flagged = float(np.mean(fits(model, strange) < model.manifest["doubt"]["misfit"]))
        mostly = ", ".join(f"{cause} {share:.0%}" for cause, share in taken_for(model, strange))
        print(f"{condition:<18}{both[0]:8.2f}{both[1]:14.2f}{flagged:13.1%}  {mostly}")


if __name__ == "__main__":
    main()
