"""Warnings, never errors: answers that cannot both be right, and findings named as formerly."""

from collections.abc import Sequence
from typing import Final

from data.vocabulary import Vocabulary, current_id
from data.wording import WORDING
from service.contract.safety import Caution
from service.safety.conditions import Condition, all_of, any_of, is_one_of
from service.safety.tables import FIRED

V = Vocabulary
PREGNANT_OR_POSTPARTUM = is_one_of(V.hormonal_state, "pregnant", "postpartum_6wk")
ONE_SWOLLEN = is_one_of(V.leg_swelling, "one_lower_leg", "one_whole_leg")

CONTRADICTIONS: Final[tuple[tuple[str, Condition], ...]] = (
    (
        "pregnant_and_male",
        all_of(PREGNANT_OR_POSTPARTUM, is_one_of(V.sex, "male")),
    ),
    (
        "pregnant_at_60",
        all_of(PREGNANT_OR_POSTPARTUM, is_one_of(V.age, "60-69", "70-79", "80plus")),
    ),
    (
        "dent_without_swelling",
        all_of(
            is_one_of(V.leg_swelling, "none"),
            any_of(
                is_one_of(V.pitting_dent, "one_leg", "both_legs"),
                is_one_of(V.calf_wider_3cm, "yes"),
            ),
        ),
    ),
    (
        "both_legs_and_one_sided",
        all_of(
            is_one_of(V.laterality, "both_legs"),
            any_of(
                ONE_SWOLLEN,
                is_one_of(V.pitting_dent, "one_leg"),
                is_one_of(V.calf_wider_3cm, "yes"),
            ),
        ),
    ),
    ("one_leg_and_both", all_of(ONE_SWOLLEN, is_one_of(V.pitting_dent, "both_legs"))),
)


def cautions(case: Sequence[int], values: bytes) -> list[Caution]:
    """Those contradictions of a row of codes that hold, in the order of the table."""
    return [
        {"findings": list(condition.because(case)), "detail": WORDING.contradiction(name)}
        for (name, condition), value in zip(CONTRADICTIONS, values, strict=True)
        if value == FIRED
    ]


def renamed(former: Sequence[str]) -> list[Caution]:
    """What to call findings that were named by these former ids."""
    words = WORDING.service("former_id")
    pairs = [(name, current_id(name)) for name in former]
    return [{"findings": [now], "detail": words.format(former=f, now=now)} for f, now in pairs]
