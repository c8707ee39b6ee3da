"""The page without a browser: what it holds, how a form is read, and what is refused."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest

import service.pages.page
from data.vocabulary import FINDINGS, URGENCIES
from data.wording import WORDING
from service.app import create_app
from service.pages.shown import intervals
from service.settings import Settings

SERVICE = Path(service.pages.page.__file__).parent
FORM = "application/x-www-form-urlencoded"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PAGES = ["/", "/about", "/docs"]
ALONE = {"meta", "link", "img", "input", "path", "rect", "circle", "br"}


class Page(HTMLParser):
    """Elements of a page, and whether every one that is opened is closed where HTML wants it."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in ALONE:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        while self.open and self.open[-1] != tag:
            assert self.open[-1] in ("p", "li", "dt", "dd"), (self.open, tag)
            self.open.pop()
        if tag not in ALONE:
            self.open.pop()

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def strings_used():
    """Keys of the page's wording, as templates and Python name them."""
    used = set()
    for path in [*SERVICE.glob("templates/*.html"), *SERVICE.glob("*.py")]:
        text = path.read_text("utf-8")
        used |= set(re.findall(r"""(?:\bsay|\.page)\(["'](\w+)["'][,)]""", text))
        for before in re.findall(r'say\("(\w+_)"? ?[~%]', text):
            used |= {key for key in WORDING.tables["page"] if key.startswith(before)}
        for before in re.findall(r'say\("(\w+_)%d"', text):
            used |= {key for key in WORDING.tables["page"] if key.startswith(before)}
        if '~ "_head")' in text:
            used |= {f"{urgency}_head" for urgency in URGENCIES}
    return used


def test_no_string_of_the_page_is_missing_or_unused():
    """A second language is one file, and nothing in it is in vain."""
    assert strings_used() == set(WORDING.tables["page"])


def test_scripts_and_styles_hold_no_words_and_name_no_other_host():
    """Every word is in the catalogue; nothing is fetched from elsewhere."""
    for path in [*SERVICE.glob("templates/*"), *SERVICE.glob("static/*")]:
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http:" not in text
        assert "https:" not in text
    script = (SERVICE / "static" / "page.js").read_text("utf-8")
    code = "\n".join(line.split("//")[0] for line in script.splitlines())
    assert not re.findall(r'"[^"\n]*[A-Za-z]+ [a-z]+ [^"\n]*"', code)


def test_every_question_and_every_answer_to_it_is_on_the_page(client):
    """Unknown included; nothing is answered beforehand."""
    page = Page(client.get("/").text)
    inputs = [(i["name"], i.get("value")) for i in page.all("input") if "name" in i]
    for finding in FINDINGS.values():
        assert WORDING.question(finding.id) in page.text
        values = ("",) if finding.kind == "numeric" else (*finding.levels, "")
        assert sorted(v for name, v in inputs if name == finding.id) == sorted(values)
    assert not any("checked" in i for i in page.all("input") if i.get("type") == "radio")
    assert len(page.all("fieldset")) == len(FINDINGS)


def test_the_page_its_style_and_its_script_are_small(client):
    """Under 60 kB in all."""
    sizes = [len(client.get(path).data) for path in ("/", "/page.css", "/page.js", "/icon.svg")]
    assert sum(sizes) < 60_000


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_one_whole_document_that_runs_nothing_of_its_own(client, path):
    """Well formed; no inline script, style or handler; every id once."""
    response = client.get(path)
    page = Page(response.text)
    assert set(page.open) <= {"html", "body"}
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.elements:
        assert tag != "style"
        assert tag != "script" or attributes.keys() == {"type", "src"}
        assert not any(name == "style" or name.startswith("on") for name in attributes)
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-cache"
    tag = response.headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_the_notice_is_on_every_page(client):
    """What this is not is said wherever people read."""
    for path in PAGES:
        assert WORDING.service("notice") in Page(client.get(path).text).text


def test_a_form_is_answered_as_the_same_answers_in_json(client, cases, to_json):
    """Urgency, alerts, open questions and causes of any case, in the same order."""
    _, drawn = cases(25)
    for case in drawn:
        values = to_json(case)
        said = client.post("/v1/predict", json={"answers": values}).json
        fields = {n: {True: "yes", False: "no"}.get(v, v) for n, v in values.items()}
        response = client.post("/", data={**fields, "part": "answer"})
        page = Page(response.text)
        assert response.headers["Cache-Control"] == "no-store"
        assert WORDING.page(f"{said['urgency']}_head") in page.text
        wanted = [alert["title"] for alert in said["alerts"]]
        wanted += [entry["question"] for entry in said["unasked"]]
        wanted += [entry["sign"] for entry in said["safety_net"]]
        wanted += [entry["label"] for entry in said["causes"]]
        at = 0
        for words in wanted:
            at = page.text.index(words, at)
        assert not page.open


def verdict_while_answering(client, answers):
    """What stands there, and whether as an alert or as a status."""
    text = client.post("/", data={**answers, "part": "live"}).text
    alert, rest = text.split("<div class=verdict>")
    status = "<div>" + rest.split("<div class=again>")[0]
    return Page(alert).text.strip(), Page(status).text.strip()


def test_while_answering_the_verdict_is_that_of_the_answer(client, cases, to_json):
    """By a rule as an alert, by the model or by age as a status; and never a calming one."""
    for case in cases(25)[1]:
        values = to_json(case)
        said = client.post("/v1/predict", json={"answers": values}).json
        fields = {n: {True: "yes", False: "no"}.get(v, v) for n, v in values.items()}
        alert, status = verdict_while_answering(client, fields)
        assert bool(alert) == bool(said["alerts"])
        assert not (alert and status)
        words = f"{WORDING.page(said['urgency'] + '_head')} "
        rules = said["urgency_basis"] == "rules"
        words += said["alerts"][0]["title"] if rules else said["urgency_reason"]
        calm = said["urgency"] in ("undetermined", "self_care")
        assert (alert or status).startswith(WORDING.page("unsettled") if calm else words)


@pytest.mark.parametrize(
    ("likely", "urgency"),
    [("deep_vein_thrombosis", "same_day"), ("peripheral_artery_disease", "soon")],
)
def test_a_verdict_of_the_model_stands_there_while_answering(app, make_model, likely, urgency):
    """Without any alert; and with one that is less urgent, before it."""
    app.extensions["model"] = make_model(**{likely: 0.9})
    client = app.test_client()
    alert, status = verdict_while_answering(client, {"pain_intensity": "mild"})
    assert not alert
    assert status.startswith(WORDING.page(f"{urgency}_head"))
    alert, status = verdict_while_answering(client, {"weight_loss": "yes"})
    assert alert.startswith(WORDING.page(f"{urgency}_head"))


def test_nothing_is_said_before_anything_was_answered(app, make_model):
    """Nor what the model thinks of people in general."""
    app.extensions["model"] = make_model(deep_vein_thrombosis=0.9)
    assert verdict_while_answering(app.test_client(), {}) == ("", "")


def test_the_verdict_says_why_and_no_longer_time_stands_without_a_mark(client, cases, to_json):
    """The reason comes before the alerts, and a longer time says at once what holds."""
    longer = 0
    order = {"emergency": "minutes", "same_day": "today", "soon": "days"}
    for case in cases(50)[1]:
        values = to_json(case)
        said = client.post("/v1/predict", json={"answers": values}).json
        fields = {n: {True: "yes", False: "no"}.get(v, v) for n, v in values.items()}
        page = Page(client.post("/", data={**fields, "part": "answer"}).text)
        at = page.text.index(said["urgency_reason"])
        holds = WORDING.page("sooner", head=WORDING.page(f"{said['urgency']}_head"))
        for alert in said["alerts"]:
            at = page.text.index(alert["title"], at)
            marked = holds in page.text[at : page.text.index(alert["advice"], at)]
            assert marked == (alert["within"] != order[said["urgency"]])
            longer += marked
    assert longer > 10


def test_what_to_ask_next_is_that_of_the_api(client, cases, to_json):
    """The script of the page reads no answer by itself."""
    for case in cases(10)[1]:
        values = to_json(case)
        told = client.post("/v1/next", json={"answers": values}).json
        fields = {n: {True: "yes", False: "no"}.get(v, v) for n, v in values.items()}
        page = Page(client.post("/", data={**fields, "part": "next"}).text)
        (text,) = [a["data-next"] for a in page.all("div") if "data-next" in a]
        said = json.loads(text)
        assert (said["done"], said["left"]) == (told["done"], told["screens_left_estimate"])
        screens = [(s["findings"], s["question"]) for s in told["screens"]]
        assert [(s["findings"], s["question"]) for s in said["screens"]] == screens


def test_the_urgent_thing_comes_first(client):
    """Before any alert's details, cause or question, with its shape and the number to tap."""
    answers = {"breath_chest": "sudden_breath_chest_collapse"}
    text = client.post("/", data=answers).text
    assert text.index('class="verdict emergency"') < text.index('class="alert emergency"')
    assert text.index('class="alert emergency"') < text.index(WORDING.page("causes"))
    assert text.index("<svg class=shape") < text.index(WORDING.page("emergency_head"))


def test_the_emergency_number_is_a_link_where_it_is_set(client, tmp_path):
    """And a local number stays a local number where it is not."""
    answers = {"breath_chest": "sudden_breath_chest_collapse"}
    assert "tel:" not in client.post("/", data=answers).text
    client = create_app(tmp_path, Settings(emergency_number="11 2")).test_client()
    for part in ("", "answer", "live"):
        assert 'href="tel:112"' in client.post("/", data={**answers, "part": part}).text
    assert "call 11 2 now" in Page(client.get("/").text).text


def test_without_a_model_alerts_stand_and_the_reason_is_said(tmp_path):
    """In the answer and while answering."""
    client = create_app(tmp_path).test_client()
    for part in ("", "answer", "live"):
        text = client.post("/", data={"leg_swelling": "one_lower_leg", "part": part}).text
        assert "Possible blood clot in a leg" in text
        assert WORDING.service("model_missing") in Page(text).text
    assert "No model is served" in client.get("/about").text


def test_answers_come_back_in_the_form_so_that_they_can_be_changed(client):
    """Without JavaScript, too."""
    page = Page(client.post("/", data={"age": "58", "sex": "female", "fever_chills": ""}).text)
    inputs = page.all("input")
    assert [i["value"] for i in inputs if "checked" in i and i.get("type") == "radio"] == ["female"]
    assert [i["value"] for i in inputs if i.get("name") == "age"] == ["58"]


@pytest.mark.parametrize(
    "age", ["27,0", "27.0", " 27 ", "27\t", "27\x1d", "27\u2003", "\u0662\u0667", "\uff12\uff17"]
)
def test_numbers_are_read_as_people_write_them(client, age):
    """With a comma or a point, among blanks of whatever kind, in digits of any script."""
    assert "18 to 29" in client.post("/", data={"age": age}).text


def test_no_field_can_be_filled_until_the_form_is_too_long(client):
    """A text that was pasted into one would cost the alerts of the others."""
    fields = [i for i in Page(client.get("/").text).all("input") if "inputmode" in i]
    assert fields
    longest = urlencode({i["name"]: "\U0001d7d8" * int(i["maxlength"]) for i in fields})
    assert len(longest) < Settings().single_bytes / 10


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("age", "-1"), ("age", "121"), ("age", "1958"), ("age", "58 years"), ("age", "1e2"),
        ("age", "1_0"), ("age", "nan"), ("age", "9" * 400), ("bmi", "9.9"), ("bmi", "1800"),
        ("age", "27,5"), ("bmi", "1,958"), ("sex", "zanzibar"), ("fatigue", "maybe"),
        ("fatigue", "under_18"), ("age", "18-29"), ("quality_aching", "<script>zanzibar</script>"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_unknown_and_asked_again(client, name, value):
    """By name, with a link, its text still in the field; the alerts of the rest are shown."""
    sent = {name: value, "leg_swelling": "one_lower_leg"}
    for part in ("", "answer", "live", "next"):
        response = client.post("/", headers=BROWSER, data={**sent, "part": part})
        assert response.status_code == 200
        assert "<script>" not in response.text
        assert WORDING.page("same_day_head") in response.text
        assert "Possible blood clot in a leg" in response.text
        page = Page(response.text)
        assert WORDING.page("problems") in page.text
        assert {"href": f"#{name}", "data-do": name} in page.all("a")
    page = Page(client.post("/", data=sent).text)
    assert "one_lower_leg" in [i.get("value") for i in page.all("input") if "checked" in i]
    (place,) = [f for f in page.all("fieldset") if "aria-describedby" in f]
    assert place["id"] == name
    assert {"id": place["aria-describedby"], "class": "wrong"} in page.all("p")
    if FINDINGS[name].kind == "numeric":
        (field,) = [i for i in page.all("input") if "aria-invalid" in i]
        assert (field["name"], field["value"]) == (name, value)


@pytest.mark.parametrize("name", ["zanzibar", "leg_sweling", "", "__proto__"])
def test_a_field_that_is_no_question_is_nobody_s_business(client, name):
    """An extension of the browser may add one."""
    sent = {"leg_swelling": "one_lower_leg"}
    for part in ("answer", "live", "next"):
        asked = {**sent, "part": part}
        without = client.post("/", data=asked).text
        assert client.post("/", data={name: "yes", **asked}).text == without


OPEN = WORDING.page("undetermined_head")
TODAY, NOW = WORDING.page("same_day_head"), WORDING.page("emergency_head")


@pytest.mark.parametrize(
    ("body", "verdict", "asked"),
    [
        ("leg_swelling=none&leg_swelling=one_lower_leg", TODAY, {"leg_swelling"}),
        ("leg_swelling=one_lower_leg&leg_swelling=none", TODAY, {"leg_swelling"}),
        ("leg_swelling=one_lower_leg&leg_swelling=", TODAY, {"leg_swelling"}),
        ("leg_swelling=one_lower_leg&leg_swelling=zanzibar", TODAY, {"leg_swelling"}),
        ("leg_swelling=one_lower_leg&leg_swelling=one_lower_leg", TODAY, set()),
        ("leg_swelling=none&leg_swelling=", OPEN, {"leg_swelling"}),
        ("age=30&age=40", OPEN, {"age"}),
        ("age=30&age=12", WORDING.page("soon_head"), {"age"}),
        ("age=58&age=1958", OPEN, {"age"}),
        ("age=58&age= 58 ", OPEN, set()),
        (
            "onset_speed=weeks&onset_speed=sudden_minutes&leg_colour=pale_or_cold&leg_colour=normal",
            NOW,
            {"onset_speed", "leg_colour"},
        ),
    ],
)
def test_of_two_answers_the_one_that_raises_counts_else_neither(
    app, make_model, body, verdict, asked
):
    """In doubt the alert is shown, a danger stays open, and the question is asked again."""
    app.extensions["model"] = make_model(positional=0.9)
    response = app.test_client().post("/", data=f"{body}&part=answer", content_type=FORM)
    page = Page(response.text)
    assert response.text.index(verdict) < response.text.index("</section>")
    places = [text.split("<a", 1)[1] for text in re.findall("<li data-of=.*?</li>", response.text)]
    assert {name for name in FINDINGS if any(f"#{name}" in place for place in places)} == asked
    assert (WORDING.page("bad_twice") in page.text) == bool(asked)


def test_however_many_questions_are_answered_twice_the_form_is_answered(client):
    """Not every way to read it is tried; those that are left out count as open."""
    twice = "&".join(f"{n}={f.levels[0]}&{n}={f.levels[1]}" for n, f in FINDINGS.items())
    response = client.post("/", data=f"{twice}&part=live", content_type=FORM)
    assert response.status_code == 200
    assert response.text.count(WORDING.page("bad_twice")) == len(FINDINGS)


@pytest.mark.parametrize(
    "body",
    [
        b"age", b"age=1&&", b"\xff=1", "age=é".encode(), b"age=%ff", b"part=all",
        b"part=live&part=answer",
    ],
)  # fmt: skip
def test_what_is_no_form_is_a_400_page(client, body):
    """What may be cut or garbled is refused as a whole, for a sign could be what is lost."""
    response = client.post("/", data=body, content_type=FORM, headers=BROWSER)
    assert response.status_code == 400
    assert response.content_type.startswith("text/html")
    refused = client.post("/", data=body, content_type=FORM)
    assert refused.content_type == "application/problem+json"
    assert refused.json["status"] == response.status_code
    assert len(Page(response.text).all("fieldset")) == len(FINDINGS)


def test_other_types_sizes_and_queries_are_refused_as_pages(client):
    """415, 413 and 400, with the questions below; as problems to who takes no pages."""
    big = urlencode({"age": "1" * 70_000})
    for status, sent in (
        (415, {"json": {"answers": {}}}),
        (415, {"data": {"a": "b"}, "content_type": "multipart/form-data"}),
        (415, {"data": {}, "headers": {"Content-Encoding": "gzip"}, "content_type": FORM}),
        (413, {"data": big, "content_type": FORM}),
        (400, {"data": {}, "query_string": {"a": "b"}, "content_type": FORM}),
    ):
        refused = client.post("/", **sent)
        assert refused.json["status"] == refused.status_code == status
        assert refused.content_type == "application/problem+json"
        response = client.post("/", **{**sent, "headers": {**BROWSER, **sent.get("headers", {})}})
        assert response.status_code == status
        assert len(Page(response.text).all("fieldset")) == len(FINDINGS)


def test_an_empty_form_is_undetermined(app, client, make_model):
    """Nothing known is nothing found, and no all-clear."""
    app.extensions["model"] = make_model(positional=0.9)
    response = client.post("/", data="", content_type=FORM)
    assert response.status_code == 200
    assert WORDING.page("undetermined_head") in response.text


def test_only_answers_that_were_asked_for_are_counted(client):
    """What moves while somebody answers is no assessment of its own."""
    answered = 'supine_answers_total{urgency="same_day"} %s'
    for part in ("live", "next"):
        client.post("/", data={"leg_swelling": "one_lower_leg", "part": part})
        assert answered % "0.0" in client.get("/metrics").text
    client.post("/", data={"leg_swelling": "one_lower_leg"})
    assert answered % "1.0" in client.get("/metrics").text


def test_the_printed_command_and_text_are_those_of_the_answers(client):
    """What a doctor is handed, and what a developer can repeat."""
    data = {"leg_swelling": "one_lower_leg", "skin_warmth": "yes", "age": "58"}
    text = Page(client.post("/", data=data).text).text
    assert '"skin_warmth": true' in text
    assert '"age": 58' in text
    assert "curl -s http://localhost/v1/predict -H 'Content-Type: application/json'" in text
    assert "SAME DAY: " in text


def test_reasons_ranges_and_doubt_are_those_of_the_answer(models_dir):
    """The weightiest reason of each explained cause, with its words; what one answer may do."""
    client = create_app(models_dir).test_client()
    values = {"leg_swelling": "one_lower_leg", "skin_warmth": True, "age": 58, "sex": "female"}
    options = dict.fromkeys(("explain", "doubt", "steady"), True)
    said = client.post("/v1/predict", json={"answers": values, **options}).json
    fields = {**values, "skin_warmth": "yes", "part": "answer"}
    text = " ".join(Page(client.post("/", data=fields).text).text.split())
    levels = {
        "leg_swelling": "one_lower_leg",
        "skin_warmth": "yes",
        "age": "50-59",
        "sex": "female",
    }
    for cause in said["explanation"]["causes"]:
        most = max(cause["contributions"], key=lambda part: abs(part["decibans"]))
        shown = [f"{WORDING.question(f)} {WORDING.level(f, levels[f])}" for f in most["findings"]]
        times = 10 ** (abs(most["decibans"]) / 10)
        words = "speaks_for" if most["decibans"] > 0 else "speaks_against"
        odds = WORDING.page(words, n=f"{times:.0f}" if times >= 10 else f"{times:.1f}")
        assert f"{'; '.join(shown)} {odds}" in text
    for interval in said["doubt"]["intervals"][:3]:
        ends = {end: f"{100 * interval[end]:.0f}" for end in ("low", "high")}
        assert WORDING.page("range", **ends) in text
    among = [WORDING.label(cause) for cause in said["doubt"]["set"]["causes"]]
    assert f"{WORDING.page('among', n='90')} {', '.join(among)}." in text
    share = 100 * said["explanation"]["assumed_share"]
    assert WORDING.page("assumed_share", n=f"{share:.0f}") in text
    holds = said["steady"]["leading_cause"]["holds_if_any_one_answer_is_wrong"]
    assert WORDING.page("cause_holds" if holds else "cause_hangs") in text


def test_a_range_whose_ends_read_alike_is_left_out():
    """From 100 to 100 in 100 would say nothing."""
    ends = [("sciatica", 0.9996, 1.0), ("bursitis", 0.994, 0.996), ("tendinitis", 0.1, 0.104)]
    stated = [{"cause": c, "low": low, "high": high} for c, low, high in ends]
    assert list(intervals({"doubt": {"intervals": stated}})) == ["bursitis"]
