"""Realistic requests: simulated people who answer about sixty questions, each another body."""

import json
from typing import Any

import numpy as np

from data.build import load_world
from data.vocabulary import FINDINGS, Finding

ANSWERED = (55, 65)  # questions


def people(n: int, seed: int = 1) -> list[dict[str, Any]]:
    """Answers of ``n`` people as JSON values, in an order of each one's own."""
    rng = np.random.default_rng(seed)
    codes = np.empty((0, len(FINDINGS)), np.uint8)
    while len(codes) < n:
        drawn = load_world().sample(100_000, rng).codes
        answered = (drawn > 0).sum(axis=1)
        codes = np.concatenate(
            [codes, drawn[(answered >= ANSWERED[0]) & (answered <= ANSWERED[1])]]
        )
    return [_answers(row, rng) for row in codes[:n]]


def in_order(answers: dict[str, Any]) -> dict[str, Any]:
    """The same answers in the order of the vocabulary, as a form would send them."""
    return {name: answers[name] for name in FINDINGS if name in answers}


def body(answers: dict[str, Any]) -> bytes:
    """Request for one case."""
    return json.dumps({"answers": answers}, separators=(",", ":")).encode()


def batch(several: list[dict[str, Any]]) -> bytes:
    """Request for many cases."""
    cases = [{"answers": answers} for answers in several]
    return json.dumps({"cases": cases}, separators=(",", ":")).encode()


def _answers(row: np.ndarray, rng: np.random.Generator) -> dict[str, Any]:
    named = [finding for finding in FINDINGS.values() if row[finding.index]]
    order = rng.permutation(len(named)).tolist()
    return {named[i].id: _value(named[i], int(row[named[i].index]) - 1, rng) for i in order}


def _value(finding: Finding[Any], level: int, rng: np.random.Generator) -> Any:
    if finding.kind == "boolean":
        return finding.levels[level] == "yes"
    if finding.kind == "numeric":
        edges = (
            18 if finding.id == "age" else finding.limits[0],
            *finding.edges,
            finding.limits[1],
        )
        value = float(rng.uniform(edges[level], edges[level + 1]))
        return int(value) if finding.id == "age" else round(value - 0.05, 1)
    return finding.levels[level]
