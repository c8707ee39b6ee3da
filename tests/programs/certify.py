"""``make certify``: prove the rules over all that they read, sweep whole cases, write it down.

Rule by rule: every combination of levels and unknown, against the second statement. Together:
random whole cases, whose urgency, alerts and open dangers are composed twice, once from the
rules' own conditions and once from the second statement's tables; some are also judged alone.
"""

import json
import platform
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from data.vocabulary import FINDINGS, URGENCIES
from service.contract.json_text import json_text
from service.safety.certificate import PATH, digest
from service.safety.check import check
from service.safety.rules import RULES
from tests.service.safety.second_statement import URGENCY, completions, fires, grid, reads

SEED = 1
BLOCK = 50_000  # cases
BLOCKS = 200
ALONE = 100  # cases of a block that the service judges one by one as well
LEVELS = np.array([len(finding.levels) for finding in FINDINGS.values()])
ALERTS = list(dict.fromkeys(rule.alert for rule in RULES))
DANGERS = ("emergency", "same_day")
NO_RULE = len(URGENCIES)


class NotProven(Exception):  # noqa: N818 - reads as what happened
    """A rule, or what is made of the rules, is not what the second statement says."""


def same(where, what, one, other):
    """Raise NotProven with the number of differences, if there are any."""
    different = np.count_nonzero(np.asarray(one) != np.asarray(other))
    if different:
        raise NotProven(f"{where}: {what}, {different} times")


# --- each rule -------------------------------------------------------------------------------


def prove_each():
    """Number of combinations on which a rule was found right, rule by rule."""
    if sorted(rule.id for rule in RULES) != sorted(URGENCY):
        raise NotProven("the second statement is about other rules")
    return {rule.id: prove(rule) for rule in RULES}


def prove(rule):
    """Number of combinations; NotProven at the first that is not as stated."""
    condition = rule.condition
    if condition.reads() != reads(rule.id):
        raise NotProven(f"{rule.id} does not read what its second statement names")
    if (rule.action.urgency, rule.action.within) != URGENCY[rule.id]:
        raise NotProven(f"{rule.id} is not as urgent as its second statement says")
    codes, shape = grid(condition.reads())
    fired, stated = condition.certain(codes), fires(rule.id, codes)
    same(rule.id, "fires where it is not stated to, or the reverse", fired, stated)
    by_axis = fired.reshape(shape)
    for axis in range(len(shape)):
        kept = by_axis | by_axis.take([0], axis)
        same(rule.id, "stops firing with one more answer", by_axis, kept)
    reachable = completions(stated, shape, np.any)
    unavoidable = completions(stated, shape, np.all)
    could = condition.possible(codes) & ~fired
    same(rule.id, "could still fire against its completions", could, reachable & ~unavoidable)
    same(rule.id, "fires against its completions", fired, unavoidable)
    return len(codes)


# --- all rules together ----------------------------------------------------------------------


class Judged(NamedTuple):
    """What the rules make of n cases."""

    urgency: np.ndarray  # (n,) rank, NO_RULE if none fired
    alerts: np.ndarray  # (ALERTS, n) raised
    raising: np.ndarray  # (n,) a more urgent rule could still fire
    danger: np.ndarray  # (n,) an emergency or same-day rule could still fire


def draw(block):
    """Whole cases as codes: interviews of every length, and people with few to many signs."""
    rng = np.random.default_rng([SEED, block])
    shape = (BLOCK, len(FINDINGS))
    codes = rng.integers(1, LEVELS + 1, size=shape, dtype=np.uint8)
    for value in (1, 0):  # the first level, mostly "none" or "no"; then unknown
        share = rng.integers(257, size=(BLOCK, 1), dtype=np.uint16)
        codes[rng.integers(256, size=shape, dtype=np.uint8) < share] = value
    return codes


def columns(codes):
    """Whether each rule fires, and whether it could still, by its condition: (rules, n) each."""
    fired = np.array([rule.condition.certain(codes) for rule in RULES])
    return fired, np.array([rule.condition.possible(codes) for rule in RULES]) & ~fired


def compose(fired, could):
    """By construction: maximum over the rules, union by condition, or over what is open."""
    rank = np.array([URGENCIES.index(rule.action.urgency) for rule in RULES])[:, None]
    urgency = np.where(fired, rank, NO_RULE).min(axis=0)
    alerts = [fired[[rule.alert == name for rule in RULES]].any(axis=0) for name in ALERTS]
    danger = could[[rule.action.urgency in DANGERS for rule in RULES]].any(axis=0)
    return Judged(urgency, np.array(alerts), (could & (rank < urgency)).any(axis=0), danger)


@cache
def tables():
    """Of each rule: its columns, their strides, and where it fires and could, as stated."""
    found = {}
    for rule in URGENCY:
        codes, shape = grid(reads(rule))
        fired = fires(rule, codes)
        strides = np.array([np.prod(shape[axis + 1 :], dtype=int) for axis in range(len(shape))])
        read = [finding.index for finding in reads(rule)]
        found[rule] = read, strides, fired, completions(fired, shape, np.any) & ~fired
    grid.cache_clear()
    return found


def compose_again(codes):
    """The same tier by tier, most urgent first, from the second statement's tables alone."""
    urgency = np.full(len(codes), NO_RULE)
    alerts = np.zeros((len(ALERTS), len(codes)), bool)
    raising, danger = np.zeros((2, len(codes)), bool)
    for tier, name in enumerate(URGENCIES):
        is_open = np.zeros(len(codes), bool)
        for rule in (rule for rule, (stated, _) in URGENCY.items() if stated == name):
            read, strides, fired, could = tables()[rule]
            cell = codes[:, read] @ strides
            alerts[ALERTS.index(rule.split("-")[0])] |= fired[cell]
            urgency[fired[cell] & (urgency == NO_RULE)] = tier
            is_open |= could[cell]
        raising |= is_open & (urgency > tier)
        danger |= is_open & (name in DANGERS)
    return Judged(urgency, alerts, raising, danger)


def sweep(block):
    """Compose one block of cases both ways, and judge some alone; how many of each urgency."""
    codes = draw(block)
    fired, could = columns(codes)
    judged = compose(fired, could)
    where = f"block {block} of seed {SEED}"
    for name, one, other in zip(Judged._fields, judged, compose_again(codes), strict=True):
        same(where, f"another {name}", one, other)
    ranks = np.array([URGENCIES.index(rule.action.urgency) for rule in RULES])
    for i in range(ALONE):
        raising = could[:, i] & (ranks < judged.urgency[i])
        expected = [*(field[..., i] for field in judged), fired[:, i], raising]
        for one, other in zip(alone(codes[i]), expected, strict=True):
            same(where, f"case {i} alone is judged otherwise", one, other)
    return Counter(judged.urgency.tolist())


def alone(row):
    """What the service says of one case, in the form of the columns: Judged, fired, raising."""
    (said,) = check(row[None])
    part = json.loads(json_text(said))
    urgency = NO_RULE if said.urgency is None else URGENCIES.index(said.urgency)
    alerts = {alert["id"] for alert in part["alerts"]}
    fired = {rule for alert in part["alerts"] for rule in alert["rules"]}
    raising = {rule for entry in part["unasked"] for rule in entry["rules"]}
    return (
        urgency,
        [name in alerts for name in ALERTS],
        bool(part["unasked"]),
        said.danger_open,
        [rule.id in fired for rule in RULES],
        [rule.id in raising for rule in RULES],
    )


def sweep_all():
    """Number of cases by urgency."""
    with ProcessPoolExecutor() as pool:
        blocks = tqdm(pool.map(sweep, range(BLOCKS)), total=BLOCKS, unit="block")
        return sum(blocks, Counter())


# --- the run ---------------------------------------------------------------------------------


def main():
    """Prove, sweep, write; 1, and nothing written, if anything is not as stated."""
    try:
        combinations = prove_each()
        print(f"{len(RULES)} rules, {sum(combinations.values()):,} combinations: as stated.")
        cases = sweep_all()
    except NotProven as problem:
        print(f"NOT PROVEN. {problem}", file=sys.stderr)
        return 1
    names = [*URGENCIES, "no rule"]
    shares = ", ".join(f"{names[rank]} {number:,}" for rank, number in sorted(cases.items()))
    print(f"{cases.total():,} cases ({shares}): composed as stated.")
    print(f"{ALONE * BLOCKS:,} of them judged alone: the same.")
    write(combinations, cases.total())
    return 0


def write(combinations, cases):
    """The certificate, in place of the one before."""
    certificate = {
        "rules": len(RULES),
        "combinations": sum(combinations.values()),
        "combinations_by_rule": combinations,
        "cases": cases,
        "cases_alone": ALONE * BLOCKS,
        "seed": SEED,
        "digest": digest(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    PATH.write_text(json.dumps(certificate, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
