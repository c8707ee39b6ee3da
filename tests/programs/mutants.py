"""``make mutants``: change the safety rules and their modules one bit at a time; tests must fail.

Mutants of the rules are judged in this process by ``tests/service/safety/test_rules.py``; those of
the modules that apply them by judges.py. A mutant of a rule that changes nothing anybody can see
is computed to be equivalent. Any other that survives is a gap in the tests.
"""

import inspect
import sys
from collections import Counter
from dataclasses import replace
from typing import get_args

import numpy as np
from tqdm import tqdm

from data.vocabulary import URGENCIES
from service.contract.safety import Within
from service.safety.conditions import AtLeast, IsOneOf
from service.safety.rules import RULES
from tests.programs.judges import judge_modules, report
from tests.service.safety import test_rules
from tests.service.safety.second_statement import grid

CHECKS = [  # of one rule, or of none; what draws cases at random would be slow here
    (name, check)
    for name, check in vars(test_rules).items()
    if name.startswith("test_") and inspect.signature(check).parameters.keys() <= {"rule"}
]


def rule_mutants(rule):
    """What is changed, and the rule with it."""
    for what, condition in variants(rule.condition):
        yield what, replace(rule, condition=condition)
    for name, point in rule.points.items():
        for what, condition in variants(point):
            yield f"point listed, {what}", replace(rule, points={**rule.points, name: condition})
    for field, steps in (("urgency", URGENCIES), ("within", get_args(Within))):
        at = steps.index(getattr(rule.action, field))
        for step in {max(0, at - 1), min(at + 1, len(steps) - 1)} - {at}:
            action = replace(rule.action, **{field: steps[step]})
            yield f"{field} {steps[step]}", replace(rule, action=action)


def variants(condition):
    """The condition without each of its parts, with each other number of them, and within each."""
    if isinstance(condition, IsOneOf):
        yield from _leaf_variants(condition)
        return
    for i, part in enumerate(condition.parts):
        rest = (*condition.parts[:i], *condition.parts[i + 1 :])
        n = min(condition.n, len(rest))
        yield f"without ({part})", AtLeast(n, rest)
        for what, changed in variants(part):
            parts = (*condition.parts[:i], changed, *condition.parts[i + 1 :])
            yield what, replace(condition, parts=parts)
    for n in {*range(1, len(condition.parts) + 1)} - {condition.n}:
        yield f"{n} instead of {condition.n} of ({condition})", replace(condition, n=n)


def _leaf_variants(leaf):
    for level in leaf.levels:
        fewer = tuple(other for other in leaf.levels if other != level)
        yield f"({leaf}) without {level}", replace(leaf, levels=fewer)
    for level in leaf.finding.levels:
        if level not in leaf.levels:
            yield f"({leaf}) with {level}", replace(leaf, levels=(*leaf.levels, level))


def killer(rules, rule):
    """Name of the first check that fails when these are the rules; None if all pass."""
    test_rules.RULES = rules
    test_rules.RULE = {each.id: each for each in rules}
    for name, check in CHECKS:
        try:
            check(rule) if inspect.signature(check).parameters else check()
        except (AssertionError, LookupError, ValueError):
            return name
    return None


def is_equivalent(rule, mutant):
    """Whether they are as urgent, and fire and could fire in the same cases."""
    findings = {*rule.condition.reads(), *mutant.condition.reads()}
    codes, _ = grid(tuple(sorted(findings, key=lambda finding: finding.index)))
    truths = [(r.condition.certain(codes), r.condition.possible(codes)) for r in (rule, mutant)]
    tiers = [(r.action.urgency, r.action.within, r.points) for r in (rule, mutant)]
    return tiers[0] == tiers[1] and np.array_equal(*truths)


def judge_rules():
    """Number of mutants of rules that survived; prints what became of all."""
    killed, equivalent, survivors = Counter(), [], []
    for at, rule in enumerate(tqdm(RULES, unit="rule")):
        for what, mutant in [("dropped", None), *rule_mutants(rule)]:
            kept = () if mutant is None else (mutant,)
            check = killer((*RULES[:at], *kept, *RULES[at + 1 :]), rule.id)
            if check:
                killed[check] += 1
            elif is_equivalent(rule, mutant):
                equivalent.append(f"{rule.id}: {what}")
            else:
                survivors.append(f"{rule.id}: {what}")
        grid.cache_clear()
    total = killed.total() + len(equivalent) + len(survivors)
    print(f"Rules: {total} mutants, {killed.total()} killed, {len(equivalent)} equivalent.")
    for name, number in killed.most_common():
        print(f"  {number:5} by {name}")
    report(equivalent, survivors)
    return len(survivors)


def main():
    """1 if a mutant survived."""
    return 1 if judge_rules() + judge_modules() else 0


if __name__ == "__main__":
    sys.exit(main())
