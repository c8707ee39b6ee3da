"""Builds the world from the knowledge files."""

from functools import cache
from pathlib import Path

import numpy as np

from data.arrays import Floats
from data.block import Block
from data.joint import answered, channel, joint
from data.knowledge import AGES, Knowledge, Tie
from data.loader import HERE, load
from data.second import added, factors, fired, keeps
from data.tables import Marginals, marginals
from data.vocabulary import CAUSES, FINDINGS
from data.world import World


@cache
def load_world(folder: Path = HERE) -> World:
    """World of the knowledge files in a folder; KnowledgeError lists all that is wrong."""
    return build(load(folder))


def build(knowledge: Knowledge) -> World:
    """World in which every figure is the knowledge's own."""
    tables = marginals(knowledge)
    bands = np.arange(len(AGES))
    share = np.array([p.probability for p in tables.presentations])
    of_age = factors(knowledge, "age", tables.presentations)[bands, :, :, bands]
    prior = (tables.age * share)[:, :, None] * of_age
    answers = []
    for tie in _grouped(knowledge.ties):
        truth = _with_second(tie, _truth(tie, tables), knowledge, tables)
        truth = _with_links(tie, truth, knowledge, tables)
        chance = truth.sum(axis=tuple(range(3, truth.ndim)), keepdims=True)
        prior = prior * chance.reshape(chance.shape[:3])
        truth = np.divide(truth, chance, out=np.zeros_like(truth), where=chance > 0)
        channels = [channel(FINDINGS[f], knowledge) for f in tie.findings]
        answers.append((tie.findings, answered(truth, channels)))
    return _world(knowledge, tables, prior, answers)


def _grouped(ties: tuple[Tie, ...]) -> list[Tie]:
    """The ties, and one of its own for every other finding but age, in vocabulary order."""
    tied = {finding: tie for tie in ties for finding in tie.findings}
    groups = {f: tied.get(f, Tie((f,), (), ())) for f in FINDINGS if f != "age"}
    return list({id(tie): tie for tie in groups.values()}.values())


def _truth(tie: Tie, tables: Marginals) -> Floats:
    """P(levels | presentation, age), shape (ages or 1, presentations, *levels)."""
    if len(tie.findings) == 1:
        return tables.tables[tie.findings[0]]
    return joint(tie, tables)


def _with_second(tie: Tie, truth: Floats, knowledge: Knowledge, tables: Marginals) -> Floats:
    """Adds an axis for the outcomes of the links, shape (ages or 1, presentations, outcomes, ...).

    A second condition shows its mean picture over presentations.
    """
    outcomes = fired(knowledge)
    shape = (*truth.shape[:2], len(outcomes), *truth.shape[2:])
    first = np.repeat(truth.reshape(*truth.shape[:2], 1, -1), len(outcomes), axis=2)
    if not keeps(tie.findings, knowledge):
        share = np.zeros((len(CAUSES), len(tables.presentations)))
        for column, (cause, _, probability) in enumerate(tables.presentations):
            share[list(CAUSES).index(cause), column] = probability
        share /= share.sum(axis=1, keepdims=True)
        second = np.einsum("ck,akl->acl", share, first[:, :, 0])[:, None, outcomes[:-1]]
        usual = knowledge.background[tie.findings[0]].table(FINDINGS[tie.findings[0]])
        usual = usual[: len(truth), None, None] if len(truth) > 1 else usual[:1, None, None]
        first[:, :, :-1] = added(first[:, :, :-1], second, usual, knowledge)
    return first.reshape(shape)


def _with_links(tie: Tie, truth: Floats, knowledge: Knowledge, tables: Marginals) -> Floats:
    """Weighs each trigger's levels by what they mean for the links; rows no longer sum to 1."""
    triggers = {link.trigger for link in knowledge.links}
    for axis, finding in enumerate(tie.findings, start=3):
        if finding in triggers:
            factor = factors(knowledge, finding, tables.presentations)
            if (factor == factor[:1]).all():
                factor = factor[:1]
            others = tuple(i for i in range(3, truth.ndim) if i != axis)
            truth = truth * np.expand_dims(factor, others)
    return truth


def _world(
    knowledge: Knowledge,
    tables: Marginals,
    prior: Floats,
    answers: list[tuple[tuple[str, ...], Floats]],
) -> World:
    """Flattens presentations and outcomes into rows, leaving out those that cannot be."""
    count, outcomes = len(tables.presentations), fired(knowledge)
    flat = prior.reshape(len(AGES), -1)
    keep = flat.sum(axis=0) > 0
    blocks = tuple(
        Block(findings, table.reshape(len(table), flat.shape[1], -1)[:, keep])
        for findings, table in answers
    )
    return World(
        presentations=tables.presentations,
        rows=np.repeat(np.arange(count), len(outcomes))[keep],
        second=np.tile(outcomes, count)[keep],
        prior=flat[:, keep] / flat.sum(),
        blocks=blocks,
        interviews=knowledge.interviews,
        care={cause: profile.care for cause, profile in knowledge.profiles.items()},
        digest=knowledge.digest,
        knowledge=knowledge,
    )
