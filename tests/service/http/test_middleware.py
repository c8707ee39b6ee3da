"""What holds around Flask: key, hosts, origins, ids, metrics and log lines, without a case."""

import asyncio
import json
import logging
import re
import threading
import time
import tomllib
from logging.config import dictConfig
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from data.vocabulary import CAUSES, FINDINGS, URGENCIES, VERSION
from service import __version__
from service.app import create_app, routes
from service.http import logs
from service.http.middleware import OPEN, Guard
from service.http.paths import BATCH
from service.http.wsgi import REFUSED
from service.running.metrics import REFUSALS, Metrics
from service.server.adapter import LARGE, Gateway
from service.settings import Settings

KEY = "correct-horse-battery"
ORIGIN = "https://form.example.org"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
CANARY = "zanzibar"


@pytest.fixture
def make_client(tmp_path, model):
    """A client of a service with these settings."""

    def make(metrics=None, **given):
        app = create_app(tmp_path, Settings(**given), metrics)
        app.extensions["model"] = model
        return app.test_client()

    return make


def counted(client):
    """Values of all series, as Prometheus' own parser reads them."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_with_a_key_every_route_but_health_asks_for_it(make_client):
    """Before anything else is looked at; unknown paths too."""
    client = make_client(api_key=KEY)
    for route in [*routes(client.application), "/nowhere"]:
        for given in ({}, {"Authorization": f"Bearer {KEY}x"}, {"Authorization": "Bearer é"}):
            status = client.get(route, headers=given).status_code
            assert status == (200 if route in OPEN else 401), route
        right = client.get(route, headers={"Authorization": f"Bearer {KEY}"})
        assert right.status_code in (200, 404, 405)
    refused = client.get("/v1/rules")
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert refused.content_type == "application/problem+json"
    assert KEY not in refused.text
    assert client.options("/v1/predict").status_code == 401


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (f"Bearer {KEY}", 200),
        (f"bearer {KEY}", 200),
        (f"BEARER {KEY}", 200),
        (f"Bearer    {KEY}", 200),
        (f"bEaReR \t {KEY}", 200),
        ("", 401),
        ("Bearer", 401),
        ("Bearer ", 401),
        (KEY, 401),
        (f"Bearer{KEY}", 401),
        (f"Bearer\xa0{KEY}", 401),
        (f"Bearer\x0b{KEY}", 401),
        (f" Bearer {KEY}", 401),
        (f"Basic {KEY}", 401),
        (f"Bearer Bearer {KEY}", 401),
        (f"Bearer,{KEY}", 401),
        (f"Bearer {KEY.upper()}", 401),
        (f"Bearer {KEY[:-1]}", 401),
        (f"Bearer {KEY} {KEY}", 401),
        (f"Bearer {KEY},Bearer {KEY}", 401),
        (f"Bearer {KEY} ", 401),
        ("Bearer \xff", 401),
    ],
)
def test_the_scheme_has_no_case_and_blanks_may_follow_it_and_nothing_else(
    make_client, given, status
):
    """RFC 9110, 11.1; the key itself is taken letter by letter."""
    environ = {"HTTP_AUTHORIZATION": given}
    client = make_client(api_key=KEY)
    assert client.get("/v1/rules", environ_overrides=environ).status_code == status


def test_a_host_that_is_not_trusted_is_a_400_on_every_route(make_client):
    """Unknown paths too, but not those of health; without the setting any host is right."""
    client, anyone = make_client(trusted_hosts=("good.org", ".fine.org")), make_client()
    for route in [*routes(client.application), "/nowhere"]:
        for host in ("evil.org", "fine.org.evil.org", "127.0.0.1:8000", "[::1]", "", "a b", "é"):
            response = client.get(route, headers={"Host": host})
            assert response.status_code == (200 if route in OPEN else 400), (route, host)
            assert route in OPEN or response.content_type == "application/problem+json"
            assert not host or route in OPEN or host not in response.text
            assert anyone.get(route, headers={"Host": host}).status_code in (200, 404, 405)
        for host in ("good.org", "Good.ORG:8000", "a.fine.org", "A.Fine.org"):
            assert client.get(route, headers={"Host": host}).status_code != 400


def test_browsers_may_ask_only_from_the_origin_that_is_set(make_client):
    """None by default; a page reads refusals too."""
    assert "Access-Control-Allow-Origin" not in preflight(make_client(), "/v1/predict").headers
    client = make_client(cors_origin=ORIGIN, api_key=KEY)
    right = {"Authorization": f"Bearer {KEY}"}
    assert client.get("/v1/rules").status_code == 401
    assert client.get("/nowhere", headers=right).status_code == 404
    for path in ("/livez", "/v1/rules", "/nowhere"):
        for headers in ({}, right):
            answered = client.get(path, headers=headers).headers
            assert answered["Access-Control-Allow-Origin"] == ORIGIN
            exposed = answered["Access-Control-Expose-Headers"].split(", ")
            assert {"ETag", "Retry-After", "WWW-Authenticate", "Allow", "traceparent"} <= {*exposed}


def preflight(client, path, **headers):
    """What a browser asks before a page of another origin may ask."""
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST", **headers}
    return client.options(path, headers=headers)


def test_a_preflight_is_answered_on_every_path_without_a_key(make_client):
    """Unknown ones too, or the page could not read the 404; other questions need the key."""
    client = make_client(cors_origin=ORIGIN, api_key=KEY, trusted_hosts=("localhost",))
    for path in [*routes(client.application), "/nowhere"]:
        response = preflight(client, path)
        assert (response.status_code, response.data) == (204, b"")
        assert "Content-Type" not in response.headers
        assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
        allowed = response.headers["Access-Control-Allow-Headers"].split(", ")
        assert {"Authorization", "Content-Type", "If-None-Match"} <= {*allowed}
        assert path in OPEN or client.options(path).status_code == 401
        assert path in OPEN or preflight(client, path, Host="evil.org").status_code == 400


@pytest.mark.parametrize("given", ["abc.DEF_1-2", "x" * 64])
def test_the_caller_s_id_comes_back(client, given):
    """As it was sent, where it looks like one."""
    assert client.get("/livez", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", 'a"b', "é", "a=b", "a:b", "a/b", "a+b"])
def test_what_is_no_id_is_replaced(client, given):
    """By one of the service's own, another one each time."""
    got = {client.get("/v1", headers={"X-Request-Id": given}).headers["X-Request-Id"] for _ in "ab"}
    assert len(got) == 2
    assert all(re.fullmatch("[0-9a-f]{16}", identity) for identity in got)


def test_a_trace_comes_back_and_serves_as_the_id(client):
    """W3C trace context, of later versions too."""
    headers = client.get("/livez", headers={"traceparent": TRACE}).headers
    assert headers["traceparent"] == TRACE
    assert headers["X-Request-Id"] == TRACE.split("-")[1]
    later = f"fe{TRACE[2:]}"
    assert client.get("/livez", headers={"traceparent": later}).headers["traceparent"] == later


@pytest.mark.parametrize(
    "given",
    [
        "00-x",
        f"ff{TRACE[2:]}",
        TRACE.replace(TRACE[3:35], "0" * 32),
        TRACE.replace(TRACE[36:52], "0" * 16),
        TRACE.upper(),
        f"{TRACE}-",
    ],
)
def test_a_trace_that_is_invalid_is_ignored(client, given):
    """Version ff, ids of zeros alone and malformed ones are invalid by W3C."""
    headers = client.get("/livez", headers={"traceparent": given}).headers
    assert "traceparent" not in headers
    assert re.fullmatch("[0-9a-f]{16}", headers["X-Request-Id"])


@pytest.mark.parametrize("status", [400, 408, 503])
def test_what_the_gateway_refuses_is_a_problem_with_every_header(client, status):
    """Flask is not asked."""
    response = client.get("/livez", environ_overrides={REFUSED: status})
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_answers_alerts_causes_and_refusals_are_counted(make_client):
    """Single and batch alike; read by Prometheus' own parser."""
    client = make_client()
    calf = {"answers": {"leg_swelling": "one_lower_leg"}}
    said_alone = client.post("/v1/predict", json=calf).json
    client.post("/v1/predict/batch", json={"cases": [calf, calf, {"answers": {}}]})
    client.post("/v1/predict", data="{", content_type="application/json")
    client.get(f"/{CANARY}")
    counts = counted(client)
    assert counts["supine_requests_total", "/v1/predict", "200"] == 1
    assert counts["supine_requests_total", "/v1/predict", "400"] == 1
    assert counts["supine_requests_total", "other", "404"] == 1
    assert counts["supine_request_seconds_count", "/v1/predict"] == 2
    assert counts["supine_refusals_total", "bad_request"] == 1
    assert counts["supine_answers_total", said_alone["urgency"]] >= 3
    assert sum(counts["supine_answers_total", urgency] for urgency in URGENCIES) == 4
    assert counts["supine_alerts_total", "DVT-1"] == 3
    assert sum(counts["supine_leading_causes_total", c] for c in (*CAUSES, "none")) == 4
    assert counts["supine_leading_causes_total", said_alone["causes"][0]["cause"]] >= 3
    assert counts["supine_unknown_share_count",] == 4
    shares = 3 * (1 - 1 / len(FINDINGS)) + 1
    assert counts["supine_unknown_share_sum",] == pytest.approx(shares)
    assert counts["supine_model_info", said_alone["model"]["version"]] == 1


def test_workers_count_together(make_client, app):
    """Each in its row, and any of them tells the sum."""
    metrics = Metrics(routes(app), rows=2)
    for number in (0, 1):
        metrics.count_in(number)
        make_client(metrics).get("/livez")
    assert counted(make_client(metrics))["supine_requests_total", "/livez", "200"] == 2


@pytest.mark.parametrize("path", ["/", "/v1/predict", "/v1/predict/batch", "/v1/next"])
def test_refusals_are_counted_where_cases_are_asked_about(make_client, path):
    """By reason, each once, on every such route and on no other."""
    client = make_client(api_key=KEY)
    right = {"Authorization": f"Bearer {KEY}"}
    for asked in (path, "/livez"):
        for status in (400, 408, 411, 503):
            client.post(asked, environ_overrides={REFUSED: status})
    form = path == "/"
    right_kind = "application/x-www-form-urlencoded" if form else "application/json"
    for status, kind, body in (
        (401, right_kind, "{}"),
        (413, right_kind, " " * (33 << 20)),
        (415, "text/plain", "{}"),
        (200 if form else 422, right_kind, "age=x" if form else '{"what": 1}'),
    ):
        headers = {} if status == 401 else right
        response = client.post(path, data=body, content_type=kind, headers=headers)
        assert response.status_code == status
    text = client.get("/metrics", headers=right).text
    for status, reason in REFUSALS.items():  # in a form what does not fit is unknown
        count = 0.0 if form and status == 422 else 1.0
        assert f'supine_refusals_total{{reason="{reason}"}} {count}\n' in text


def test_cases_that_a_batch_skips_are_counted_each(make_client):
    """As not fitting; a batch that is refused as a whole is one refusal."""
    client = make_client()
    body = {"cases": [{"answers": {}}, {"answers": {"age": CANARY}}, {"what": 1}]}
    assert client.post(f"{BATCH}?on_error=skip", json=body).status_code == 200
    counts = counted(client)
    assert counts["supine_refusals_total", "does_not_fit"] == 2
    assert sum(counts["supine_answers_total", urgency] for urgency in URGENCIES) == 1
    assert client.post(BATCH, json=body).status_code == 422
    assert counted(client)["supine_refusals_total", "does_not_fit"] == 3


def test_every_series_is_known_beforehand(make_client):
    """What is asked adds none; a preflight has a status of its own."""
    client = make_client(cors_origin=ORIGIN)
    before = counted(client)
    for path in [*routes(client.application), f"/{CANARY}"]:
        for ask in (client.get, client.post, client.put, client.options):
            ask(path)
        route = path if path != f"/{CANARY}" else "other"
        preflight(client, path)
        assert counted(client)["supine_requests_total", route, "204"] == 1
    assert counted(client).keys() == before.keys()


def test_the_release_is_told_and_is_the_project_s(make_client):
    """With the vocabulary; pyproject.toml is where the version is changed."""
    stated = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8"))
    assert __version__ == stated["project"]["version"]
    assert counted(make_client())["supine_build_info", __version__, VERSION] == 1


@pytest.mark.parametrize("log_format", ["plain", "json"])
def test_nothing_of_a_case_is_logged_or_counted(make_client, capsys, log_format):
    """A canary in path, query, headers, keys and values; lines carry route, status and id."""
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    try:
        dictConfig(logs.config(log_format))
        client = make_client(access_log=True, log_format=log_format)
        body = {"answers": {CANARY: CANARY, "sex": CANARY}}
        client.post(f"/v1/predict?{CANARY}={CANARY}", json=body, headers={"Referer": CANARY})
        client.post("/v1/predict", json=body)
        client.open(f"/{CANARY}", method=CANARY.upper())
        client.open("/v1/predict", method=CANARY.upper())
        lines = capsys.readouterr().err.splitlines()
    finally:
        root.handlers[:], root.level = kept, level
    assert len(lines) == 4
    assert not any(CANARY in line.lower() for line in [*lines, client.get("/metrics").text])
    if log_format == "json":
        read = [json.loads(line) for line in lines]
        assert [(line["route"], line["status"]) for line in read] == [
            ("/v1/predict", 400), ("/v1/predict", 422), ("other", 404),
            ("/v1/predict", 405),
        ]  # fmt: skip
        assert all(line["request_id"] and line["ms"] >= 0 for line in read)


def test_debugging_cannot_be_switched_on_by_a_request_or_the_environment(tmp_path, monkeypatch):
    """No route, header or variable of Flask's."""
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = create_app(tmp_path)
    assert not app.debug
    assert "Traceback" not in app.test_client().get("/?__debugger__=yes").text


class Sent:
    """A request with a large body, as the server hands it over; ``read`` is told when it is in."""

    def __init__(self, read):
        self.read = read
        self.scope = SimpleNamespace(
            proto="http",
            method="POST",
            path=BATCH,
            query_string="",
            http_version="1.1",
            scheme="http",
            authority="localhost",
            client="127.0.0.1:1",
            server="127.0.0.1:2",
            headers={"content-length": str(LARGE + 1)},
        )

    async def __aiter__(self):
        yield b" " * (LARGE + 1)
        asyncio.get_running_loop().call_soon(self.read)  # as soon as it waits for something else

    def response_bytes(self, *_):
        pass


def test_seconds_count_waiting_behind_another_large_body():
    """From a request's end to its answer: the second one waits until the first is answered."""
    taken, times, waits = [], {}, threading.Event()

    def app(_, start):
        if not times.get("answered"):
            assert waits.wait(60)
            time.sleep(0.1)
            times["answered"] = time.perf_counter()
        start("200 OK", [])
        return [b""]

    def second_is_in():
        times["in"] = time.perf_counter()
        waits.set()

    async def both():
        guard = Guard(
            app, Settings(), [lambda _environ, _status, seconds, _: taken.append(seconds)]
        )
        gateway = Gateway(guard, Settings())
        sent = Sent(lambda: None), Sent(second_is_in)
        await asyncio.gather(*(gateway.__rsgi__(one.scope, one) for one in sent))

    asyncio.run(both())
    assert taken[1] >= times["answered"] - times["in"]


def test_a_body_that_nobody_may_send_is_not_kept():
    """Without the key, whatever its size: what is held is free for those who have it."""
    told = []
    guard = Guard(lambda *_: [], Settings(api_key="k" * 16), [lambda *a: told.append(a[1])])
    gateway, sent = Gateway(guard, Settings(held_bytes=LARGE)), Sent(lambda: None)
    held = []
    sent.read = lambda: held.append(gateway._room.held)
    asyncio.run(gateway.__rsgi__(sent.scope, sent))
    assert (told, held) == ([401], [0])


def test_one_that_finds_no_room_leaves_what_it_held_to_the_others():
    """At once, though the rest of it still comes in."""
    gateway = Gateway(lambda *_: [], Settings(held_bytes=2 * LARGE))
    environ, body, held = {"PATH_INFO": BATCH}, [], []

    async def chunks():
        for _ in range(3):
            yield b" " * LARGE
            held.append(gateway._room.held)

    asyncio.run(gateway._read(chunks(), environ, body))
    assert (environ[REFUSED], body, held) == (503, [], [LARGE, 2 * LARGE, 0])


class Process:
    """What a process has in memory, and how much of that is free already."""

    def __init__(self, bytes_at_first):
        self.bytes, self.free = bytes_at_first, 0

    def give_back(self):
        self.bytes, self.free = self.bytes - self.free, 0


@pytest.fixture
def process(monkeypatch):
    """The one that the gateway believes to be in."""
    process = Process(1000)
    monkeypatch.setattr("service.server.memory_budget.resident", lambda: process.bytes)
    monkeypatch.setattr("service.server.memory_budget.give_back", process.give_back)
    return process


@pytest.mark.parametrize(
    ("more", "free", "status"),
    [(0, 0, 200), (1, 0, 503), (1, 1, 200)],
    ids=["as much as may", "more", "more, but free"],
)
def test_a_large_batch_is_refused_while_others_do_not_take_their_answers(
    monkeypatch, process, more, free, status
):
    """What they wait for is what the process holds beyond what it held at first and of bodies."""
    told, most = [], 128 << 20
    monkeypatch.setattr("service.server.memory_budget.PATIENCE", 0.01)

    def app(_, start):
        start("200 OK", [])
        return [b""]

    guard = Guard(app, Settings(), [lambda _environ, status, *_: told.append(status)])
    gateway, sent = Gateway(guard, Settings(unread_bytes=most)), Sent(lambda: None)
    process.bytes += most + LARGE + 1 + more
    process.free = free
    asyncio.run(gateway.__rsgi__(sent.scope, sent))
    assert told == [status]


def test_a_large_batch_waits_for_others_to_take_their_answers(process):
    """And is answered as soon as they have."""
    told, order = [], []

    def app(_, start):
        order.append("answered")
        start("200 OK", [])
        return [b""]

    def take():
        order.append("taken")
        process.bytes = 0

    guard = Guard(app, Settings(), [lambda _environ, status, *_: told.append(status)])
    gateway = Gateway(guard, Settings())
    process.bytes += 1 << 40
    sent = Sent(lambda: asyncio.get_running_loop().call_later(0.1, take))
    asyncio.run(gateway.__rsgi__(sent.scope, sent))
    assert (told, order) == ([200], ["taken", "answered"])


def test_what_is_cut_short_is_told_so_though_there_is_no_room(monkeypatch, process):
    """Trying again would not help."""
    told = []
    monkeypatch.setattr("service.server.memory_budget.PATIENCE", 0.01)
    guard = Guard(lambda *_: [], Settings(), [lambda _environ, status, *_: told.append(status)])
    gateway, sent = Gateway(guard, Settings()), Sent(lambda: None)
    sent.scope.headers["content-length"] = str(LARGE + 2)
    process.bytes += 1 << 40
    asyncio.run(gateway.__rsgi__(sent.scope, sent))
    assert told == [400]
