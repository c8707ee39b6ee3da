"""The safety rules, and nothing else.

Each rule is one sentence, one condition, one source and one permanent id; the part of the id
before the number names the alert. Rules read answers, never probabilities, and only raise.
What is unknown never counts as absent: a rule that could still fire is listed back as a question.
No alert is not an all-clear: dangers without a row here are not looked for.
"""

from typing import Final

from data.vocabulary import Vocabulary
from service.safety.conditions import all_of, any_of, at_least, is_one_of
from service.safety.rule import Action, Rule

V = Vocabulary

# --- signs that several rules share ---------------------------------------------------------

ONE_LEG_SWOLLEN = is_one_of(V.leg_swelling, "one_lower_leg", "one_whole_leg")
WHOLE_LEG_SWOLLEN = is_one_of(V.leg_swelling, "one_whole_leg")
CALF_WIDER = is_one_of(V.calf_wider_3cm, "yes")
ONE_LEG_PITS = is_one_of(V.pitting_dent, "one_leg")
CALF_OR_THIGH = any_of(is_one_of(V.loc_calf, "yes"), is_one_of(V.loc_thigh, "yes"))
ONE_LEG = is_one_of(V.laterality, "one_leg")

WARM = is_one_of(V.skin_warmth, "yes")
RED = is_one_of(V.skin_redness, "local_patch", "spreading_or_blistering")
TENDER = is_one_of(V.deep_vein_tenderness, "yes")

SWOLLEN_BOTH = is_one_of(V.leg_swelling, "both_legs")
FEVER = is_one_of(V.fever_chills, "yes")
SPREADING = is_one_of(V.skin_redness, "spreading_or_blistering")
UNBEARABLE = is_one_of(V.pain_intensity, "unbearable")
SEVERE = is_one_of(V.pain_intensity, "severe", "unbearable")
OFF_COLOUR = is_one_of(V.leg_colour, "pale_or_cold", "blue_purple")
WITHIN_DAYS = is_one_of(V.onset_speed, "sudden_minutes", "hours_to_days")
WITHIN_WEEKS = is_one_of(V.onset_speed, "sudden_minutes", "hours_to_days", "weeks")
SUDDEN_NUMB = is_one_of(V.numbness, "sudden_new_foot_or_leg")
SUDDEN_WEAK = is_one_of(V.weakness, "sudden_cannot_move")
WEAK = is_one_of(V.weakness, "mild_one_leg", "both_legs_or_thighs", "sudden_cannot_move")
BACK = is_one_of(V.back_buttock_radiation, "back_pain_separate", "travels_down_leg")
BACK_OR_BUTTOCK = is_one_of(
    V.back_buttock_radiation, "buttock_only", "back_pain_separate", "travels_down_leg"
)
SCIATICA = is_one_of(V.back_buttock_radiation, "travels_down_leg")
SHIN_SORE = is_one_of(V.skin_wound, "ankle_shin_sore")
VEIN_SKIN = any_of(is_one_of(V.skin_change, "brown_eczema_ankle"), SHIN_SORE)
FOOT_SORE = is_one_of(V.skin_wound, "foot_toe_sore")
BLACK_SKIN = is_one_of(V.skin_wound, "black_tissue")
CLAUDICATION = is_one_of(V.walking_effect, "claudication_eases_standing")
LEG_DOWN_HELPS = is_one_of(V.relief_leg_down, "yes")
WORSE_AT_REST = is_one_of(V.rest_lying_effect, "worse_any_rest", "worse_only_lying")
NUMB_FEET = is_one_of(V.numbness, "both_feet_sock")
DIABETES = is_one_of(V.diabetes, "yes")
WEAK_BOTH = is_one_of(V.weakness, "both_legs_or_thighs")
CANCER_NOW = is_one_of(V.active_cancer, "yes")
HARD_MUSCLE = is_one_of(V.muscle_hardening, "constantly_tense_hard")
INJURY = is_one_of(V.recent_exertion_injury, "injury_or_blow")
STRAIN = is_one_of(V.recent_exertion_injury, "injury_or_blow", "unusual_hard_exercise")
CAST = is_one_of(V.leg_paralysis_cast, "yes")
BEDRIDDEN = is_one_of(V.recent_immobility, "bedridden_or_surgery")
CLOT_BEFORE = is_one_of(V.prior_vte, "dvt", "pe_only")
PREGNANT = is_one_of(V.hormonal_state, "pregnant", "postpartum_6wk")  # or lately
CONSTANT = is_one_of(V.episode_pattern, "constant")
ACHES_ALL_OVER = is_one_of(V.widespread_bone_muscle_pain, "yes")

WEIGHT_LOSS = is_one_of(V.weight_loss, "yes")
CANCER_PAIN = all_of(CANCER_NOW, any_of(CONSTANT, ACHES_ALL_OVER))
BONE_PAIN = all_of(CONSTANT, ACHES_ALL_OVER)

# The Wells score without its -2 for another diagnosis: that is a clinician's judgement.
WELLS: Final = {
    "active cancer": CANCER_NOW,
    "a paralysed, weak or plastered leg": any_of(CAST, SUDDEN_WEAK),
    "bedridden or operated on recently": BEDRIDDEN,
    "tenderness along the deep veins": TENDER,
    "the whole leg swollen": WHOLE_LEG_SWOLLEN,
    "one calf at least 3 cm wider": CALF_WIDER,
    "a dent that stays in one leg only": ONE_LEG_PITS,
    "new surface veins that are not varicose": is_one_of(V.surface_veins, "new_nonvaricose"),
    "an earlier clot in a leg or lung": CLOT_BEFORE,
}

# --- blood clots -----------------------------------------------------------------------------

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
    "Call your local emergency number now and say that a leg is swollen and has turned blue, pale "
    "or cold: the leg is in danger. Do not walk on it, do not massage it, do not drive yourself "
    "and do not wait to see whether it passes.",
)
DVT = Action(
    "Possible blood clot in a leg (deep vein thrombosis)",
    "same_day",
    "today",
    "Be examined today: contact a doctor or an urgent care service and say that a clot in the leg "
    "has to be ruled out. If nobody can see you within hours, go to an emergency department. "
    "Do not massage the leg and do not wait to see whether it passes. With sudden breathlessness, "
    "chest pain, coughing of blood or fainting, call your local emergency number at once.",
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

CLOTS = (
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
            WHOLE_LEG_SWOLLEN,
            is_one_of(V.leg_colour, "blue_purple"),
        ),
        "textbook",
        PHLEG,
    ),
    Rule(
        "PHLEG-2",
        "One leg is swollen, pale, cold or blue, and hurts severely.",
        all_of(ONE_LEG_SWOLLEN, OFF_COLOUR, SEVERE),
        "textbook",
        PHLEG,
    ),
    Rule(
        "PHLEG-3",
        "A whole leg is swollen and pale or cold, and this began within weeks.",
        all_of(WHOLE_LEG_SWOLLEN, is_one_of(V.leg_colour, "pale_or_cold"), WITHIN_WEEKS),
        "textbook",
        PHLEG,
    ),
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
        "DVT-4",
        "Calf or thigh pain in one leg that came on within days, with cancer, a paralysed or "
        "plastered leg, days in bed, an operation, or an earlier clot.",
        all_of(
            CALF_OR_THIGH,
            ONE_LEG,
            WITHIN_DAYS,
            any_of(CANCER_NOW, CAST, BEDRIDDEN, CLOT_BEFORE),
        ),
        "Goodacre2005",
        DVT,
    ),
    Rule(
        "DVT-5",
        "Both legs swollen, with tenderness along the deep veins.",
        all_of(SWOLLEN_BOTH, TENDER),
        "textbook",
        DVT,
    ),
    Rule(
        "PREG-1",
        "Pregnant, or gave birth in the last six weeks, with a sign in one leg only: swelling, a "
        "wider calf, a dent that stays, or calf or thigh pain.",
        all_of(
            PREGNANT,
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
    Rule(
        "PREG-2",
        "Pregnant, or gave birth in the last six weeks, with a problem of one leg that began "
        "within weeks and pain in the hip, the buttock or the back.",
        all_of(
            PREGNANT,
            ONE_LEG,
            WITHIN_WEEKS,
            any_of(is_one_of(V.joint_site, "hip"), BACK_OR_BUTTOCK),
        ),
        "RCOG_GTG37b",
        PREG,
    ),
)

# --- blood flow ------------------------------------------------------------------------------

ALI = Action(
    "Possible sudden loss of blood flow to a leg (acute limb ischaemia)",
    "emergency",
    "minutes",
    "Call your local emergency number now and say that the leg is cold, pale, blue or numb and "
    "that this is new: without blood a leg lasts only hours. Keep the leg still. Do not warm it, "
    "do not rub it, do not walk on it, do not drive yourself and do not wait.",
)
ALI_TODAY = Action(
    "New leg pain that may come from a sudden loss of blood flow",
    "same_day",
    "today",
    "Be examined today, and ask for the pulses of the leg to be felt: an artery may have closed "
    "within the last days. Do not wait to see whether you can walk further tomorrow, and do not "
    "warm or raise the leg. If it turns cold, pale, blue, numb or weak, call your local emergency "
    "number at once.",
)
CLTI_TODAY = Action(
    "Possible starving of a foot or leg of blood (limb-threatening ischaemia)",
    "same_day",
    "today",
    "Be examined today, and ask for the blood flow of the leg to be checked. Keep the foot clean, "
    "dry and free of pressure. Do not raise the leg, and do not use hot water bottles or "
    "compression stockings. If the leg suddenly turns cold, pale, numb or weak, call your local "
    "emergency number.",
)
CLTI_SOON = Action(
    "Pain at rest or a sore that may come from too little blood",
    "soon",
    "days",
    "See a doctor within days and ask for the blood flow of the leg to be checked. Do not use "
    "compression stockings until it was. If the leg suddenly turns cold, pale, numb or weak, call "
    "your local emergency number.",
)
PAD = Action(
    "Calf pain that comes with walking and goes with standing still (claudication)",
    "soon",
    "two_weeks",
    "See a doctor within two weeks and ask for the pulses and the blood pressure at the ankle to "
    "be measured. Do not start compression stockings before. If the pain comes at rest or the "
    "foot turns cold, pale or blue suddenly, call your local emergency number.",
)
AORTA = Action(
    "Possible torn main artery in the belly (ruptured aneurysm)",
    "emergency",
    "minutes",
    "Call your local emergency number now and say that unbearable pain in the back began within "
    "minutes: a main artery may be torn. Lie down. Do not drive yourself, do not eat or drink and "
    "do not wait to see whether it passes.",
)

BLOOD_FLOW = (
    Rule(
        "ALI-1",
        "The foot or leg is pale, cold or blue and this came on within minutes, hours or days.",
        all_of(OFF_COLOUR, WITHIN_DAYS),
        "ESVS2020",
        ALI,
    ),
    Rule(
        "ALI-2",
        "The foot or leg is pale, cold or blue with sudden numbness or sudden weakness.",
        all_of(OFF_COLOUR, any_of(SUDDEN_NUMB, SUDDEN_WEAK)),
        "ESVS2020",
        ALI,
    ),
    Rule(
        "ALI-3",
        "The foot or leg is pale, cold or blue and hurts unbearably.",
        all_of(OFF_COLOUR, UNBEARABLE),
        "ESVS2020",
        ALI,
    ),
    Rule(
        "ALI-4",
        "A foot or leg has suddenly gone numb and hurts severely, within minutes, hours or days.",
        all_of(SUDDEN_NUMB, SEVERE, WITHIN_DAYS),
        "ESVS2020",
        ALI,
    ),
    Rule(
        "ALI-5",
        "Leg pain that comes with walking and goes with standing still, and that began within "
        "minutes, hours or days.",
        all_of(CLAUDICATION, WITHIN_DAYS),
        "ESVS2020",
        ALI_TODAY,
    ),
    Rule(
        "ALI-6",
        "Pain at rest in one leg that eases when the leg hangs down and began within minutes, "
        "hours or days.",
        all_of(LEG_DOWN_HELPS, WORSE_AT_REST, WITHIN_DAYS, ONE_LEG),
        "ESVS2020",
        ALI_TODAY,
    ),
    Rule(
        "AORTA-1",
        "Unbearable pain with back pain that began within minutes.",
        all_of(UNBEARABLE, BACK, is_one_of(V.onset_speed, "sudden_minutes")),
        "NICE_NG156",
        AORTA,
    ),
    Rule(
        "CLTI-1",
        "Black skin on the leg or foot.",
        BLACK_SKIN,
        "GVG2019",
        CLTI_TODAY,
    ),
    Rule(
        "CLTI-2",
        "A sore on the foot with diabetes, a pale, cold or blue foot, or pain that eases when the "
        "leg hangs down.",
        all_of(FOOT_SORE, any_of(OFF_COLOUR, LEG_DOWN_HELPS, DIABETES)),
        "NICE_NG19",
        CLTI_TODAY,
    ),
    Rule(
        "CLTI-3",
        "Pain that eases when the leg hangs down, in a pale, cold or blue foot or leg.",
        all_of(LEG_DOWN_HELPS, OFF_COLOUR),
        "GVG2019",
        CLTI_TODAY,
    ),
    Rule(
        "CLTI-6",
        "Severe pain that rest or lying down makes worse, in a pale, cold or blue foot or leg.",
        all_of(OFF_COLOUR, WORSE_AT_REST, SEVERE),
        "GVG2019",
        CLTI_TODAY,
    ),
    Rule(
        "CLTI-4",
        "Pain at rest that eases when the leg hangs down.",
        all_of(LEG_DOWN_HELPS, WORSE_AT_REST),
        "GVG2019",
        CLTI_SOON,
    ),
    Rule(
        "CLTI-5",
        "A sore on the foot or toes that does not heal.",
        FOOT_SORE,
        "NICE_CG147",
        CLTI_SOON,
    ),
    Rule(
        "PAD-1",
        "Leg pain that comes with walking and goes within minutes of standing still.",
        CLAUDICATION,
        "NICE_CG147",
        PAD,
    ),
)

# --- nerves ----------------------------------------------------------------------------------

CES = Action(
    "Possible pressure on the nerves of bladder, bowel and legs (cauda equina syndrome)",
    "emergency",
    "minutes",
    "Go to an emergency department now, or call your local emergency number, and name the "
    "numbness, the bladder or bowel change or the weakness of both legs. The damage can become "
    "permanent within hours. Do not wait for an appointment and do not drive yourself.",
)
CES_TODAY = Action(
    "New sciatica in both legs",
    "same_day",
    "today",
    "Be examined today: pain that runs down both legs can be the first sign of pressure on the "
    "nerves of bladder and bowel. With numbness around the genitals, new trouble with bladder or "
    "bowel, or weak legs, call your local emergency number. Do not wait to see whether it passes.",
)
NEURO_NOW = Action(
    "A leg that suddenly cannot be moved",
    "emergency",
    "minutes",
    "Call your local emergency number now: sudden paralysis can be a stroke, a lost blood supply "
    "or pressure on the spinal cord, and each is a matter of hours. Say when it began. Do not "
    "drive yourself, do not eat or drink and do not wait to see whether it passes.",
)
NEURO_TODAY = Action(
    "New loss of power or feeling in a leg",
    "same_day",
    "today",
    "Be examined today; if nobody can see you within hours, go to an emergency department. If it "
    "began suddenly today, if it climbs or breathing gets hard, if the face droops, an arm is weak "
    "or speech is slurred, if bladder or bowel or the feeling around the genitals changes, or if "
    "the leg is cold or pale, call your local emergency number at once. Do not wait to see whether "
    "it passes, and do not drive.",
)
SPINE = Action(
    "Fever with back pain (possible infection of the spine)",
    "same_day",
    "today",
    "Be examined today and mention both the fever and the back. Do not wait until the fever has "
    "gone. With weak legs, numbness around the genitals or trouble with bladder or bowel, call "
    "your local emergency number.",
)
SPINE_CANCER = Action(
    "Cancer with back pain or weak legs (possible pressure on the spinal cord)",
    "same_day",
    "today",
    "Be examined today: tell your cancer team or an emergency department of the cancer, the back "
    "and the legs. A scan may be needed within a day. Do not wait for your next appointment. If "
    "the legs turn weak or numb, or bladder, bowel or the feeling around the genitals changes, "
    "call your local emergency number.",
)
NEURO_SOON = Action(
    "Weakness or unsteadiness with nerve signs",
    "soon",
    "days",
    "See a doctor within days; blood tests and an examination of the nerves may be needed. Do not "
    "start vitamin tablets before the blood was taken. If the weakness grows quickly, or bladder, "
    "bowel or the feeling around the genitals changes, call your local emergency number.",
)

NERVES = (
    Rule(
        "CES-1",
        "New numbness around the genitals or back passage, new loss of bladder or bowel control, "
        "or a new change in passing urine, in feeling bladder or bowels fill or in sexual feeling.",
        is_one_of(V.saddle_bladder_bowel, "yes"),
        "GIRFT_BASS",
        CES,
    ),
    Rule(
        "CES-2",
        "Pain from the back down the leg, with weakness of both legs or sudden paralysis.",
        all_of(SCIATICA, is_one_of(V.weakness, "both_legs_or_thighs", "sudden_cannot_move")),
        "GIRFT_BASS",
        CES,
    ),
    Rule(
        "CES-3",
        "Pain from the back down both legs that began within weeks.",
        all_of(SCIATICA, is_one_of(V.laterality, "both_legs"), WITHIN_WEEKS),
        "GIRFT_BASS",
        CES_TODAY,
    ),
    Rule(
        "NEURO-4",
        "A leg that suddenly cannot be moved.",
        SUDDEN_WEAK,
        "textbook",
        NEURO_NOW,
    ),
    Rule(
        "NEURO-1",
        "Sudden numbness of a foot or leg, or a leg that suddenly cannot be moved.",
        any_of(SUDDEN_NUMB, SUDDEN_WEAK),
        "textbook",
        NEURO_TODAY,
    ),
    Rule(
        "NEURO-5",
        "Weakness of one leg or both that came on within days.",
        all_of(WEAK, WITHIN_DAYS),
        "textbook",
        NEURO_TODAY,
    ),
    Rule(
        "NEURO-6",
        "Numbness of both feet that came on within days.",
        all_of(NUMB_FEET, WITHIN_DAYS),
        "textbook",
        NEURO_TODAY,
    ),
    Rule(
        "NEURO-2",
        "Numb feet with weakness or with an unsteady walk.",
        all_of(NUMB_FEET, any_of(WEAK, is_one_of(V.unsteady_walking, "yes"))),
        "NG239",
        NEURO_SOON,
    ),
    Rule(
        "NEURO-3",
        "Pain from the back down the leg, with weakness of a leg.",
        all_of(SCIATICA, WEAK),
        "GIRFT_BASS",
        NEURO_SOON,
    ),
    Rule(
        "NEURO-7",
        "Weakness of both legs that came on within weeks.",
        all_of(WEAK_BOTH, WITHIN_WEEKS),
        "textbook",
        NEURO_SOON,
    ),
    Rule(
        "SPINE-1",
        "Fever with pain in the back or buttock.",
        all_of(
            FEVER,
            BACK_OR_BUTTOCK,
        ),
        "textbook",
        SPINE,
    ),
    Rule(
        "SPINE-2",
        "Cancer with back pain.",
        all_of(CANCER_NOW, BACK),
        "NICE_NG234",
        SPINE_CANCER,
    ),
    Rule(
        "SPINE-3",
        "Cancer with weakness of both legs.",
        all_of(CANCER_NOW, WEAK_BOTH),
        "NICE_NG234",
        SPINE_CANCER,
    ),
)

# --- skin, muscles and feet ------------------------------------------------------------------

NSTI = Action(
    "Possible fast-spreading infection under the skin (necrotising infection)",
    "emergency",
    "minutes",
    "Call your local emergency number now and name the black or spreading skin, the pain and any "
    "fever. Mark the edge of the change with a pen and note the time. Do not drive yourself and "
    "do not wait for a tablet to work.",
)
ACS = Action(
    "Possible dangerous pressure inside a muscle (acute compartment syndrome)",
    "emergency",
    "minutes",
    "Go to an emergency department now, or call your local emergency number, and say that the "
    "muscle is hard all the time and very painful. Loosen bandages and keep the leg level. Do not "
    "raise or massage it, do not eat or drink and do not wait.",
)
ACS_TODAY = Action(
    "A muscle that stays hard after an injury, exercise or a cast",
    "same_day",
    "today",
    "Be examined today: pressure can build up inside the muscle. Loosen bandages and keep the leg "
    "level. Do not raise or massage it. If the pain grows severe, or the foot turns numb, weak, "
    "cold or pale, call your local emergency number.",
)
FOOT = Action(
    "Infected foot sore or dead tissue",
    "emergency",
    "minutes",
    "Go to an emergency department now, or call your local emergency number: an infected sore or "
    "black skin on the foot can cost the foot. Cover it with a dry dressing. Do not walk on it, "
    "do not cut anything away and do not wait.",
)
CELL = Action(
    "Possible skin infection (cellulitis)",
    "same_day",
    "today",
    "Be examined today. Rest, and mark the edge of the redness with a pen; raise the leg only if "
    "it is not pale, cold, black or hard. Do not wait if the redness crosses the mark. If it "
    "spreads fast, blisters or turns black, or you feel very unwell, call your local emergency "
    "number.",
)
FOOT_TODAY = Action(
    "A warm or red foot with diabetes",
    "same_day",
    "today",
    "Be examined today and ask for the foot service: a bone may be giving way (Charcot foot) or an "
    "infection may lie deep, even without pain or a sore. Do not walk on the foot. With a fever, "
    "spreading redness or black skin, call your local emergency number.",
)
DIABETIC_FOOT = Action(
    "Numb feet with diabetes",
    "soon",
    "two_weeks",
    "See a doctor or foot service within two weeks, and look at both feet every day. Do not walk "
    "barefoot. With a sore that is red, swollen or smells, or a fever, call your local emergency "
    "number or go to an emergency department.",
)
VEIN = Action(
    "Vein disease that has reached the skin",
    "soon",
    "two_weeks",
    "See a doctor within two weeks; treatment can keep the skin from breaking. Do not use "
    "compression before the blood flow was checked. If one leg suddenly swells, be examined the "
    "same day; with sudden breathlessness, call your local emergency number.",
)
VEIN_DAYS = Action(
    "New pain in a leg whose veins have reached the skin",
    "soon",
    "days",
    "See a doctor within days: an inflamed vein, a clot or an infection has to be looked for. Do "
    "not use compression before that. If one leg swells, or the skin turns red or hot, be examined "
    "the same day; with sudden breathlessness, call your local emergency number.",
)
SEPSIS = Action(
    "Fever with unbearable pain (possible deep infection)",
    "same_day",
    "today",
    "Be examined today: a deep infection can hurt long before the skin shows it. If nobody can see "
    "you within hours, go to an emergency department. Do not wait for the skin to change. If you "
    "feel confused, faint or very unwell, call your local emergency number.",
)
FEVER_SOON = Action(
    "Fever, shivering or feeling very ill",
    "soon",
    "days",
    "See a doctor within days even if it eases; a child with a fever who limps, the same day. Do "
    "not wait if the pain grows, a joint or the skin swells or reddens, or the back hurts: then be "
    "examined the same day. If you feel confused, faint or breathless, call your local emergency "
    "number.",
)
FEVER_TODAY = Action(
    "Fever with leg pain that began within days",
    "same_day",
    "today",
    "Be examined today: an infection of bone, joint, muscle or skin can begin like this. Do not "
    "wait for the skin to change. If you feel confused, faint, breathless or very unwell, call "
    "your local emergency number.",
)
PAIN = Action(
    "Unbearable pain that is new",
    "same_day",
    "today",
    "Be examined today: pain of this kind needs a cause. If nobody can see you within hours, go to "
    "an emergency department. Do not wait for tablets to work. If the leg turns cold, pale, numb, "
    "weak, hard or swollen, or you feel faint, call your local emergency number.",
)

SKIN_AND_MUSCLES = (
    Rule(
        "NSTI-1",
        "Spreading or blistering redness with fever or with unbearable pain.",
        all_of(SPREADING, any_of(FEVER, UNBEARABLE)),
        "Goh2014",
        NSTI,
    ),
    Rule(
        "NSTI-2",
        "Unbearable pain with fever in a leg that is warm or red.",
        all_of(UNBEARABLE, FEVER, any_of(WARM, RED)),
        "Goh2014",
        NSTI,
    ),
    Rule(
        "NSTI-3",
        "Black skin that came within days, or with unbearable pain.",
        all_of(BLACK_SKIN, any_of(WITHIN_DAYS, UNBEARABLE)),
        "Goh2014",
        NSTI,
    ),
    Rule(
        "NSTI-4",
        "Spreading or blistering redness with severe pain, within days.",
        all_of(SPREADING, SEVERE, WITHIN_DAYS),
        "Goh2014",
        NSTI,
    ),
    Rule(
        "ACS-1",
        "A muscle that is hard all the time, severe pain, and an injury, hard exercise, a cast, "
        "sudden numbness or sudden weakness.",
        all_of(HARD_MUSCLE, SEVERE, any_of(STRAIN, CAST, SUDDEN_NUMB, SUDDEN_WEAK)),
        "Ulmer2002",
        ACS,
    ),
    Rule(
        "ACS-2",
        "A muscle that is hard all the time, with unbearable pain.",
        all_of(HARD_MUSCLE, UNBEARABLE),
        "Ulmer2002",
        ACS,
    ),
    Rule(
        "ACS-3",
        "Unbearable pain after an injury or in a cast.",
        all_of(UNBEARABLE, any_of(INJURY, CAST)),
        "Ulmer2002",
        ACS,
    ),
    Rule(
        "ACS-4",
        "Severe pain after an injury or in a cast, with sudden numbness or a pale, cold or blue "
        "foot or leg.",
        all_of(any_of(INJURY, CAST), SEVERE, any_of(SUDDEN_NUMB, OFF_COLOUR)),
        "Ulmer2002",
        ACS,
    ),
    Rule(
        "ACS-5",
        "A muscle that is hard all the time, and an injury, hard exercise, a cast, sudden numbness "
        "or sudden weakness.",
        all_of(HARD_MUSCLE, any_of(STRAIN, CAST, SUDDEN_NUMB, SUDDEN_WEAK)),
        "Ulmer2002",
        ACS_TODAY,
    ),
    Rule(
        "FOOT-1",
        "Black skin, or a sore on the foot, with fever or spreading redness.",
        all_of(any_of(BLACK_SKIN, FOOT_SORE), any_of(FEVER, SPREADING)),
        "NICE_NG19",
        FOOT,
    ),
    Rule(
        "FOOT-3",
        "Diabetes with warm or red skin, and pain in the foot or ankle or numb feet.",
        all_of(
            DIABETES,
            any_of(WARM, RED),
            any_of(is_one_of(V.loc_foot, "yes"), is_one_of(V.joint_site, "ankle_heel"), NUMB_FEET),
        ),
        "NICE_NG19",
        FOOT_TODAY,
    ),
    Rule(
        "FOOT-2",
        "Numb feet with diabetes.",
        all_of(NUMB_FEET, DIABETES),
        "NICE_NG19",
        DIABETIC_FOOT,
    ),
    Rule(
        "CELL-1",
        "Redness that spreads or blisters.",
        SPREADING,
        "NICE_NG141",
        CELL,
    ),
    Rule(
        "CELL-2",
        "Red or warm skin with fever.",
        all_of(FEVER, any_of(RED, WARM)),
        "NICE_NG141",
        CELL,
    ),
    Rule(
        "CELL-3",
        "Fever with a sore on the ankle or shin.",
        all_of(FEVER, SHIN_SORE),
        "NICE_NG141",
        CELL,
    ),
    Rule(
        "SEPSIS-1",
        "Fever with unbearable pain.",
        all_of(FEVER, UNBEARABLE),
        "Goh2014",
        SEPSIS,
    ),
    Rule(
        "SEPSIS-2",
        "Fever, shivering or feeling very ill.",
        FEVER,
        "textbook",
        FEVER_SOON,
    ),
    Rule(
        "SEPSIS-3",
        "Fever, shivering or feeling very ill, and a problem that began within days.",
        all_of(FEVER, WITHIN_DAYS),
        "textbook",
        FEVER_TODAY,
    ),
    Rule(
        "PAIN-1",
        "Unbearable pain that came on within days.",
        all_of(UNBEARABLE, WITHIN_DAYS),
        "textbook",
        PAIN,
    ),
    Rule(
        "VEIN-1",
        "Brown or scaly skin above the ankle, or a sore there that does not heal.",
        VEIN_SKIN,
        "NICE_CG168",
        VEIN,
    ),
    Rule(
        "VEIN-2",
        "Brown or scaly skin above the ankle, or a sore there, and a problem that began within "
        "days.",
        all_of(VEIN_SKIN, WITHIN_DAYS),
        "NICE_CG168",
        VEIN_DAYS,
    ),
)

# --- joints ----------------------------------------------------------------------------------

JOINT = Action(
    "Possible infected joint (septic arthritis)",
    "emergency",
    "minutes",
    "Go to an emergency department now, or call your local emergency number: an infected joint "
    "is destroyed within days and can poison the blood, and half of those who have one have no "
    "fever. Do not put weight on it and do not take antibiotics that were left over.",
)
JOINT_TODAY = Action(
    "Hot or swollen joint that could be infected",
    "same_day",
    "today",
    "Be examined today: a hot, swollen joint counts as infected until a doctor has shown that it "
    "is not, even without a fever. If nobody can see you within hours, go to an emergency "
    "department. Do not wait for a fever. With shivering or confusion, call your local emergency "
    "number.",
)
RA = Action(
    "Possible inflammatory arthritis",
    "soon",
    "days",
    "See a doctor within days: treatment in the first weeks protects the joints. Do not wait "
    "until the swelling has gone. With a single hot joint and a fever, call your local emergency "
    "number.",
)

PMR = Action(
    "Long morning stiffness with aching muscles (possible polymyalgia)",
    "soon",
    "days",
    "See a doctor within days and ask for blood tests. Do not take cortisone tablets that were "
    "left over. With a new headache, pain on chewing or any trouble with seeing, call your local "
    "emergency number.",
)

JOINTS = (
    Rule(
        "JOINT-1",
        "A hot, swollen joint that cannot be moved.",
        is_one_of(V.joint_swelling, "one_hot_cannot_move"),
        "BSR_BOA",
        JOINT,
    ),
    Rule(
        "JOINT-3",
        "Swollen joints with fever; or one swollen joint that turned warm or red within days.",
        any_of(
            all_of(
                is_one_of(V.joint_swelling, "one_joint", "several_joints", "one_hot_cannot_move"),
                FEVER,
            ),
            all_of(
                is_one_of(V.joint_swelling, "one_joint", "one_hot_cannot_move"),
                any_of(WARM, RED),
                WITHIN_DAYS,
            ),
        ),
        "Margaretten2007",
        JOINT_TODAY,
    ),
    Rule(
        "JOINT-4",
        "Fever with pain at a joint.",
        all_of(FEVER, is_one_of(V.joint_site, "hip", "knee", "ankle_heel", "several")),
        "Margaretten2007",
        JOINT_TODAY,
    ),
    Rule(
        "RA-1",
        "Several swollen joints with half an hour or more of morning stiffness.",
        all_of(
            is_one_of(V.joint_swelling, "several_joints"),
            is_one_of(V.morning_stiffness, "30_to_60min", "over_60min"),
        ),
        "NICE_NG100",
        RA,
    ),
    Rule(
        "PMR-1",
        "More than an hour of morning stiffness with aching muscles or bones elsewhere.",
        all_of(
            is_one_of(V.morning_stiffness, "over_60min"),
            ACHES_ALL_OVER,
        ),
        "textbook",
        PMR,
    ),
)

# --- kidneys, heart and the whole body -------------------------------------------------------

KIDNEY = Action(
    "Signs that the kidneys may be failing",
    "same_day",
    "today",
    "Be examined today and have your blood and urine tested. Do not take anti-inflammatory "
    "painkillers. With breathlessness, confusion or a racing heartbeat, call your local emergency "
    "number.",
)
POTASSIUM = Action(
    "Weak legs on dialysis (possible high potassium)",
    "same_day",
    "today",
    "Be examined today: call your dialysis unit or an emergency department now, and ask for the "
    "potassium in your blood and the heart's rhythm to be checked. Do not wait for the next "
    "dialysis. With palpitations, faintness, breathlessness or weakness that grows, call your "
    "local emergency number.",
)
PREECL = Action(
    "Both legs swollen in pregnancy or after a birth (possible pre-eclampsia)",
    "same_day",
    "today",
    "Call your maternity unit today and have your blood pressure and urine measured. Do not wait "
    "for your next appointment. With a bad headache, flashes before the eyes, pain under the ribs, "
    "breathlessness or a fit, call your local emergency number.",
)
OEDEMA = Action(
    "Both legs newly swollen",
    "same_day",
    "today",
    "Be examined today: heart, kidneys, liver and large veins have to be checked. Do not take more "
    "water tablets than prescribed. With breathlessness or chest pain, call your local emergency "
    "number.",
)
OEDEMA_SOON = Action(
    "Both legs swollen (possibly from heart or kidneys)",
    "soon",
    "days",
    "See a doctor within days and ask for heart, blood and urine to be checked. Do not take more "
    "water tablets than prescribed, and do not start compression before. If the swelling grows "
    "fast, be examined the same day; with breathlessness at rest or chest pain, call your local "
    "emergency number.",
)
CANCER = Action(
    "Weight loss or bone pain that needs an explanation",
    "soon",
    "two_weeks",
    "See a doctor within two weeks, mention the weight loss, the cancer or the constant pain, and "
    "ask for an examination and blood tests. Do not wait for the next routine visit. If the legs "
    "turn weak or numb, call your local emergency number.",
)

CANCER_DAYS = Action(
    "New pain with weight loss, cancer, or aching bones",
    "soon",
    "days",
    "See a doctor within days, mention the weight loss, the cancer or the constant pain, and ask "
    "whether a bone may be weak. Do not carry loads, and do not wait for the next routine visit. "
    "If you cannot stand on the leg, or a leg turns weak or numb, call your local emergency "
    "number.",
)

INJURED = Action(
    "Severe pain after an injury",
    "same_day",
    "today",
    "Be examined today: a bone may be broken. Do not put weight on the leg. If it is crooked, "
    "cold, pale or numb, or the pain becomes unbearable, call your local emergency number.",
)
HIP_INJURED = Action(
    "Pain at the hip or thigh after an injury (possible broken hip)",
    "same_day",
    "today",
    "Be examined today and ask for an X-ray: a hip can be broken though it bears weight, above all "
    "in older people and after a small fall. Do not put weight on the leg before. If it is "
    "crooked, shorter, cold, pale or numb, call your local emergency number.",
)
INJURED_SOON = Action(
    "An injury that still hurts at rest",
    "soon",
    "days",
    "See a doctor within days: a small break or a torn tendon can hurt little. Do not load the leg "
    "more than it allows. If you cannot put weight on it or push off with the foot, be examined "
    "the same day; if it is crooked, cold, pale or numb, call your local emergency number.",
)

WHOLE_BODY = (
    Rule(
        "KIDNEY-3",
        "Weakness of a leg or of both on dialysis.",
        all_of(is_one_of(V.kidney_disease, "dialysis"), WEAK),
        "textbook",
        POTASSIUM,
    ),
    Rule(
        "KIDNEY-1",
        "Much less urine than usual.",
        is_one_of(V.urine_change, "much_reduced"),
        "textbook",
        KIDNEY,
    ),
    Rule(
        "KIDNEY-2",
        "Known kidney disease with legs that swelled within weeks.",
        all_of(is_one_of(V.kidney_disease, "known_ckd", "dialysis"), SWOLLEN_BOTH, WITHIN_WEEKS),
        "textbook",
        KIDNEY,
    ),
    Rule(
        "PREECL-1",
        "Both legs swollen in pregnancy or in the first six weeks after a birth.",
        all_of(PREGNANT, SWOLLEN_BOTH),
        "NICE_NG133",
        PREECL,
    ),
    Rule(
        "OEDEMA-1",
        "Both legs swelled within days.",
        all_of(SWOLLEN_BOTH, WITHIN_DAYS),
        "textbook",
        OEDEMA,
    ),
    Rule(
        "OEDEMA-2",
        "Both legs swelled within weeks, or are swollen with foamy urine or with breathlessness on "
        "effort.",
        all_of(
            SWOLLEN_BOTH,
            any_of(
                WITHIN_WEEKS,
                is_one_of(V.urine_change, "foamy"),
                is_one_of(V.breath_chest, "exertional_longstanding"),
            ),
        ),
        "textbook",
        OEDEMA_SOON,
    ),
    Rule(
        "INJURY-1",
        "Severe pain after an injury or a blow.",
        all_of(INJURY, SEVERE),
        "textbook",
        INJURED,
    ),
    Rule(
        "INJURY-2",
        "Pain at the hip or in the thigh after an injury or a blow.",
        all_of(
            INJURY,
            any_of(is_one_of(V.joint_site, "hip"), is_one_of(V.loc_thigh, "yes")),
        ),
        "textbook",
        HIP_INJURED,
    ),
    Rule(
        "INJURY-3",
        "An injury or a blow before it began.",
        INJURY,
        "textbook",
        INJURED_SOON,
    ),
    Rule(
        "CANCER-1",
        "Weight loss without trying.",
        WEIGHT_LOSS,
        "NICE_NG12",
        CANCER,
    ),
    Rule(
        "CANCER-2",
        "Cancer with constant pain or with bone and muscle pain elsewhere.",
        CANCER_PAIN,
        "NICE_NG12",
        CANCER,
    ),
    Rule(
        "CANCER-3",
        "Constant pain with aching bones or muscles in other places.",
        BONE_PAIN,
        "NICE_NG12",
        CANCER,
    ),
    Rule(
        "CANCER-4",
        "Weight loss without trying, cancer with constant pain or with aches elsewhere, or "
        "constant pain with aching bones or muscles, and a problem that began within days.",
        all_of(any_of(WEIGHT_LOSS, CANCER_PAIN, BONE_PAIN), WITHIN_DAYS),
        "NICE_NG12",
        CANCER_DAYS,
    ),
)

RULES: Final = (*CLOTS, *BLOOD_FLOW, *NERVES, *SKIN_AND_MUSCLES, *JOINTS, *WHOLE_BODY)
