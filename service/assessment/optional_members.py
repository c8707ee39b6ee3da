"""What is said of a case beside its assessment, where a request asks for it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from msgspec import Raw
from msgspec.structs import replace

from data.arrays import Codes
from data.vocabulary import CAUSES
from models.attribution import Attribution
from models.model import Model
from models.prevalence import filled, prior, under
from service.assessment.explanation import explanation
from service.assessment.opinion import ModelProblem, Opinion, opinions
from service.assessment.robustness import steadiness
from service.assessment.uncertainty import doubt
from service.contract.json_text import NULL, part
from service.contract.optional import Prevalence
from service.reading.cases import Cases
from service.reading.options import Options
from service.safety.rule import most_urgent

BY_CALLER: Final = "Given with the request."
NO_MORE: Final[Mapping[str, Raw]] = MappingProxyType({})


class Beside(NamedTuple):
    """The opinion under the prevalence that was asked for, and the members asked for."""

    opinion: Opinion
    members: Mapping[str, Raw] = NO_MORE  # those asked for, by their names


def beside(cases: Cases, spoken: list[Opinion], model: Model | ModelProblem | None) -> list[Beside]:
    """What was asked for of each case; its opinion as it was where nothing was."""
    wanted = cases.options or [Options()] * len(spoken)
    return [
        _beside(cases.codes[i], opinion, options, model) if any(options) else Beside(opinion)
        for i, (opinion, options) in enumerate(zip(spoken, wanted, strict=True))
    ]


def _beside(
    case: Codes, opinion: Opinion, options: Options, model: Model | ModelProblem | None
) -> Beside:
    nothing = Beside(opinion, dict.fromkeys(_asked(options), NULL))
    if not isinstance(model, Model) or opinion.urgency is None:
        return nothing
    try:
        return _of_model(case, opinion, options, model)
    except Exception:  # a wrong model may raise anything; its probabilities stand
        return nothing


def _of_model(case: Codes, opinion: Opinion, options: Options, model: Model) -> Beside:
    usual = model.predict_proba(case[None])[0]
    here, now = model, usual
    members: dict[str, Any] = {}
    if options.prevalence is not None:
        said = _prevalence(options, model)
        members["prevalence"] = said
        here = under(model, said["rates"])
        now = here.predict_proba(case[None])[0]
        opinion = _raised(opinion, opinions(case[None], [False], here)[0])
    attribution = Attribution(here, case)
    made: dict[str, Callable[[], Any]] = {
        "explanation": lambda: explanation(model, attribution, now, members.get("prevalence")),
        "doubt": lambda: doubt(model, case, now, usual),
        "steady": lambda: steadiness(here, attribution, case, now, usual),
    }
    members |= {name: make() for name, make in made.items() if name in _asked(options)}
    return Beside(opinion, {name: part(member) for name, member in members.items()})


def _asked(options: Options) -> list[str]:
    asked = {
        "prevalence": options.prevalence is not None,
        "explanation": options.explain,
        "doubt": options.doubt,
        "steady": options.steady,
    }
    return [name for name, wanted in asked.items() if wanted]


def _prevalence(options: Options, model: Model) -> Prevalence:
    given = options.prevalence
    if isinstance(given, str):
        entry = model.manifest["settings"][given]
        source = entry["source"]
        return {
            "setting": given,
            "rates": filled(entry["rates"], prior(model)),
            "sources": [source] if isinstance(source, str) else source,
            "note": entry["note"],
        }
    rates = filled(given or {}, prior(model))
    return {"setting": None, "rates": rates, "sources": [], "note": BY_CALLER}


def _raised(usual: Opinion, here: Opinion) -> Opinion:
    """What is said under another prevalence, which may raise the urgency and never lowers it."""
    if usual.urgency is None or here.urgency is None:
        return usual
    urgency = most_urgent([usual.urgency, here.urgency])
    raising = [c for o in (usual, here) if o.urgency == urgency for c in o.raising]
    return replace(here, urgency=urgency, raising=tuple(c for c in CAUSES if c in raising))
