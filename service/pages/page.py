"""GET / asks, POST / answers a form, with or without JavaScript; nothing is stored."""

import json
import shlex
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, abort, current_app, render_template, request

from data.vocabulary import FINDINGS, URGENCIES, Answers, Finding
from data.wording import WORDING
from service.ask import lines
from service.assessment.assess import assess_each
from service.contract.answers import Assessment
from service.contract.json_text import json_text
from service.http import problems
from service.http.wsgi import SAID
from service.pages.shown import intervals, reasons
from service.reading.cases import cases_of
from service.reading.form import BadForm, Fields, Reading, read_fields, readings, values
from service.reading.options import Options
from service.routes.next_screen import what_next
from service.running.model_watcher import emergency_number, model
from service.safety.localised import ANYWHERE

FORM: Final = "application/x-www-form-urlencoded"
STATIC: Final = Path(__file__).with_name("static")
FILES: Final = {
    "page.js": "text/javascript; charset=utf-8",
    "docs.js": "text/javascript; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
DANGER: Final = ("leg_signs", "sensory_motor", "systemic", "location")  # groups that come first
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

ASKED: Final = Options(explain=True, doubt=True, steady=True)  # beside the probabilities

bp = Blueprint("page", __name__)


@bp.after_request
def guarded(response: Response) -> Response:
    """Nothing but what comes from here runs; what is the same for all may be kept if checked."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if response.status_code == 200 and request.method in ("GET", "HEAD"):
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        response.make_conditional(request)
    return response


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """What templates say things with."""
    return {
        "say": WORDING.page,
        "words": WORDING,
        "somebody": emergency_number() or ANYWHERE,
    }


@bp.get("/")
def questions() -> str:
    """All questions, to be answered in any order."""
    return _empty(emergency_number())


@lru_cache(maxsize=4)
def _empty(number: str) -> str:
    return _page(number)


@bp.post("/")
def answer() -> str:
    """The answer to a form, above the same questions; or only that part of the page.

    What does not fit is unknown and asked again: it must not cost the alerts of the rest.
    """
    part, fields = read_fields(_body())
    read = _most_urgent(list(readings(fields)))
    said = _assess(read.answers, Options() if part in ("live", "next") else ASKED)
    shown = {
        "answer": said,
        "given": _given(read.answers),
        "again": _again(fields, read.answers),
        "number": emergency_number(),
    }
    if part in ("live", "next"):
        told = _next(read.answers) if part == "next" else None
        return render_template("live.html", next=told, **shown)
    shown |= {
        "text": _text(read.answers, said),
        "request_text": _request(values(read.texts), read.answers),
        "json_text": _json(said),
        "reasons": reasons(said, read.answers),
        "intervals": intervals(said),
    }
    if part == "answer":
        return render_template("answer.html", **shown)
    return render_template("page.html", fields=read.texts, refused="", groups=_groups(), **shown)


def _most_urgent(read: list[Reading]) -> Reading:
    """Of several ways to read a form, the one that raises most: in doubt the alert is shown."""
    if len(read) == 1:
        return read[0]
    counted = [said.counted for said in assess_each(cases_of([r.answers for r in read]), model())]
    ranks = [(URGENCIES.index(one.urgency), -len(one.rules)) for one in counted]
    return read[ranks.index(min(ranks))]


@bp.errorhandler(BadForm)
def _bad_form(error: BadForm) -> Response | tuple[str, int]:
    return _refusal(400, str(error))


@bp.errorhandler(413)
@bp.errorhandler(415)
def _not_a_form(error: Any) -> Response | tuple[str, int]:
    return _refusal(error.code, error.description)


def _refusal(status: int, why: str) -> Response | tuple[str, int]:
    if not _takes_pages():
        return problems.problem(status, why)
    return _page(emergency_number(), why), status


def _takes_pages() -> bool:
    """Whether a person asks, with a browser; a program is told as everywhere."""
    return "text/html" in request.headers.get("Accept", "")


def _page(number: str, refused: str = "") -> str:
    return render_template(
        "page.html",
        answer=None,
        fields={},
        again={},
        refused=refused,
        groups=_groups(),
        number=number,
    )


def _body() -> bytes:
    """Body that claims to be a form, as long as the app's config allows; else 415 or 413."""
    if request.mimetype != FORM or "Content-Encoding" in request.headers:
        abort(415, f"The Content-Type must be {FORM}, without a Content-Encoding.")
    if request.query_string:
        raise BadForm("There is no query parameter here.")
    request.max_content_length = current_app.config["SINGLE_BYTES"]
    return request.get_data()


def _assess(answers: Answers, options: Options) -> Assessment:
    (said,) = assess_each(cases_of([answers], [options]), model(), emergency_number())
    if options == ASKED:  # what moves while somebody answers is not counted
        request.environ[SAID] = [said.counted]
    said_of_it: Assessment = json.loads(json_text(said.answer))
    return said_of_it


def _next(answers: Answers) -> dict[str, Any]:
    """What the script of the page has to know of what to ask next."""
    told = what_next(cases_of([answers]), model())
    screens = [{key: screen[key] for key in ("findings", "question")} for screen in told["screens"]]
    return {"done": told["done"], "screens": screens, "left": told["screens_left_estimate"]}


def _again(fields: Fields, answers: Answers) -> dict[str, str]:
    """What is wrong with the answer to each question that has to be looked at again."""
    return {
        name: _wrong(FINDINGS[name], texts)
        for name, texts in fields.items()
        if len(texts) > 1 or (texts[0] and name not in answers)
    }


def _wrong(finding: Finding[Any], texts: list[str]) -> str:
    if len(texts) > 1:
        return WORDING.page("bad_twice")
    if finding.kind != "numeric":
        return WORDING.page("bad_answer")
    low, high = finding.limits
    if finding.id == "age":
        return WORDING.page("bad_age", low=low, high=high)
    return WORDING.page("bad_number", low=low, high=high)


def _groups() -> dict[str, list[Any]]:
    """Findings by group, those first that tell of danger."""
    groups: dict[str, list[Any]] = {group: [] for group in DANGER}
    for finding in FINDINGS.values():
        groups.setdefault(finding.group, []).append(finding)
    return groups


def _given(answers: Answers) -> list[tuple[str, str, str]]:
    """Id, question and answer in words, in the order of the vocabulary."""
    return [
        (name, WORDING.question(name), WORDING.level(name, answers[name]))
        for name in FINDINGS
        if name in answers
    ]


def _text(answers: Answers, said: Assessment) -> str:
    given = [f"{question} {words}" for _, question, words in _given(answers)]
    return "\n".join([*lines({**said}), "", WORDING.page("your_answers"), *given])


def _request(given: Mapping[str, Any], answers: Answers) -> str:
    """The command that puts the same question to the API."""
    fits = {name: value for name, value in given.items() if name in answers}
    asked = {name: value for name, value in ASKED._asdict().items() if value}
    body = json.dumps({"answers": fits, **asked})
    url = shlex.quote(f"{request.host_url}v1/predict")
    return f"curl -s {url} -H 'Content-Type: application/json' -d '{body}'"


def _json(said: Assessment) -> str:
    return json.dumps(said, indent=1, ensure_ascii=False)


def _file(name: str) -> Any:
    content = (STATIC / name).read_bytes()
    return lambda: Response(content, content_type=FILES[name])


for _name in FILES:
    bp.add_url_rule(f"/{_name}", _name.replace(".", "_"), _file(_name), methods=["GET"])
