"""``make burden``: whom the rules send to a doctor, among simulated people, and what each costs.

Beside the rules stands the first list of red flags, judged on the same cases. These are shares of
simulated cases: they show where a rule is too wide, not how many patients would be sent anywhere.
"""

import sys
from dataclasses import replace

import numpy as np

from data.build import load_world
from data.vocabulary import CAUSES, URGENCIES
from service.safety.rules import RULES
from tests.service.safety.second_statement import STATED, first_list

CASES, SEED = 200_000, 1
TIERS = ("emergency", "same_day", "soon")
NO_RULE = len(URGENCIES)
REPORTED = {  # by the authors of the first list, on 3,000 other simulated cases of each cause
    "all": "E 3.8, S 18",
    "deep_vein_thrombosis": "E 19, S 78",
    "peripheral_artery_disease": "81",
    "nocturnal_leg_cramps": "18",
    "restless_legs_syndrome": "8",
    "tendinitis": "28",
    "venous_insufficiency": "30",
}


def draw(complete):
    """Cases with every question answered, or as interviews happen."""
    world = load_world()
    if complete:
        world.interviews = replace(world.interviews, complete=1.0)
    return world.sample(CASES, np.random.default_rng(SEED))


def ranks(fired):
    """Most urgent tier of each case, shape (n,), from whether each rule fired, (rules, n)."""
    rank = np.array([URGENCIES.index(rule.action.urgency) for rule in RULES])
    return np.where(fired, rank[:, None], NO_RULE).min(axis=0)


def first_ranks(codes):
    """The same for the first list of red flags."""
    asked = np.array([first_list(tier, codes) for tier in TIERS])
    return np.where(asked, np.arange(len(TIERS))[:, None], NO_RULE).min(axis=0)


def by_cause(cases, fired):
    """Of each cause, per cent in each tier: by the rules, and by the first list."""
    now, first = ranks(fired), first_ranks(cases.codes)
    print(f"{'':27}|      the rules        |    the first list     | as once")
    print(f"{'per cent':27}|     E      S   soon  |     E      S   soon  | reported")
    for i, cause in [(None, "all"), *enumerate(CAUSES)]:
        which = slice(None) if i is None else cases.cause == i
        shares = " | ".join(
            "".join(f"{100 * np.mean(rank[which] == tier):6.1f} " for tier in range(len(TIERS)))
            for rank in (now, first)
        )
        print(f"{cause:27}| {shares} | {REPORTED.get(cause, '')}".rstrip())


def by_rule(cases, fired):
    """Of each rule, per cent that it fires for, raises above the first list, and raises alone."""
    first = first_ranks(cases.codes)
    rank = np.array([URGENCIES.index(rule.action.urgency) for rule in RULES])
    per_cause = np.bincount(cases.cause, minlength=len(CAUSES))
    print("per cent    fires  wider  alone  comes from | most often in")
    for rule, tier, met in zip(RULES, rank, fired, strict=True):
        alone = met & (fired[rank <= tier].sum(axis=0) == 1)
        share = np.bincount(cases.cause[met], minlength=len(CAUSES)) / per_cause
        top = sorted(zip(share, CAUSES, strict=True), reverse=True)[:3]
        often = ", ".join(f"{cause} {100 * p:.1f}" for p, cause in top)
        shares = "".join(f"{100 * np.mean(c):7.2f}" for c in (met, met & (tier < first), alone))
        print(f"{rule.id:10}{shares}  {STATED[rule.id]['from']:10} | {often}")


def cold_cramps(cases, fired):
    """Share of cramps that are taken for a limb without blood: the first list's own yardstick."""
    ali = fired[[rule.alert == "ALI" for rule in RULES]].any(axis=0)
    return ali[cases.cause == list(CAUSES).index("nocturnal_leg_cramps")].mean()


def main():
    """Print the table of causes twice, for interviews and whole answers, and that of rules."""
    for title, complete in (("As interviews happen", False), ("Every question answered", True)):
        cases = draw(complete)
        fired = np.array([rule.condition.certain(cases.codes) for rule in RULES])
        print(f"\n{title}: {CASES:,} simulated cases\n")
        by_cause(cases, fired)
        print(f"\nALI in nocturnal leg cramps: {100 * cold_cramps(cases, fired):.2f} (wanted: 1)")
    print("\nwider: raised above the first list; alone: no other rule is as urgent.\n")
    by_rule(cases, fired)
    return 0


if __name__ == "__main__":
    sys.exit(main())
