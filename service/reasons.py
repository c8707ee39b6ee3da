"""Why the leading causes lead: what each answer adds, what is enough, and what would topple it."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from data.vocabulary import CAUSES, FINDINGS, SETTINGS
from data.wording import SOURCES
from models.account import Account, Floats
from models.artifact import Model
from models.encoder import sum_to_causes
from service.contract_options import CauseReasons, Contribution, Explanation, Prevalence, Toppled

LEADING: Final = 3  # causes that are explained
ASSUMPTION: Final = "assumption"
METHOD: Final = (
    "Decibans are ten times the decimal logarithm of the odds of a cause against all others. "
    "Answers are added in the order of the vocabulary and in reverse, and what each adds is "
    "averaged; findings that hang together are added as one. Prior and contributions sum to the "
    "total. An amount counts as assumed unless all sources of the cause's own figure were checked."
)
_NAMES: Final = list(FINDINGS)
_ORDER: Final = list(CAUSES)


def explanation(
    model: Model, account: Account, proba: Floats, prevalence: Prevalence | None = None
) -> Explanation:
    """Reasons for the likeliest causes of a case, given their probabilities, shape (16,).

    With a prevalence other than the model's own, that is what the prior rests on.
    """
    figures: dict[str, Any] = model.manifest["figures"]
    if prevalence and prevalence["setting"] != SETTINGS[0]:
        given = {"grade": "C", "sources": prevalence["sources"]}
        figures = {**figures, "base_rate": dict.fromkeys(CAUSES, given)}
    prior, added = account.contributions()
    leading = np.argsort(-proba, kind="stable")[:LEADING].tolist()
    told = [_cause(figures, account, c, prior, added) for c in leading]
    order = [f for g in np.argsort(-added[:, leading[0]]) for f in account.groups[g]]
    cited = {key for cause in told for key in _cited(cause)}
    return {
        "method": METHOD,
        "causes": told,
        "enough": [_NAMES[finding] for finding in account.enough(order)],
        "toppled_by": _toppled(model, account, leading[0]),
        "assumed_share": told[0]["assumed_share"],
        "sources": {key: SOURCES[key].citation for key in SOURCES if key in cited},
    }


def _cause(
    figures: dict[str, Any], account: Account, cause: int, prior: Floats, added: Floats
) -> CauseReasons:
    name = _ORDER[cause]
    parts = [
        _contribution(group, float(decibans), _standing(figures, name, group))
        for group, decibans in zip(account.groups, added[:, cause], strict=True)
    ]
    base = _contribution((), float(prior[cause]), [figures["base_rate"][name]])
    total = sum(abs(part["decibans"]) for part in (base, *parts))
    assumed = sum(abs(part["decibans"]) for part in (base, *parts) if part["assumed"])
    return {
        "cause": name,
        "prior": base,
        "contributions": parts,
        "total": float(prior[cause] + added[:, cause].sum()),
        "assumed_share": assumed / total if total else 0.0,
    }


def _standing(figures: dict[str, Any], cause: str, group: Sequence[int]) -> list[Any]:
    """Grade and sources of the figures behind a group: the cause's own, or the background's."""
    names = [_NAMES[finding] for finding in group]
    return [figures[cause].get(name) or figures["background"][name] for name in names]


def _contribution(group: Sequence[int], decibans: float, standing: list[Any]) -> Contribution:
    sources = list(dict.fromkeys(key for entry in standing for key in entry["sources"]))
    return {
        "findings": [_NAMES[finding] for finding in group],
        "decibans": decibans,
        "grade": max(entry["grade"] for entry in standing),
        "sources": sources,
        "assumed": not all(_checked(key) for key in sources),
    }


def _checked(key: str) -> bool:
    return key in SOURCES and SOURCES[key].status == "checked"


def _cited(cause: CauseReasons) -> Iterable[str]:
    for part in (cause["prior"], *cause["contributions"]):
        yield from part["sources"]


def _toppled(model: Model, account: Account, leading: int) -> Toppled | None:
    """The other answer to one question that leaves the leading cause furthest behind, if any."""
    finding, codes, scores = account.changes()
    if not len(finding):
        return None
    p = sum_to_causes(np.exp(scores - scores.max(axis=1, keepdims=True)), model.cause)
    p /= p.sum(axis=1, keepdims=True)
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
