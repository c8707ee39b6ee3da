"""A study's results as tables and plots for the report, each with words on what to look for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from data.statistics import STATISTICS
from data.wording import WORDING
from training.judge.details import Mean, Z
from training.study.model_comparison import Point
from training.study.plan import Plan
from training.study.sensitivity import MIXED, Clinic, WorldLosses
from training.study.study_results import Line, Plot, Study, Table


@dataclass(frozen=True)
class Found:
    """All that a study measured; the first of ``worlds`` is the central one."""

    points: Mapping[str, list[Point]]
    each: Mapping[str, Mean]  # true cause: log loss above the exact posterior's
    worlds: list[WorldLosses]
    clinics: Mapping[float, list[list[Clinic]]]


def study(plan: Plan, found: Found, digests: Mapping[str, str], seconds: float) -> Study:
    """Everything, dated today."""
    tables = [_candidates(plan, found.points), each_cause(plan, found.each)]
    tables += [_worlds(plan, found.worlds), _clinics(plan, found.clinics)]
    plots = [_against(found.points, which) for which in ("seconds of fitting", "cases")]
    plots += [_distribution(found.worlds)]
    now = datetime.now(UTC)
    about = {**digests, "seconds": f"{seconds:.0f}"}
    return Study(f"{now:%Y-%m-%d}", about, tables, plots)


def _candidates(plan: Plan, points: Mapping[str, list[Point]]) -> Table:
    rows = []
    for name, path in points.items():
        cells = [f"{p.excess.mean:.4f} ({p.seconds:.1f} s)" for p in path]
        rows.append([name, *cells, *["-"] * (len(plan.sizes) - len(cells))])
    error = max(path[-1].excess.error for path in points.values() if path)
    return Table(
        "Candidates",
        "Log loss above the exact posterior's (nats), and seconds of fitting by the clock, without "
        "those of drawing, by number of cases. What to look for: "
        "which candidate is still falling, and which has come to rest above the limit. All are "
        f"judged on the same {plan.test_cases:,} cases; 95 % intervals are at most "
        f"{Z * error:.4f} to either side at the end of a row. A dash: it would have been expected "
        f"to take over {plan.seconds:.0f} s.",
        ["candidate", *(f"{size:,} cases" for size in plan.sizes)],
        rows,
    )


def each_cause(plan: Plan, each: Mapping[str, Mean]) -> Table:
    """The distance to the exact posterior by true cause."""
    rows = [
        [
            WORDING.label(cause),
            f"{excess.mean:+.4f}",
            f"{excess.mean - Z * excess.error:+.4f} to {excess.mean + Z * excess.error:+.4f}",
        ]
        for cause, excess in sorted(each.items(), key=lambda pair: -pair[1].mean)
    ]
    return Table(
        "By true cause",
        "Log loss of our model above the exact posterior's (nats), with 95 % intervals, on "
        f"{plan.each_cases:,} cases drawn for each cause. What to look for: a cause that stands "
        "out. One may lie below zero where another pays for it; together they cannot.",
        ["true cause", "above the exact posterior", "95 % interval"],
        rows,
    )


def _against(points: Mapping[str, list[Point]], which: str) -> Plot:
    lines = [
        Line(
            name,
            [p.cases if which == "cases" else max(p.seconds, 0.001) for p in path],
            [max(p.excess.mean, 1e-5) for p in path],
        )
        for name, path in points.items()
    ]
    return Plot(
        f"Candidates, by {which}",
        "What to look for: the line that is lowest at the left (learns from little) and the one "
        "that is lowest at the right (has the right form). A line that has become flat will not "
        "reach the limit with any number of cases.",
        which,
        "above the exact posterior (nats)",
        True,
        True,
        lines,
    )


def _worlds(plan: Plan, worlds: Sequence[WorldLosses]) -> Table:
    central, others = worlds[0], worlds[1:]
    rows = [
        _spread(
            "central exact posterior, above the world's own", [w.central - w.own for w in others]
        ),
        _spread("model, above the world's own", [w.model - w.own for w in others]),
        _spread("model, above the central exact posterior", [w.model - w.central for w in others]),
        _spread(
            f"from {plan.few_cases:,} central cases, above the world's own",
            [w.control - w.own for w in others],
        ),
        _spread(
            f"from as many of {MIXED} worlds, above the world's own",
            [w.mixed - w.own for w in others],
        ),
    ]
    at_home = [0.0, *(loss - central.own for loss in central[2:])]
    rows = [[*row, f"{value:.4f}"] for row, value in zip(rows, _home(at_home), strict=True)]
    return Table(
        f"{len(others)} other worlds",
        "Each is a world in which every figure was drawn within its range; log loss in nats. What "
        "to look for: the model should lose hardly more there than the exact posterior of the "
        "central figures does, since that loss is the price of figures that are wrong. The last "
        "two rows are a model from a mixture of worlds and its control from the central one: the "
        f"mixture is worth it only if it is lower. {plan.world_cases:,} cases a world; the last "
        f"column is the central world, on {plan.test_cases:,}.",
        ["", "mean", "least", "median", "most", "central world"],
        rows,
    )


def _home(values: list[float]) -> list[float]:
    """For the rows of the worlds: both of the model's are the same where central is own."""
    central, model, control, mixed = values
    return [central, model, model, control, mixed]


def _spread(name: str, values: list[float]) -> list[str]:
    figures = (np.mean(values), np.min(values), np.median(values), np.max(values))
    return [name, *(f"{figure:.4f}" for figure in figures)]


def _distribution(worlds: Sequence[WorldLosses]) -> Plot:
    others = worlds[1:]
    shares = ((np.arange(len(others)) + 0.5) / len(others)).tolist()
    lines = [
        Line("model", sorted(w.model - w.own for w in others), shares),
        Line("central exact posterior", sorted(w.central - w.own for w in others), shares),
    ]
    return Plot(
        f"{len(others)} other worlds",
        "What to look for: two lines on top of each other. Each point is a world; to the right, "
        "what is lost there against its own exact posterior. Where the lines part, the model adds "
        "to what wrong figures cost by themselves.",
        "above the world's own exact posterior (nats)",
        "share of worlds that are lower",
        False,
        False,
        lines,
    )


def _clinics(plan: Plan, clinics: Mapping[float, list[list[Clinic]]]) -> Table:
    rows = []
    for weight, of_weight in clinics.items():
        gains = np.array([[c.with_own - c.without for c in path] for path in of_weight])
        for n, column in zip(plan.own_cases, gains.T, strict=True):
            without = np.mean([path[0].without for path in of_weight])
            rows.append(
                [
                    f"{n:,}",
                    f"{weight:g}",
                    f"{without:.4f}",
                    f"{without + column.mean():.4f}",
                    f"{column.min():+.4f} to {column.max():+.4f}",
                    f"{(column < 0).sum()} of {len(column)}",
                ]
            )
    return Table(
        "A clinic's own cases",
        "Simulated clinics with other figures, each a world drawn from the ranges; log loss above "
        f"the clinic's own exact posterior (nats) on {plan.clinic_cases:,} of its other cases. "
        f"Weight 1: a cause's simulated figures count as {STATISTICS.site_figures:g} own cases, "
        f"and the shares of causes as {STATISTICS.site_shares:g}. What to look for: no harm from "
        "ten cases, and how many it takes until every clinic gains.",
        [
            "own cases",
            "weight",
            "without",
            "with",
            "change, from clinic to clinic",
            "clinics that gain",
        ],
        rows,
    )
