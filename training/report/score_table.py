"""The short table that a run prints."""

from data.vocabulary import CAUSES
from training.judge.details import Z
from training.judge.evaluate import Score, Scores
from training.judge.held_out import HeldOut

_HEAD = "log loss  excess  top-1  top-3   Brier     ECE  DVT at 5 %"


def table(scores: Scores) -> str:
    """All scores for floor, model and ceiling, by length of interview, and recall per cause."""
    lines = [f"{'answers':<8} {'cases':>7}  {'':<8} {_HEAD}"]
    for name, by_who in scores.items():
        best = by_who["ceiling"].log_loss
        lines += [_line(name, who, score, best) for who, score in by_who.items()]
    lines += ["", f"{'recall (likeliest cause is the true one)':<42} floor  model  ceiling"]
    for cause in CAUSES:
        floor, model, ceiling = (score.recall[cause] for score in scores["all"].values())
        lines.append(f"{cause:<42} {_share(floor)}  {_share(model)}   {_share(ceiling)}")
    return "\n".join(lines)


def own_cases(held: HeldOut) -> str:
    """What own cases did, on held-out folds of them."""
    change = held.change
    return "\n".join(
        [
            f"{held.cases:,} own cases, weight {held.weight:g}; on folds that were held out:",
            f"  log loss {held.without:.4f} without them, {held.with_own:.4f} with the others "
            f"({change.mean:+.4f}, 95 % interval {change.mean - Z * change.error:+.4f} to "
            f"{change.mean + Z * change.error:+.4f})",
            f"  likeliest cause is right: {held.right_without:.1%} without, {held.right_with:.1%}",
            "The scores above are on simulated cases, with the own cases taken in.",
        ]
    )


def _line(name: str, who: str, score: Score, best: float) -> str:
    first = who == "floor"
    left = f"{name if first else '':<8} {f'{score.cases:,}' if first else '':>7}  {who:<8}"
    return (
        f"{left} {score.log_loss:8.4f} {score.log_loss - best:7.4f}  {_share(score.top1)}  "
        f"{_share(score.top3)}  {score.brier:6.4f}  {score.calibration_error:6.4f}  "
        f"{_share(score.dvt_recall):>10}"
    )


def _share(value: float | None) -> str:
    return "    -" if value is None else f"{value:5.3f}"
