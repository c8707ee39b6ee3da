"""Why the leading causes lead: what each answer adds, what is enough, and what would topple it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np

from data.arrays import Floats
from data.vocabulary import CAUSES, FINDINGS, SETTINGS
from data.wording import SOURCES
from models.attribution import Attribution
from models.model import Model
from service.contract.optional import (
    Basis,
    CauseReasons,
    Contribution,
    Explanation,
    Prevalence,
    Toppled,
)

LEADING: Final = 3  # causes that are explained
METHOD: Final = (
    "Decibans are ten times the decimal logarithm of the odds of a cause against all others. "
    "Answers are added in the order of the vocabulary and in reverse, and what each adds is "
    "averaged; findings that hang together are added as one. Prior and contributions sum to the "
    "total. An amount counts as assumed unless all sources of the cause's own figure were checked."
)
_NAMES: Final = list(FINDINGS)
_ORDER: Final = list(CAUSES)
_KEPT: Final[WeakKeyDictionary[Model, dict[Any, Basis]]] = WeakKeyDictionary()


def explanation(
    model: Model, attribution: Attribution, proba: Floats, prevalence: Prevalence | None = None
) -> Explanation:
    """Reasons for the likeliest causes of a case, given their probabilities, shape (16,).

    With a prevalence other than the model's own, that is what the prior rests on; attribution and
    probabilities are then those under it.
    """
    base = model.manifest["figures"]["base_rate"]
    if prevalence and prevalence["setting"] != SETTINGS[0]:
        base = {cause: {"grade": "C", "sources": prevalence["sources"]} for cause in CAUSES}
    prior, added = attribution.contributions()
    leading = np.argsort(-proba, kind="stable")[:LEADING].tolist()
    told = [
        _cause(_ORDER[c], [_basis((), [base[_ORDER[c]]]), *_bases(model, c, attribution)], amounts)
        for c, amounts in zip(leading, np.vstack([prior, added])[:, leading].T, strict=True)
    ]
    order = [f for g in np.argsort(-added[:, leading[0]]) for f in attribution.groups[g]]
    cited = {key for cause in told for key in _cited(cause)}
    return {
        "method": METHOD,
        "causes": told,
        "enough": [_NAMES[finding] for finding in attribution.enough(order)],
        "toppled_by": _toppled(attribution, leading[0]),
        "assumed_share": told[0]["assumed_share"],
        "sources": {key: SOURCES[key].citation for key in SOURCES if key in cited},
    }


def _cause(name: str, bases: list[Basis], amounts: Floats) -> CauseReasons:
    """Reasons for one cause: what the prior and each group rest on, and their decibans."""
    prior, *parts = [
        Contribution(decibans=decibans, **basis)
        for basis, decibans in zip(bases, amounts.tolist(), strict=True)
    ]
    weight = np.abs(amounts)
    assumed = weight @ [basis["assumed"] for basis in bases]
    return {
        "cause": name,
        "prior": prior,
        "contributions": parts,
        "total": float(amounts.sum()),
        "assumed_share": float(assumed / weight.sum()) if weight.any() else 0.0,
    }


def _bases(model: Model, cause: int, attribution: Attribution) -> list[Basis]:
    """What the figures behind each group of answers rest on, worked out once for a model."""
    kept = _KEPT.setdefault(model, {})
    for group in attribution.groups:
        if (cause, group) not in kept:
            kept[cause, group] = _basis(group, _standing(model, _ORDER[cause], group))
    return [kept[cause, group] for group in attribution.groups]


def _standing(model: Model, cause: str, group: Sequence[int]) -> list[Any]:
    """Grade and sources of the figures behind a group: the cause's own, or the background's."""
    figures: Mapping[str, Any] = model.manifest["figures"]
    names = [_NAMES[finding] for finding in group]
    return [figures[cause].get(name) or figures["background"][name] for name in names]


def _basis(group: Sequence[int], standing: list[Any]) -> Basis:
    sources = list(dict.fromkeys(key for entry in standing for key in entry["sources"]))
    return {
        "findings": [_NAMES[finding] for finding in group],
        "grade": max(entry["grade"] for entry in standing),
        "sources": sources,
        "assumed": not all(_checked(key) for key in sources),
    }


def _checked(key: str) -> bool:
    return key in SOURCES and SOURCES[key].status == "checked"


def _cited(cause: CauseReasons) -> Iterable[str]:
    for part in (cause["prior"], *cause["contributions"]):
        yield from part["sources"]


def _toppled(attribution: Attribution, leading: int) -> Toppled | None:
    """The other answer to one question that leaves the leading cause furthest behind, if any."""
    finding, codes, p = attribution.changes
    if not len(finding):
        return None
    behind = p.max(axis=1) - p[:, leading]
    worst = int(behind.argmax())
    if behind[worst] <= 0:
        return None
    changed = FINDINGS[_NAMES[finding[worst]]]
    return {
        "finding": changed.id,
        "answer": changed.levels[codes[worst, changed.index] - 1],
        "leading": _ORDER[int(p[worst].argmax())],
        "probability": float(p[worst].max()),
    }
