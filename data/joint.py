"""Joint tables of tied findings, and the error channel between the truth and the answer."""

import numpy as np

from data.arrays import Floats
from data.knowledge import Errors, Knowledge, Levels, Tie
from data.tables import Marginals
from data.vocabulary import FINDINGS, Finding

ROUNDS = 100
TIGHT = 1e-10


def joint(tie: Tie, world: Marginals) -> Floats:
    """P(levels of a tie's findings | presentation, age), keeping every finding's own table.

    Shape (ages or 1, presentations, levels of the first finding, of the second, ...). Fitted by
    iterative proportional fitting from the tie's odds; where the profile asks for the impossible
    (more pitting than swelling) the fit comes as near as it can.
    """
    tables = [world.tables[finding] for finding in tie.findings]
    ages = max(len(table) for table in tables)
    p = np.stack([_seed(tie, cause, name) for cause, name, _ in world.presentations])[None]
    p = np.repeat(p, ages, axis=0)
    for _ in range(ROUNDS):
        gap = 0.0
        for axis, table in enumerate(tables, start=2):
            others = tuple(i for i in range(2, p.ndim) if i != axis)
            now = p.sum(axis=others)
            gap = max(gap, float(np.abs(now - table).max()))
            ratio = np.divide(table, now, out=np.zeros_like(now), where=now > 0)
            p = p * np.expand_dims(ratio, others)
        if gap < TIGHT:
            break
    p /= p.sum(axis=tuple(range(2, p.ndim)), keepdims=True)
    return p


def _seed(tie: Tie, cause: str, name: str) -> Floats:
    """Relative weights of a tie's cells in one presentation, before its own rates."""
    findings = [FINDINGS[finding] for finding in tie.findings]
    seed = np.ones([len(finding.levels) for finding in findings])
    for odds in tie.odds:
        if cause in odds.causes:
            seed[_cells(findings, odds.when)] *= odds.ratio
    for entry in tie.impossible:
        unless_cause, _, unless_subtype = entry.unless.partition("/")
        if (cause, name.split("/")[-1]) != (unless_cause, unless_subtype):
            seed[_cells(findings, entry.levels)] = 0.0
    return seed


def _cells(findings: list[Finding[str]], levels: Levels) -> tuple[np.ndarray, ...]:
    chosen = [[f.levels.index(level) for level in levels.get(f.id, f.levels)] for f in findings]
    return np.ix_(*chosen)


def answered(truth: Floats, channels: list[Floats]) -> Floats:
    """Tables of the truth, passed through each finding's error channel (last axes in order)."""
    for i, channel in enumerate(reversed(channels)):
        truth = np.moveaxis(np.moveaxis(truth, -1 - i, -1) @ channel, -1, -1 - i)
    return truth


def channel(finding: Finding[str], knowledge: Knowledge) -> Floats:
    """P(answer | truth), shape (levels, levels); rare answers stay rare, none is impossible."""
    errors, count = knowledge.errors, len(finding.levels)
    if finding.id in errors.exact:
        return np.eye(count)
    rate = knowledge.background[finding.id].table(finding).mean(axis=0)
    if finding.kind == "boolean":
        false_yes = min(errors.false_yes, rate[1] / 4)
        return np.array([[1 - false_yes, false_yes], [errors.missed_yes, 1 - errors.missed_yes]])
    if finding.kind == "categorical":
        wrong = np.minimum(errors.category, (1 - rate) / 4)
        table: Floats = wrong[:, None] * rate / (1 - rate)[:, None]
        np.fill_diagonal(table, 1 - wrong)
        return table
    return _ordered(count, errors)


def _ordered(count: int, errors: Errors) -> Floats:
    """One step off now and then, to either side where there are two."""
    table: Floats = np.eye(count) * (1 - errors.one_step)
    for level in range(count):
        near = [n for n in (level - 1, level + 1) if 0 <= n < count]
        table[level, near] += errors.one_step / len(near)
    return (1 - errors.anywhere) * table + errors.anywhere / count
