"""The report's diagrams: what each shows. How they look is in ``drawing``."""

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from data.wording import WORDING
from training.judge.details import Bin, Details, Learnt, Mean, Z
from training.judge.gates import EXCESS_LOG_LOSS
from training.report.drawing import (
    BLACK,
    BLUE,
    CEILING,
    GREY,
    MODEL,
    VERMILION,
    WIDTH,
    log,
    looks,
    styled,
    svg,
)
from training.study.study_results import Plot

COLUMNS = 3  # of reliability diagrams


def diagrams(details: Details) -> dict[str, Markup]:
    """All diagrams of a run, by name."""
    with styled():
        return {
            "reliability": _reliability(details),
            "learning": _learning(details.curve, details.limit),
            "excess": _excess(details.excess, "by number of answers", str),
            "excess_of": _excess(details.excess_of, "by true cause", WORDING.label),
        }


def drawn(plots: Sequence[Plot]) -> list[Markup]:
    """The plots of a study."""
    with styled():
        return [_study(plot) for plot in plots]


def _reliability(details: Details) -> Markup:
    """Panels in rows of three, and below each what is left of it without the diagonal."""
    shown = {
        "Likeliest cause, all cases": details.reliability["all"],
        WORDING.label("deep_vein_thrombosis"): details.dvt,
        **{f"{k} answers": v for k, v in details.reliability.items() if k != "all"},
    }
    rows = -(-len(shown) // COLUMNS)
    figure = Figure((WIDTH, 3.7 * rows), layout="constrained")
    grid = figure.subplots(2 * rows, COLUMNS, height_ratios=[3, 1.3] * rows, squeeze=False)
    for axes in grid.flat[2 * len(shown) :]:
        axes.set_visible(False)
    for n, (title, by_who) in enumerate(shown.items()):
        row, column = divmod(n, COLUMNS)
        above, below = grid[2 * row : 2 * row + 2, column]
        _panel(above, below, by_who, logarithmic=by_who is details.dvt)
        above.set_title(title)
        if column == 0:
            above.set_ylabel("came true")
            below.set_ylabel("true minus said")
    grid[0][0].legend(loc="upper left")
    return svg(figure, "Reliability diagrams: probability said against share that came true")


def _panel(above: Axes, below: Axes, by_who: Mapping[str, list[Bin]], *, logarithmic: bool) -> None:
    said = [b.said for bins in by_who.values() for b in bins]
    lowest = max(min(said), 1e-4) / 2 if logarithmic else 0
    if logarithmic:
        log(above, "x")
        log(above, "y")
        log(below, "x")
    above.plot([lowest, 1], [lowest, 1], color=GREY, linewidth=0.8)
    below.axhline(0, color=GREY, linewidth=0.8)
    for who, look in (("model", MODEL), ("ceiling", CEILING)):
        bins = by_who[who]
        above.plot([b.said for b in bins], [b.true for b in bins], **look)
        below.plot([b.said for b in bins], [b.true - b.said for b in bins], **look)
    for b in by_who["model"]:
        above.vlines(b.said, b.low, b.high, color=BLUE, linewidth=0.8)
        below.vlines(b.said, b.low - b.said, b.high - b.said, color=BLUE, linewidth=0.8)
    above.set(xlim=(lowest, 1), ylim=(lowest, 1), xticklabels=[])
    below.set(xlim=(lowest, 1), xlabel="probability said")


def _learning(curve: Sequence[Learnt], limit: float) -> Markup:
    """Log loss with the limit, and what is above the limit on logarithmic axes."""
    cases = [point.cases for point in curve]
    figure = Figure((WIDTH, 2.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(cases, [point.log_loss for point in curve], **MODEL)
    _level(left, limit, "Bayes limit", color=BLACK, linestyle="--")
    left.set_ylabel("log loss (nats)")
    left.margins(y=0.1)
    excess = [point.excess for point in curve]
    right.errorbar(cases, [e.mean for e in excess], [Z * e.error for e in excess], **MODEL)
    _level(right, EXCESS_LOG_LOSS, "allowed for promotion", color=VERMILION, linestyle=":")
    right.set_ylabel("above the limit (nats)")
    log(right, "y")
    for axes in (left, right):
        axes.set_xlabel("cases learnt from")
        log(axes, "x")
    return svg(figure, "Learning curve: log loss against the number of cases learnt from")


def _level(axes: Axes, value: float, name: str, *, color: str, linestyle: str) -> None:
    """A horizontal line with its name on it, at the left."""
    axes.axhline(value, color=color, linestyle=linestyle)
    at = axes.get_yaxis_transform()
    axes.annotate(
        name, (0.02, value), xycoords=at, xytext=(0, 3), textcoords="offset points", color=color
    )


def _excess(means: Mapping[str, Mean], title: str, label: Callable[[str], str]) -> Markup:
    """A point and its interval for each name, from top to bottom."""
    figure = Figure((WIDTH, 0.6 + 0.2 * len(means)), layout="constrained")
    axes = figure.subplots()
    for n, of in enumerate(means.values()):
        axes.errorbar(of.mean, n, xerr=Z * of.error, color=BLUE, marker="o", capsize=2)
    axes.axvline(0, color=BLACK, linewidth=0.8)
    names = [f"{label(name)} ({of.cases:,})" for name, of in means.items()]
    axes.set_yticks(range(len(means)), names)
    axes.invert_yaxis()
    axes.set_xlabel("log loss above the exact posterior's (nats)")
    return svg(figure, f"Log loss above the exact posterior's, {title}")


def _study(plot: Plot) -> Markup:
    figure = Figure((WIDTH, 3.2), layout="constrained")
    axes = figure.subplots()
    for line, look in zip(plot.lines, looks(), strict=False):
        axes.plot(line.x, line.y, label=line.name, **look)
    for which, logarithmic in (("x", plot.log_x), ("y", plot.log_y)):
        if logarithmic:
            log(axes, which)
    axes.set(xlabel=plot.x, ylabel=plot.y)
    if len(plot.lines) > 1:
        figure.legend(loc="outside right upper")
    return svg(figure, plot.title)
