"""What a model must reach before it is promoted, measured against the exact posterior."""

from typing import Final

from data.statistics import STATISTICS
from training.judge.details import Z
from training.judge.evaluate import Scores
from training.judge.held_out import HeldOut

EXCESS_LOG_LOSS: Final = STATISTICS.excess_log_loss
CALIBRATION: Final = STATISTICS.excess_calibration_error
DVT_RECALL: Final = STATISTICS.missed_dvt


def shortfalls(scores: Scores) -> list[str]:
    """What falls short, and by how much, a sentence each; empty if the model may be promoted."""
    model, ceiling = scores["all"]["model"], scores["all"]["ceiling"]
    if model.dvt_recall is None or ceiling.dvt_recall is None:
        return ["No test case has deep vein thrombosis, so its recall is not known."]
    distances = {
        "Log loss is {:.4f} nats above the exact posterior's": (
            model.log_loss - ceiling.log_loss,
            EXCESS_LOG_LOSS,
        ),
        "Calibration error is {:.4f} above the exact posterior's": (
            model.calibration_error - ceiling.calibration_error,
            CALIBRATION,
        ),
        "Recall of deep vein thrombosis is {:.4f} below the exact posterior's": (
            ceiling.dvt_recall - model.dvt_recall,
            DVT_RECALL,
        ),
    }
    return [
        f"{words.format(distance)}, {distance - allowed:.4f} more than the {allowed} allowed."
        for words, (distance, allowed) in distances.items()
        if not distance <= allowed  # a distance that is not a number falls short too
    ]


def harm(held: HeldOut) -> list[str]:
    """What own cases did to held-out ones of them, if it is harm beyond chance."""
    if held.change.mean - Z * held.change.error <= 0:
        return []
    return [
        f"Own cases make the log loss of held-out own cases {held.change.mean:.4f} nats worse, "
        f"from {held.without:.4f}; try a smaller WEIGHT, or look for mistakes in the file."
    ]
