"""Other worlds that the evidence allows: every figure drawn anew within its range."""

from dataclasses import replace

import numpy as np

from data.knowledge import Distribution, Effects, Figure, Knowledge, Latent, Link, Profile, scaled


def draw(knowledge: Knowledge, rng: np.random.Generator) -> Knowledge:
    """Knowledge with other figures, errors and interviews as they were.

    A figure lies below its central value as often as above, evenly on the logit scale between
    that and the end of its range; figures are drawn independently.
    """
    background = {
        f: _distribution(d, rng, knowledge.age_odds_range) for f, d in knowledge.background.items()
    }
    return replace(
        knowledge,
        background=background,
        profiles={cause: _profile(p, rng) for cause, p in knowledge.profiles.items()},
        links=tuple(_link(link, rng) for link in knowledge.links),
    )


def _figure(figure: Figure, rng: np.random.Generator) -> Figure:
    low, p, high = (float(np.log(x / (1 - x))) for x in (figure.low, figure.p, figure.high))
    logit = np.interp(rng.random(), (0, 0.5, 1), (low, p, high))
    return figure._replace(p=float(1 / (1 + np.exp(-logit))))


def _by_age(
    shares: tuple[float, ...], rng: np.random.Generator, spread: float
) -> tuple[float, ...]:
    """One odds factor for all ages, so that the shape over age stays."""
    odds = spread ** rng.uniform(-1, 1)
    return tuple(share * odds / (1 - share + share * odds) for share in shares)


def _distribution(
    given: Distribution, rng: np.random.Generator, age_odds_range: float = 1.0
) -> Distribution:
    figures: dict[str, Figure | tuple[float, ...]] = {}
    for level, figure in given.figures.items():
        if isinstance(figure, Figure):
            figures[level] = _figure(figure, rng)
        else:
            figures[level] = _by_age(figure, rng, age_odds_range)
    return replace(given, figures=figures)


def _link(link: Link, rng: np.random.Generator) -> Link:
    return replace(link, probability={k: _figure(f, rng) for k, f in link.probability.items()})


def _profile(profile: Profile, rng: np.random.Generator) -> Profile:
    return replace(
        profile,
        base_rate=_figure(profile.base_rate, rng),
        severity=_severity(profile.severity, rng),
        subtype=_subtype(profile.subtype, rng),
        findings={f: _distribution(d, rng) for f, d in profile.findings.items()},
    )


def _severity(latent: Latent, rng: np.random.Generator) -> Latent:
    """The step from state to state is another; the middle state stays."""
    *_, worst = latent.states
    steps = _moved(latent.effects.get(worst, {}), latent.log_odds_range, rng)
    effects = {state: scaled(steps, i - 1) for i, state in enumerate(latent.states)}
    return replace(latent, effects=effects)


def _subtype(latent: Latent, rng: np.random.Generator) -> Latent:
    effects = {s: _moved(e, latent.log_odds_range, rng) for s, e in latent.effects.items()}
    return replace(latent, effects=effects)


def _moved(effects: Effects, spread: float, rng: np.random.Generator) -> Effects:
    return {
        finding: {level: beta + rng.uniform(-spread, spread) for level, beta in levels.items()}
        for finding, levels in effects.items()
    }
