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
SCIATICA = is_one_of(V.back_buttock_radiation, "travels_down_leg")
FOOT_SORE = is_one_of(V.skin_wound, "foot_toe_sore")
BLACK_SKIN = is_one_of(V.skin_wound, "black_tissue")
LEG_DOWN_HELPS = is_one_of(V.relief_leg_down, "yes")
WORSE_AT_REST = is_one_of(V.rest_lying_effect, "worse_any_rest", "worse_only_lying")
NUMB_FEET = is_one_of(V.numbness, "both_feet_sock")
DIABETES = is_one_of(V.diabetes, "yes")
WEAK_BOTH = is_one_of(V.weakness, "both_legs_or_thighs")
CANCER_NOW = is_one_of(V.active_cancer, "yes")
INJURY = is_one_of(V.recent_exertion_injury, "injury_or_blow")
CAST = is_one_of(V.leg_paralysis_cast, "yes")

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
    "Call your local emergency number now and say that a whole leg is swollen and has turned "
    "blue: the leg is in danger. Do not walk on it, do not massage it, do not drive yourself and "
    "do not wait to see whether it passes.",
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
            is_one_of(V.leg_swelling, "one_whole_leg"),
            is_one_of(V.leg_colour, "blue_purple"),
        ),
        "textbook",
        PHLEG,
    ),
    Rule(
        "PHLEG-2",
        "One leg is swollen and blue or purple, and hurts severely.",
        all_of(ONE_LEG_SWOLLEN, is_one_of(V.leg_colour, "blue_purple"), SEVERE),
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

# --- blood flow ------------------------------------------------------------------------------

ALI = Action(
    "Possible sudden loss of blood flow to a leg (acute limb ischaemia)",
    "emergency",
    "minutes",
    "Call your local emergency number now and say that the leg is cold, pale or blue and that "
    "this is new: without blood a leg lasts only hours. Keep the leg still. Do not warm it, do "
    "not rub it, do not walk on it, do not drive yourself and do not wait.",
)
CLTI_TODAY = Action(
    "Possible starving of a foot or leg of blood (limb-threatening ischaemia)",
    "same_day",
    "today",
    "Be examined today, and ask for the blood flow of the leg to be checked. Keep the leg lower "
    "than the heart and the foot clean, dry and free of pressure. Do not use hot water bottles or "
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
        is_one_of(V.walking_effect, "claudication_eases_standing"),
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
    "Sudden loss of power or feeling in a leg",
    "same_day",
    "today",
    "Be examined today; if nobody can see you within hours, go to an emergency department. If the "
    "face droops, an arm is weak, speech is slurred or the leg is cold or pale, call your local "
    "emergency number at once. Do not wait to see whether it passes, and do not drive.",
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
        "New numbness around the genitals or back passage, or new loss of bladder or bowel "
        "control.",
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
        "Weakness of both legs that came on within days, or with cancer.",
        all_of(WEAK_BOTH, any_of(WITHIN_DAYS, CANCER_NOW)),
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
)

# --- skin, muscles and feet ------------------------------------------------------------------

NSTI = Action(
    "Possible fast-spreading infection under the skin (necrotising infection)",
    "emergency",
    "minutes",
    "Call your local emergency number now and name the spreading skin change, the pain and the "
    "fever. Mark the edge of the redness with a pen and note the time. Do not drive yourself and "
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
    "Be examined today. Rest with the leg raised and mark the edge of the redness with a pen. Do "
    "not wait if it crosses the mark. If it spreads fast, blisters or turns black, or you feel "
    "very unwell, call your local emergency number.",
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
SEPSIS = Action(
    "Fever with unbearable pain",
    "same_day",
    "today",
    "Be examined today: a deep infection can hurt long before the skin shows it. If nobody can see "
    "you within hours, go to an emergency department. Do not wait for the skin to change. If you "
    "feel confused, faint or very unwell, call your local emergency number.",
)
SPINE = Action(
    "Fever with back pain (possible infection of the spine)",
    "same_day",
    "today",
    "Be examined today and mention both the fever and the back. Do not wait until the fever has "
    "gone. With weak legs, numbness around the genitals or trouble with bladder or bowel, call "
    "your local emergency number.",
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
        "ACS-1",
        "A muscle that is hard all the time, severe pain, and an injury, hard exercise, a cast, "
        "sudden numbness or sudden weakness.",
        all_of(
            is_one_of(V.muscle_hardening, "constantly_tense_hard"),
            SEVERE,
            any_of(
                is_one_of(V.recent_exertion_injury, "injury_or_blow", "unusual_hard_exercise"),
                is_one_of(V.leg_paralysis_cast, "yes"),
                SUDDEN_NUMB,
                SUDDEN_WEAK,
            ),
        ),
        "Ulmer2002",
        ACS,
    ),
    Rule(
        "ACS-2",
        "A muscle that is hard all the time, with unbearable pain.",
        all_of(is_one_of(V.muscle_hardening, "constantly_tense_hard"), UNBEARABLE),
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
        "FOOT-1",
        "Black skin, or a sore on the foot, with fever or spreading redness.",
        all_of(any_of(BLACK_SKIN, FOOT_SORE), any_of(FEVER, SPREADING)),
        "NICE_NG19",
        FOOT,
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
        "SEPSIS-1",
        "Fever with unbearable pain.",
        all_of(FEVER, UNBEARABLE),
        "Goh2014",
        SEPSIS,
    ),
    Rule(
        "SPINE-1",
        "Fever with pain in the back or buttock.",
        all_of(
            FEVER,
            is_one_of(
                V.back_buttock_radiation, "buttock_only", "back_pain_separate", "travels_down_leg"
            ),
        ),
        "textbook",
        SPINE,
    ),
    Rule(
        "VEIN-1",
        "Brown or scaly skin above the ankle, or a sore there that does not heal.",
        any_of(
            is_one_of(V.skin_change, "brown_eczema_ankle"),
            is_one_of(V.skin_wound, "ankle_shin_sore"),
        ),
        "NICE_CG168",
        VEIN,
    ),
)

# --- joints ----------------------------------------------------------------------------------

JOINT = Action(
    "Possible infected joint with signs of general illness (septic arthritis)",
    "emergency",
    "minutes",
    "Go to an emergency department now, or call your local emergency number: an infected joint "
    "is destroyed within days and can poison the blood. Do not put weight on it and do not take "
    "antibiotics that were left over.",
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
        "A hot, swollen joint that cannot be moved, with fever.",
        all_of(is_one_of(V.joint_swelling, "one_hot_cannot_move"), FEVER),
        "BSR_BOA",
        JOINT,
    ),
    Rule(
        "JOINT-2",
        "A hot, swollen joint that cannot be moved.",
        is_one_of(V.joint_swelling, "one_hot_cannot_move"),
        "BSR_BOA",
        JOINT_TODAY,
    ),
    Rule(
        "JOINT-3",
        "One swollen joint, with fever, or warm and swollen within days.",
        all_of(
            is_one_of(V.joint_swelling, "one_joint", "one_hot_cannot_move"),
            any_of(FEVER, all_of(WARM, WITHIN_DAYS)),
        ),
        "Margaretten2007",
        JOINT_TODAY,
    ),
    Rule(
        "JOINT-4",
        "Fever with severe pain at a joint.",
        all_of(FEVER, SEVERE, is_one_of(V.joint_site, "hip", "knee", "ankle_heel", "several")),
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
            is_one_of(V.widespread_bone_muscle_pain, "yes"),
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
OEDEMA = Action(
    "Both legs newly swollen",
    "same_day",
    "today",
    "Be examined today: heart, kidneys, liver and large veins have to be checked. In pregnancy "
    "or after a birth ask your maternity unit, which will measure your blood pressure. Do not "
    "take more water tablets than prescribed. With breathlessness, chest pain, a bad headache or "
    "flashes before the eyes, call your local emergency number.",
)
CANCER = Action(
    "Weight loss or bone pain that needs an explanation",
    "soon",
    "two_weeks",
    "See a doctor within two weeks, mention the weight loss, the cancer or the constant pain, and "
    "ask for an examination and blood tests. Do not wait for the next routine visit. If the legs "
    "turn weak or numb, call your local emergency number.",
)

INJURED = Action(
    "Severe pain after an injury",
    "same_day",
    "today",
    "Be examined today: a bone may be broken. Do not put weight on the leg. If it is crooked, "
    "cold, pale or numb, or the pain becomes unbearable, call your local emergency number.",
)

WHOLE_BODY = (
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
        "OEDEMA-1",
        "Both legs swelled within days.",
        all_of(SWOLLEN_BOTH, WITHIN_DAYS),
        "textbook",
        OEDEMA,
    ),
    Rule(
        "INJURY-1",
        "Severe pain after an injury or a blow.",
        all_of(INJURY, SEVERE),
        "textbook",
        INJURED,
    ),
    Rule(
        "CANCER-1",
        "Weight loss without trying.",
        is_one_of(V.weight_loss, "yes"),
        "NICE_NG12",
        CANCER,
    ),
    Rule(
        "CANCER-2",
        "Cancer with constant pain or with bone and muscle pain elsewhere.",
        all_of(
            is_one_of(V.active_cancer, "yes"),
            any_of(
                is_one_of(V.episode_pattern, "constant"),
                is_one_of(V.widespread_bone_muscle_pain, "yes"),
            ),
        ),
        "NICE_NG12",
        CANCER,
    ),
)

RULES: Final = (*CLOTS, *BLOOD_FLOW, *NERVES, *SKIN_AND_MUSCLES, *JOINTS, *WHOLE_BODY)
