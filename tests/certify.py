"""``make certify``: prove the rules over all that they read, sweep whole cases, write it down.

Rule by rule: every combination of levels and unknown, against the second statement. Together:
random whole cases, whose urgency, alerts and open dangers are computed twice, once from the
rules' own columns and once from the second statement's proven tables.
"""

import json
import platform
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import cache

import numpy as np
from tqdm import tqdm

from data.vocabulary import FINDINGS
from service.certificate import PATH, digest
from service.check import check
from service.rule import URGENCIES
from service.safety import RULES
from tests.service.second_statement import ROWS, URGENCY, completions, fires, grid, reads

SEED = 1
BLOCK = 50_000  # cases
BLOCKS = 200
SCALAR = 100  # cases of a block that service.check judges one by one as well
LEVELS = np.array([len(finding.levels) for finding in FINDINGS.values()])
ALERTS = list(dict.fromkeys(rule.alert for rule in RULES))
DANGERS = ("emergency", "same_day")


class NotProven(Exception):  # noqa: N818 - reads as what happened
    """A rule, or what is made of the rules, is not what the second statement says."""


# --- each rule -------------------------------------------------------------------------------


def prove(rule):
    """Number of combinations on which a rule was found right."""
    condition = rule.condition
    if condition.reads() != reads(rule.id):
        raise NotProven(f"{rule.id} does not read what its second statement names")
    if (rule.action.urgency, rule.action.within) != URGENCY[rule.id]:
        raise NotProven(f"{rule.id} is not as urgent as its second statement says")
    codes, shape = grid(condition.reads())
    fired, possible, stated = (
        condition.certain(codes),
        condition.possible(codes),
        fires(rule.id, codes),
    )
    by_axis = fired.reshape(shape)
    for axis in range(len(shape)):
        _same(rule.id, "stops firing with one more answer", by_axis.take([0], axis) & ~by_axis)
    _same(rule.id, "does not fire where it is stated to", fired != stated)
    reachable = completions(stated, shape, np.any)
    unavoidable = completions(stated, shape, np.all)
    _same(rule.id, "could fire where no completion does, or the reverse", possible != reachable)
    _same(rule.id, "fires where not every completion does, or the reverse", fired != unavoidable)
    return len(codes)


def _same(where, how, different):
    if different.any():
        raise NotProven(f"{where}: {how}, {different.sum()} times")


# --- all rules together ----------------------------------------------------------------------


def draw(block):
    """Whole cases as codes: interviews of every length, and people with few to many signs."""
    rng = np.random.default_rng([SEED, block])
    shape = (BLOCK, len(FINDINGS))
    codes = rng.integers(1, LEVELS + 1, size=shape, dtype=np.uint8)
    for value in (1, 0):  # the first level, mostly "none" or "no"; unknown
        share = rng.integers(257, size=(BLOCK, 1), dtype=np.uint16)
        codes[rng.integers(256, size=shape, dtype=np.uint8) < share] = value
    return codes


@cache
def tables():
    """Of each rule: its columns, their strides, and where it fires and could fire, as stated."""
    found = {}
    for rule in URGENCY:
        codes, shape = grid(reads(rule))
        fired = fires(rule, codes)
        strides = [int(np.prod(shape[axis + 1 :])) for axis in range(len(shape))]
        columns = [finding.index for finding in reads(rule)]
        found[rule] = columns, strides, fired, completions(fired, shape, np.any) & ~fired
    grid.cache_clear()
    return found


def first_way(codes):
    """Urgency (its rank), alerts, whether more could be raised, from the rules' conditions."""
    fired = np.array([rule.condition.certain(codes) for rule in RULES])
    could = np.array([rule.condition.possible(codes) for rule in RULES]) & ~fired
    rank = np.array([URGENCIES.index(rule.action.urgency) for rule in RULES])[:, None]
    urgency = np.where(fired, rank, len(URGENCIES)).min(axis=0)
    alerts = {name: fired[[rule.alert == name for rule in RULES]].any(axis=0) for name in ALERTS}
    danger = could[[rule.action.urgency in DANGERS for rule in RULES]].any(axis=0)
    return fired, could, urgency, alerts, (could & (rank < urgency)).any(axis=0), danger


def second_way(codes):
    """The same, tier by tier, from the second statement."""
    urgency = np.full(len(codes), len(URGENCIES))
    alerts = {name: np.zeros(len(codes), bool) for name in ALERTS}
    raising, danger = np.zeros(len(codes), bool), np.zeros(len(codes), bool)
    for tier, name in enumerate(URGENCIES):
        fires_here, open_here = np.zeros(len(codes), bool), np.zeros(len(codes), bool)
        for rule in [rule for rule, (stated, _) in URGENCY.items() if stated == name]:
            columns, strides, fired, could = tables()[rule]
            cell = codes[:, columns] @ np.array(strides, np.intp)
            fires_here |= fired[cell]
            open_here |= could[cell]
            alerts[rule.split("-")[0]] |= fired[cell]
        urgency[fires_here & (urgency == len(URGENCIES))] = tier
        raising |= open_here & (urgency > tier)
        danger |= open_here & (name in DANGERS)
    return urgency, alerts, raising, danger


def sweep(block):
    """Compare both ways, and the scalar one on some, over one block; cases by urgency."""
    codes = draw(block)
    fired, could, urgency, alerts, raising, danger = first_way(codes)
    expected = second_way(codes)
    where = f"block {block} of seed {SEED}"
    _same(where, "another urgency", urgency != expected[0])
    for name in ALERTS:
        _same(where, f"another {name} alert", alerts[name] != expected[1][name])
    _same(where, "other dangers could be raised", raising != expected[2])
    _same(where, "other dangers are open", danger != expected[3])
    for i in range(SCALAR):
        (said,) = check(codes[i : i + 1])
        rank = len(URGENCIES) if said.urgency is None else URGENCIES.index(said.urgency)
        part = json.loads(f"{{{said.text}}}")
        asked = {rule for entry in part["unasked"] for rule in entry["rules"]}
        told = {name for alert in part["alerts"] for name in alert["rules"]}
        columns = (
            urgency[i],
            {name for name in ALERTS if alerts[name][i]},
            {rule.id for rule, f in zip(RULES, fired[:, i], strict=True) if f},
            _raising(could[:, i], urgency[i]),
            danger[i],
        )
        alone = (rank, {alert["id"] for alert in part["alerts"]}, told, asked, said.danger_open)
        if alone != columns or part["urgency_settled"] == raising[i]:
            raise NotProven(f"{where}: case {i} alone is judged otherwise")
    return Counter(urgency.tolist())


def _raising(could, urgency):
    return {
        rule.id
        for rule, c in zip(RULES, could, strict=True)
        if c and URGENCIES.index(rule.action.urgency) < urgency
    }


# --- the run ---------------------------------------------------------------------------------


def main():
    """Prove, sweep, write; 1, and nothing written, if anything is not as stated."""
    try:
        if [rule.id for rule in RULES if rule.id in URGENCY] != [rule.id for rule in RULES]:
            raise NotProven("a rule has no second statement")
        if len(URGENCY) != len(RULES) or URGENCY.keys() != {*ROWS, "DVT-3"}:
            raise NotProven("the second statement is about other rules")
        combinations = {rule.id: prove(rule) for rule in RULES}
        print(f"{len(RULES)} rules, {sum(combinations.values()):,} combinations: as stated")
        with ProcessPoolExecutor() as pool:
            blocks = tqdm(pool.map(sweep, range(BLOCKS)), total=BLOCKS, unit="block")
            seen = sum(blocks, Counter())
    except NotProven as problem:
        print(f"NOT PROVEN. {problem}", file=sys.stderr)
        return 1
    names = [*URGENCIES, "no rule"]
    shares = ", ".join(f"{names[rank]} {number:,}" for rank, number in sorted(seen.items()))
    print(f"{seen.total():,} cases ({shares}): composed as stated")
    print(f"{SCALAR * BLOCKS:,} of them alone: the same")
    _write(combinations, seen.total())
    return 0


def _write(combinations, cases):
    certificate = {
        "rules": len(RULES),
        "combinations": sum(combinations.values()),
        "combinations_by_rule": combinations,
        "cases": cases,
        "cases_alone": SCALAR * BLOCKS,
        "seed": SEED,
        "digest": digest(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    PATH.write_text(json.dumps(certificate, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
