"""The safety part of an assessment, computed the plain way: condition by condition, as it reads.

Slow and short; `service.safety.check` looks the same up in tables and must say the same.
"""

from math import inf, pow

from data.vocabulary import FINDINGS, URGENCIES
from data.wording import SOURCES, WORDING
from service.safety.conditions import IsOneOf
from service.safety.contradictions import CONTRADICTIONS
from service.safety.rules import RULES, WELLS
from service.safety.safety_net import LASTING, MOST
from service.safety.unasked import HARM, SIGN
from service.safety.wells import STRATA


def safety_part(answers):
    """Members from rules_urgency to safety_net, and the warnings."""
    fired = [rule for rule in RULES if rule.condition.certain(answers)]
    urgency = min((rule.action.urgency for rule in fired), key=URGENCIES.index, default=None)
    still_open = [rule for rule in RULES if rule.condition.value(answers) == "could_fire"]
    asked = unasked([rule for rule in still_open if rank(rule) < limit(urgency)], answers)
    return {
        "rules_urgency": urgency,
        "urgency_settled": not asked,
        "alerts": alerts(fired, answers),
        "unasked": asked,
        "wells": wells(answers),
        "safety_net": safety_net(answers, urgency),
        "warnings": [
            {"findings": because(condition, answers), "detail": WORDING.contradiction(name)}
            for name, condition in CONTRADICTIONS
            if condition.certain(answers)
        ],
    }


def danger_open(answers):
    """Whether a rule for an emergency or the same day could still fire."""
    return any(
        rule.condition.value(answers) == "could_fire" and rank(rule) < URGENCIES.index("soon")
        for rule in RULES
    )


def rank(rule):
    return URGENCIES.index(rule.action.urgency)


def order(rule):
    """Most urgent first, and of two as urgent the one that gives less time."""
    return rank(rule), ("minutes", "today", "days", "two_weeks").index(rule.action.within)


def limit(urgency):
    return len(URGENCIES) if urgency is None else URGENCIES.index(urgency)


def because(condition, answers):
    met = {leaf.finding.id for leaf in condition.leaves() if leaf.certain(answers)}
    return [finding for finding in FINDINGS if finding in met]


def missing(condition, answers, given):
    """Fewest unknown answers that would make it hold with ``given`` taken as met."""
    if isinstance(condition, IsOneOf):
        if condition.finding.id == given or condition.certain(answers):
            return 0
        return 1 if condition.finding.id not in answers else inf
    return sum(sorted(missing(part, answers, given) for part in condition.parts)[: condition.n])


def alerts(fired, answers):
    groups = {}
    for rule in sorted(fired, key=order):
        groups.setdefault(rule.alert, []).append(rule)
    return [alert(rules, answers) for rules in groups.values()]


def alert(rules, answers):
    met = {finding for rule in rules for finding in because(rule.condition, answers)}
    return {
        "id": rules[0].alert,
        "rules": [rule.id for rule in rules],
        "urgency": rules[0].action.urgency,
        "within": rules[0].action.within,
        "title": rules[0].action.title,
        "reason": " ".join(reason(rule, answers) for rule in rules),
        "advice": rules[0].action.advice,
        "source": "; ".join(dict.fromkeys(SOURCES[rule.source].citation for rule in rules)),
        "because": [finding for finding in FINDINGS if finding in met],
    }


def reason(rule, answers):
    given = [name for name, point in rule.points.items() if point.certain(answers)]
    return f"{rule.sentence} Given here: {'; '.join(given)}." if given else rule.sentence


def unasked(still_open, answers):
    readers, harm = {}, {}
    for rule in still_open:
        for finding in rule.condition.reads():
            if finding.id not in answers:
                readers.setdefault(finding.id, []).append(rule)
                others = missing(rule.condition, answers, finding.id)
                averted = HARM[rule.action.urgency] * pow(SIGN, others)
                harm[finding.id] = max(averted, harm.get(finding.id, 0))
    ordered = sorted(readers, key=lambda finding: (-harm[finding], FINDINGS[finding].index))
    return [
        {
            "finding": finding,
            "question": WORDING.question(finding),
            "could_raise_to": min(readers[finding], key=rank).action.urgency,
            "rules": [rule.id for rule in readers[finding]],
        }
        for finding in ordered
    ]


def wells(answers):
    given = [item for item, point in WELLS.items() if point.certain(answers)]
    if not given and not any(FINDINGS[name].group == "leg_signs" for name in answers):
        return None
    could = [item for item, point in WELLS.items() if point.possible(answers)]
    lowest, highest = (
        next(s for s in STRATA if n >= s["at_least"]) for n in (len(given), len(could))
    )
    stratum = lowest if lowest == highest else {"name": None, "share": None}
    return {
        "points": len(given),
        "possible_points": len(could),
        "given": given,
        "unknown": [item for item in could if item not in given],
        "stratum": stratum["name"],
        "published_share": stratum["share"],
        "source": SOURCES[lowest["source"]].citation,
        "note": WORDING.service("wells_note"),
    }


def safety_net(answers, urgency):
    found = {}
    for rule in sorted(RULES, key=order):
        if rule.alert not in found and rank(rule) < limit(urgency):
            for finding, levels in completing(rule, answers):
                found[rule.alert] = {
                    "sign": WORDING.sign(finding, levels),
                    "finding": finding,
                    "levels": levels,
                    "rule": rule.id,
                    "urgency": rule.action.urgency,
                    "within": rule.action.within,
                    "advice": rule.action.advice,
                }
                break
    return list(found.values())[:MOST]


def completing(rule, answers):
    """Findings, with their levels, one of which alone would make the rule fire."""
    for finding in rule.condition.reads():
        levels = [
            level
            for level in finding.levels
            if rule.condition.certain({**answers, finding.id: level})
        ]
        if levels and finding.id not in LASTING:
            yield finding.id, levels
