"""The safety rules, and nothing else.

Each rule is one sentence, one condition, one source and one permanent id; the part of the id
before the number names the alert. Rules read answers, never probabilities, and only raise.
What is unknown never counts as absent: a rule that could still fire is listed back as a question.
No alert is not an all-clear: dangers without a row here are not looked for.
"""

from typing import Final

from data.vocabulary import Vocabulary
from service.conditions import all_of, any_of, at_least, is_one_of
from service.rule import Action, Rule

V = Vocabulary

# --- signs that several rules share ---------------------------------------------------------

ONE_LEG_SWOLLEN = is_one_of(V.leg_swelling, "one_lower_leg", "one_whole_leg")
CALF_WIDER = is_one_of(V.calf_wider_3cm, "yes")
ONE_LEG_PITS = is_one_of(V.pitting_dent, "one_leg")
CALF_OR_THIGH = any_of(is_one_of(V.loc_calf, "yes"), is_one_of(V.loc_thigh, "yes"))
ONE_LEG = is_one_of(V.laterality, "one_leg")

WARM = is_one_of(V.skin_warmth, "yes")
RED = is_one_of(V.skin_redness, "local_patch", "spreading_or_blistering")
TENDER = is_one_of(V.deep_vein_tenderness, "yes")

# The Wells score without its -2 for another diagnosis: that is a clinician's judgement.
WELLS: Final = {
    "active cancer": is_one_of(V.active_cancer, "yes"),
    "a paralysed, weak or plastered leg": any_of(
        is_one_of(V.leg_paralysis_cast, "yes"), is_one_of(V.weakness, "sudden_cannot_move")
    ),
    "bedridden or operated on recently": is_one_of(V.recent_immobility, "bedridden_or_surgery"),
    "tenderness along the deep veins": TENDER,
    "the whole leg swollen": is_one_of(V.leg_swelling, "one_whole_leg"),
    "one calf at least 3 cm wider": CALF_WIDER,
    "a dent that stays in one leg only": ONE_LEG_PITS,
    "new surface veins that are not varicose": is_one_of(V.surface_veins, "new_nonvaricose"),
    "an earlier clot in a leg or lung": is_one_of(V.prior_vte, "dvt", "pe_only"),
}

# --- what to do -----------------------------------------------------------------------------

DVT = Action(
    "Possible blood clot in a leg (deep vein thrombosis)",
    "same_day",
    "today",
    "Be examined today: contact a doctor or an urgent care service and say that a clot in the leg "
    "has to be ruled out. If nobody can see you within hours, go to an emergency department. "
    "Do not massage the leg and do not wait to see whether it passes. With sudden breathlessness, "
    "chest pain, coughing of blood or fainting, call your local emergency number at once.",
)
PE = Action(
    "Possible blood clot in the lung (pulmonary embolism)",
    "emergency",
    "minutes",
    "Call your local emergency number now and tell them about the breathing, chest pain or "
    "collapse and about the leg. Do not drive yourself, do not stay alone and do not wait to see "
    "whether it passes.",
)
PHLEG = Action(
    "Possible large clot that cuts off the leg (phlegmasia)",
    "emergency",
    "minutes",
    "Call your local emergency number now and say that a whole leg is swollen and has turned "
    "blue: the leg is in danger. Do not walk on it, do not massage it, do not drive yourself and "
    "do not wait to see whether it passes.",
)
PREG = Action(
    "Possible blood clot in a leg in pregnancy or after birth",
    "same_day",
    "today",
    "Be examined today: contact your maternity unit, a doctor or an urgent care service and say "
    "that you are pregnant or gave birth in the last six weeks and that a clot in the leg has to "
    "be ruled out. If nobody can see you within hours, go to an emergency department. Do not wait "
    "for your next appointment and do not massage the leg. With sudden breathlessness, chest "
    "pain, coughing of blood or fainting, call your local emergency number at once.",
)

# --- the rules ------------------------------------------------------------------------------

RULES: Final = (
    Rule(
        "DVT-1",
        "One leg is swollen, one calf is at least 3 cm wider than the other, or a thumb leaves a "
        "dent in one leg only.",
        any_of(ONE_LEG_SWOLLEN, CALF_WIDER, ONE_LEG_PITS),
        "NICE_NG158",
        DVT,
    ),
    Rule(
        "DVT-2",
        "Calf or thigh pain in one leg with warm skin, red skin or tenderness along the deep "
        "veins; or calf or thigh pain with two of these three signs.",
        all_of(
            CALF_OR_THIGH,
            any_of(
                all_of(ONE_LEG, any_of(WARM, RED, TENDER)),
                at_least(2, WARM, RED, TENDER),
            ),
        ),
        "NICE_NG158",
        DVT,
    ),
    Rule(
        "DVT-3",
        "At least two points of the Wells score for deep vein thrombosis, counted from what the "
        "patient can tell.",
        at_least(2, *WELLS.values()),
        "Wells2003",
        DVT,
        points=WELLS,
    ),
    Rule(
        "PE-1",
        "Sudden breathlessness, chest pain, coughing of blood or collapse.",
        is_one_of(V.breath_chest, "sudden_breath_chest_collapse"),
        "NICE_NG158",
        PE,
    ),
    Rule(
        "PHLEG-1",
        "A whole leg is swollen and has turned blue or purple.",
        all_of(
            is_one_of(V.leg_swelling, "one_whole_leg"),
            is_one_of(V.leg_colour, "blue_purple"),
        ),
        "textbook",
        PHLEG,
    ),
    Rule(
        "PREG-1",
        "Pregnant, or gave birth in the last six weeks, with a sign in one leg only: swelling, a "
        "wider calf, a dent that stays, or calf or thigh pain.",
        all_of(
            is_one_of(V.hormonal_state, "pregnant", "postpartum_6wk"),
            any_of(
                ONE_LEG_SWOLLEN,
                CALF_WIDER,
                ONE_LEG_PITS,
                all_of(ONE_LEG, CALF_OR_THIGH),
            ),
        ),
        "RCOG_GTG37b",
        PREG,
    ),
)
