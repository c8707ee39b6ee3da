"""The vocabulary: every finding that can be asked, as one typed class.

Rules read it, requests are checked against it and the encoder encodes it. A finding or level
that does not exist is a type error under ``mypy --strict``, not a silence. The questions and
the plain words for each level are in ``wording.toml``.
"""

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any, Final, Generic, Literal, TypeVar, get_args

VERSION: Final = "1"
UNDER_AGE: Final = "under_18"  # an answer to `age` that no table covers

Urgency = Literal["emergency", "same_day", "soon", "undetermined", "self_care"]
URGENCIES: Final[tuple[Urgency, ...]] = get_args(Urgency)  # most urgent first
CARE: Final = tuple(u for u in URGENCIES if u != "undetermined")  # that a cause can call for

Kind = Literal["boolean", "categorical", "ordinal", "numeric"]
YesNo = Literal["no", "yes"]
Answers = Mapping[str, str]  # finding id -> level; what is not known is absent
L = TypeVar("L", bound=str)


class Finding(Generic[L]):
    """One thing to ask: its id, kind, group, levels in order, and position in a case.

    A case is also a row of codes: 0 is unknown, ``1 + levels.index(level)`` is an answer.
    """

    id: str
    levels: tuple[L, ...]
    index: int

    def __init__(
        self,
        kind: Kind,
        group: str,
        levels: tuple[L, ...] = (),
        edges: tuple[float, ...] = (),
        limits: tuple[float, float] = (0, 0),
    ) -> None:
        self.kind: Kind = kind
        self.group = group
        self.levels = levels
        self.edges = edges  # upper ends of all bins but the last
        self.limits = limits

    def __set_name__(self, owner: type, name: str) -> None:
        """Take the id from the field's name and the levels from its annotation."""
        self.id = name
        if not self.levels:
            (literal,) = get_args(owner.__annotations__[name])
            self.levels = get_args(literal)

    def __repr__(self) -> str:
        return f"<Finding {self.id}>"

    def code(self, level: str) -> int:
        """Code of an answered level; 0, unknown, for an age that no table covers."""
        return 0 if level == UNDER_AGE else self.levels.index(level) + 1

    def read(self, value: object) -> str:
        """Level that a JSON value states; ValueError says what would fit, never the value."""
        if self.kind == "boolean":
            if not isinstance(value, bool):
                raise ValueError("must be true, false or null")
            return "yes" if value else "no"
        if self.kind == "numeric":
            return self._bin(value)
        if not isinstance(value, str) or value not in self.levels:
            raise ValueError(f"must be one of {', '.join(self.levels)}, or null")
        return value

    def _bin(self, value: object) -> str:
        low, high = self.limits
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"must be a number from {low:g} to {high:g}, or null")
        if not low <= value <= high:
            raise ValueError(f"must be from {low:g} to {high:g}")
        if self.id == "age" and value < 18:
            return UNDER_AGE
        return self.levels[bisect_right(self.edges, value)]


def boolean(group: str) -> Finding[YesNo]:
    """Finding answered by true or false."""
    return Finding("boolean", group, ("no", "yes"))


def categorical(group: str) -> Finding[Any]:
    """Finding answered by one of several levels without an order."""
    return Finding("categorical", group)


def ordinal(group: str) -> Finding[Any]:
    """Finding answered by one of several levels from least to most."""
    return Finding("ordinal", group)


class Vocabulary:
    """All findings, in the order of every case, feature matrix and tie."""

    # pain_quality
    quality_aching = boolean("pain_quality")
    quality_cramping = boolean("pain_quality")
    quality_throbbing = boolean("pain_quality")
    quality_tingling = boolean("pain_quality")
    quality_burning = boolean("pain_quality")
    quality_sharp_shooting = boolean("pain_quality")
    quality_crawling_pulling = boolean("pain_quality")
    quality_heaviness = boolean("pain_quality")

    # location
    loc_calf = boolean("location")
    loc_foot = boolean("location")
    loc_thigh = boolean("location")
    joint_site: Finding[Literal["none", "hip", "knee", "ankle_heel", "several"]] = categorical(
        "location"
    )
    back_buttock_radiation: Finding[
        Literal["none", "buttock_only", "back_pain_separate", "travels_down_leg"]
    ] = categorical("location")
    laterality: Finding[Literal["one_leg", "both_legs", "alternates"]] = categorical("location")

    # onset_course
    onset_speed: Finding[Literal["sudden_minutes", "hours_to_days", "weeks", "gradual_months"]] = (
        categorical("onset_course")
    )
    episode_pattern: Finding[Literal["under_10_min", "comes_and_goes_hours", "constant"]] = (
        categorical("onset_course")
    )
    pain_intensity: Finding[Literal["mild", "moderate", "severe", "unbearable"]] = ordinal(
        "onset_course"
    )

    # timing_triggers
    worst_time: Finding[
        Literal["evening_falling_asleep", "wakes_at_night", "morning", "daytime", "no_pattern"]
    ] = categorical("timing_triggers")
    rest_lying_effect: Finding[
        Literal["no_change_or_better", "worse_any_rest", "worse_only_lying"]
    ] = categorical("timing_triggers")
    walking_effect: Finding[
        Literal[
            "none_or_better",
            "joint_or_leg_pain_walking",
            "claudication_eases_standing",
            "eases_only_sitting_bending",
        ]
    ] = categorical("timing_triggers")
    worse_standing = boolean("timing_triggers")
    position_pressure: Finding[
        Literal["none", "pressed_or_lying_on_spot", "certain_positions_eases_on_shifting"]
    ] = categorical("timing_triggers")
    worse_cough_strain = boolean("timing_triggers")

    # relief
    relief_moving = boolean("relief")
    relief_stretch_massage = boolean("relief")
    relief_leg_down = boolean("relief")
    relief_leg_up = boolean("relief")
    relief_rest = boolean("relief")

    # sensory_motor
    urge_to_move = boolean("sensory_motor")
    muscle_hardening: Finding[Literal["none", "brief_knot", "constantly_tense_hard"]] = categorical(
        "sensory_motor"
    )
    bedsheet_pain = boolean("sensory_motor")
    numbness: Finding[
        Literal[
            "none",
            "both_feet_sock",
            "one_leg_strip",
            "asleep_passes_quickly",
            "sudden_new_foot_or_leg",
        ]
    ] = categorical("sensory_motor")
    weakness: Finding[
        Literal["none", "mild_one_leg", "both_legs_or_thighs", "sudden_cannot_move"]
    ] = categorical("sensory_motor")
    unsteady_walking = boolean("sensory_motor")
    hand_symptoms: Finding[
        Literal["none", "tingling_numb_hands", "painful_swollen_hand_joints"]
    ] = categorical("sensory_motor")

    # leg_signs
    leg_swelling: Finding[Literal["none", "one_lower_leg", "one_whole_leg", "both_legs"]] = (
        categorical("leg_signs")
    )
    calf_wider_3cm = boolean("leg_signs")
    pitting_dent: Finding[Literal["none", "one_leg", "both_legs"]] = categorical("leg_signs")
    deep_vein_tenderness = boolean("leg_signs")
    surface_veins: Finding[Literal["none", "varicose", "new_nonvaricose"]] = categorical(
        "leg_signs"
    )
    skin_warmth = boolean("leg_signs")
    skin_redness: Finding[Literal["none", "local_patch", "spreading_or_blistering"]] = categorical(
        "leg_signs"
    )
    leg_colour: Finding[Literal["normal", "pale_or_cold", "blue_purple"]] = categorical("leg_signs")
    skin_change: Finding[Literal["none", "brown_eczema_ankle", "shiny_hairless"]] = categorical(
        "leg_signs"
    )
    skin_wound: Finding[Literal["none", "ankle_shin_sore", "foot_toe_sore", "black_tissue"]] = (
        categorical("leg_signs")
    )
    joint_swelling: Finding[
        Literal["none", "one_joint", "several_joints", "one_hot_cannot_move"]
    ] = categorical("leg_signs")
    morning_stiffness: Finding[Literal["none", "under_30min", "30_to_60min", "over_60min"]] = (
        ordinal("leg_signs")
    )
    focal_tendon_bursa_tenderness = boolean("leg_signs")

    # systemic
    fatigue = boolean("systemic")
    widespread_bone_muscle_pain = boolean("systemic")
    itch_generalised = boolean("systemic")
    urine_change: Finding[Literal["none", "foamy", "much_reduced"]] = categorical("systemic")
    breath_chest: Finding[
        Literal["none", "exertional_longstanding", "sudden_breath_chest_collapse"]
    ] = categorical("systemic")
    fever_chills = boolean("systemic")
    weight_loss = boolean("systemic")
    saddle_bladder_bowel = boolean("systemic")

    # risk
    age: Finding[Literal["18-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80plus"]] = Finding(
        "numeric", "risk", edges=(30, 40, 50, 60, 70, 80), limits=(0, 120)
    )
    sex: Finding[Literal["female", "male"]] = categorical("risk")
    bmi: Finding[Literal["under_18.5", "18.5-24.9", "25-29.9", "30-34.9", "35plus"]] = Finding(
        "numeric", "risk", edges=(18.5, 25, 30, 35), limits=(10, 100)
    )
    hormonal_state: Finding[Literal["none", "pregnant", "postpartum_6wk", "oestrogen_therapy"]] = (
        categorical("risk")
    )
    diabetes = boolean("risk")
    smoking: Finding[Literal["never", "former", "current"]] = categorical("risk")
    hypertension = boolean("risk")
    vascular_disease = boolean("risk")
    kidney_disease: Finding[Literal["none_known", "known_ckd", "dialysis"]] = categorical("risk")
    recent_immobility: Finding[Literal["none", "long_travel", "bedridden_or_surgery"]] = (
        categorical("risk")
    )
    leg_paralysis_cast = boolean("risk")
    active_cancer = boolean("risk")
    prior_vte: Finding[Literal["none", "dvt", "pe_only"]] = categorical("risk")
    dehydration_electrolyte = boolean("risk")
    recent_exertion_injury: Finding[
        Literal["none", "unusual_hard_exercise", "repetitive_overuse", "injury_or_blow"]
    ] = categorical("risk")
    daily_posture: Finding[Literal["mixed", "mostly_standing", "mostly_sitting_inactive"]] = (
        categorical("risk")
    )
    awkward_position_before = boolean("risk")
    b12_risk: Finding[
        Literal["none", "vegan_diet", "metformin_or_acid_reducer", "gut_disease_or_surgery"]
    ] = categorical("risk")
    low_sun_exposure = boolean("risk")
    iron_deficiency_risk = boolean("risk")
    known_arthritis: Finding[Literal["none", "osteoarthritis", "rheumatoid"]] = categorical("risk")
    alcohol_heavy_or_chemo = boolean("risk")
    doctor_other_explanation = boolean("risk")


FINDINGS: Final[dict[str, Finding[Any]]] = {
    name: field for name, field in vars(Vocabulary).items() if isinstance(field, Finding)
}
for _index, _finding in enumerate(FINDINGS.values()):
    _finding.index = _index

# Former id of a finding -> its id now. A former id goes on working in requests; the answer says
# which one to use. A finding that is no longer asked at all takes a new VERSION instead.
RETIRED: Final[dict[str, str]] = {}


def current_id(name: str) -> str:
    """Id that the finding with this id, or this former id, has now; other names as they are."""
    return RETIRED.get(name, name)


CAUSES: Final[dict[str, str | None]] = {  # cause id -> group, in the order of every tie
    "nocturnal_leg_cramps": "musculoskeletal_positional",
    "restless_legs_syndrome": "musculoskeletal_positional",
    "positional": "musculoskeletal_positional",
    "peripheral_artery_disease": "circulatory",
    "deep_vein_thrombosis": "circulatory",
    "venous_insufficiency": "circulatory",
    "sciatica": "nerve_related",
    "peripheral_neuropathy": "nerve_related",
    "osteoarthritis": "inflammatory_systemic",
    "rheumatoid_arthritis": "inflammatory_systemic",
    "tendinitis": "inflammatory_systemic",
    "bursitis": "inflammatory_systemic",
    "chronic_kidney_disease": "inflammatory_systemic",
    "vitamin_d_deficiency": "inflammatory_systemic",
    "vitamin_b12_deficiency": "inflammatory_systemic",
    "none_of_these": None,
}

SETTINGS: Final = (  # where people ask; the first is the default
    "primary_care",
    "emergency_department",
    "vascular_clinic",
    "dialysis_unit",
    "antenatal_clinic",
)
