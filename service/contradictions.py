"""Answers that cannot both be right: a warning to ask again, never an error."""

from typing import Final, TypedDict

from data.vocabulary import Answers, Vocabulary
from service.conditions import Condition, all_of, any_of, is_one_of


class Contradiction(TypedDict):
    """Findings whose answers disagree, and how."""

    findings: list[str]
    detail: str


V = Vocabulary
PREGNANT_OR_POSTPARTUM = is_one_of(V.hormonal_state, "pregnant", "postpartum_6wk")

CONTRADICTIONS: Final[tuple[tuple[str, Condition], ...]] = (
    (
        "Pregnant or shortly after birth, and male: one of the two answers must be wrong.",
        all_of(PREGNANT_OR_POSTPARTUM, is_one_of(V.sex, "male")),
    ),
    (
        "Pregnant or shortly after birth at 60 or older: one of the two answers must be wrong.",
        all_of(PREGNANT_OR_POSTPARTUM, is_one_of(V.age, "60-69", "70-79", "80plus")),
    ),
    (
        "No leg is swollen, yet a thumb leaves a dent or one calf is at least 3 cm wider.",
        all_of(
            is_one_of(V.leg_swelling, "none"),
            any_of(
                is_one_of(V.pitting_dent, "one_leg", "both_legs"),
                is_one_of(V.calf_wider_3cm, "yes"),
            ),
        ),
    ),
    (
        "Both legs are affected, yet the dent or the wider calf is in one leg only.",
        all_of(
            is_one_of(V.laterality, "both_legs"),
            any_of(is_one_of(V.pitting_dent, "one_leg"), is_one_of(V.calf_wider_3cm, "yes")),
        ),
    ),
)


def warnings(answers: Answers) -> list[Contradiction]:
    """Every contradiction in the answers, in the order of the table."""
    return [
        {"findings": list(condition.because(answers)), "detail": detail}
        for detail, condition in CONTRADICTIONS
        if condition.certain(answers)
    ]
