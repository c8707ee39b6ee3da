"""Requests that are in at the same time are answered together, and each as if it were alone."""

import asyncio
import json
import random
from time import perf_counter
from types import SimpleNamespace

import pytest

from service.app import create_app
from service.http.middleware import Guard
from service.routes import micro_batching
from service.server.adapter import ROUND, Gateway
from service.settings import Settings

CANARY = "zanzibar"


class Sent:
    """A request with a small body, as the server hands it over."""

    def __init__(self, body, path="/v1/predict", query="", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.body, self.answer = body, None
        self.scope = SimpleNamespace(
            proto="http",
            method="POST",
            path=path,
            query_string=query,
            http_version="1.1",
            scheme="http",
            authority="localhost",
            client="127.0.0.1:1",
            server="127.0.0.1:2",
            headers={
                "content-type": "application/json",
                "content-length": str(len(body)),
                "x-request-id": "same",
                **named,
            },
        )

    async def __call__(self):
        return self.body

    async def __aiter__(self):
        yield self.body

    def response_bytes(self, status, headers, body):
        self.answer = status, headers, body


@pytest.fixture
def make_app(tmp_path, model):
    def make(**given):
        app = create_app(tmp_path, Settings(**given))
        app.extensions["model"] = model
        return app

    return make


def answer(app, several, together=True):
    """Answers to several requests, that are in at the same time or one after another."""

    async def run():
        gateway = Gateway(app, Settings())
        if together:
            await asyncio.gather(*(gateway.__rsgi__(one.scope, one) for one in several))
        else:
            for one in several:
                await gateway.__rsgi__(one.scope, one)

    asyncio.run(run())
    return [one.answer for one in several]


def asked(case, **more):
    return json.dumps({"answers": case, **more}).encode()


def mixed(cases, to_json):
    """Usual requests among all that a round may not take for one: odd, refused, and elsewhere."""
    usual = [asked(to_json(case)) for case in cases(ROUND)[1]]
    some = usual[0]
    several = [Sent(body) for body in usual]
    several += [Sent(body, content_type="application/json; charset=UTF-8") for body in usual[:3]]
    several += [
        Sent(some, query="x=1"),
        Sent(some, content_type="text/plain"),
        Sent(some, content_encoding="gzip"),
        Sent(some, transfer_encoding="chunked"),
        Sent(some, path="/v1/next"),
        Sent(some, path="/nowhere"),
        Sent(some[:-1]),
        Sent(b'{"answers":{"age":40,"age":50}}'),
        Sent(b'{"answers":{"age":12}}'),
        Sent(asked({"age": 50}, explain=True)),
        Sent(asked({CANARY: 1})),
    ]
    return several


def test_each_is_answered_as_if_it_were_alone(make_app, cases, to_json):
    """Status, headers and every byte, whatever stands beside it and in whatever order."""
    app, several = make_app(), mixed(cases, to_json)
    alone = answer(app.wsgi_app, several, together=False)
    assert {status for status, *_ in alone} == {200, 400, 404, 411, 415, 422}
    assert len({body for *_, body in alone}) > ROUND
    order = random.Random(1).sample(range(len(several)), len(several))  # noqa: S311
    together = answer(app.wsgi_app, [several[i] for i in order])
    assert together == [alone[i] for i in order]


def test_the_model_is_asked_once_for_a_round(make_app, model, cases, to_json):
    """At most ROUND requests share one."""
    app, grown = make_app(), [{**to_json(case), "age": 50} for case in cases(ROUND + 3)[1]]
    several = [Sent(asked(case)) for case in grown]
    assert {status for status, *_ in answer(app.wsgi_app, several)} == {200}
    assert model.asked == [ROUND, 3]


def test_where_it_fails_each_is_assessed_by_itself(make_app, cases, to_json, monkeypatch, caplog):
    """Nothing of a case is in the line that tells."""
    app, several = make_app(), mixed(cases, to_json)
    alone = answer(app.wsgi_app, several, together=False)

    def fail(*_):
        raise RuntimeError(CANARY)

    monkeypatch.setattr(micro_batching, "assess_each", fail)
    assert answer(app.wsgi_app, several) == alone
    assert "not assessed together" in caplog.text
    assert CANARY not in caplog.text


def test_one_that_fails_costs_no_other_its_answer():
    """It fails alone."""

    def app(environ, start):
        if environ["wsgi.input"].read() == b"bad":
            raise RuntimeError
        start("200 OK", [])
        return [b"fine"]

    def fail(_):
        raise RuntimeError

    app.ahead = fail
    several = [Sent(b"good"), Sent(b"bad"), Sent(b"good")]

    async def run():
        gateway = Gateway(app, Settings())
        calls = (gateway.__rsgi__(one.scope, one) for one in several)
        return await asyncio.gather(*calls, return_exceptions=True)

    good, bad, last = asyncio.run(run())
    assert good is last is None
    assert isinstance(bad, RuntimeError)
    assert [one.answer and one.answer[2] for one in several] == [b"fine", None, b"fine"]


def test_who_comes_in_a_turn_of_the_loop_later_shares_the_round(make_app, model):
    """And who comes much later does not: nobody waits for who may never come."""
    app, several = make_app(), [Sent(asked({"age": age})) for age in (40, 50, 60)]

    async def run():
        gateway = Gateway(app.wsgi_app, Settings())
        tasks = []
        for one, turns in zip(several, (1, 5, 0), strict=True):
            tasks.append(asyncio.create_task(gateway.__rsgi__(one.scope, one)))
            for _ in range(turns):
                await asyncio.sleep(0)
        await asyncio.gather(*tasks)

    asyncio.run(run())
    assert [one.answer[0] for one in several] == [200, 200, 200]
    assert model.asked == [2, 1]


def test_one_that_nobody_waits_for_is_not_answered(make_app):
    """And the others of its round are."""
    app, several = make_app(), [Sent(asked({"age": age})) for age in (40, 50, 60)]

    async def run():
        gateway = Gateway(app.wsgi_app, Settings())
        tasks = [asyncio.create_task(gateway.__rsgi__(one.scope, one)) for one in several]
        await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(run())
    assert [one.answer and one.answer[0] for one in several] == [200, None, 200]


def test_nothing_is_worked_out_for_one_without_the_key(make_app, model):
    """It is refused before anybody looks into its body."""
    app, key = make_app(api_key="k" * 16), "Bearer " + "k" * 16
    body = asked({"age": 50})
    several = [Sent(body), Sent(body, authorization=key), Sent(body, authorization="Bearer no")]
    assert [status for status, *_ in answer(app.wsgi_app, several)] == [401, 200, 401]
    assert model.asked == [1]


def test_seconds_count_waiting_for_the_others_of_a_round():
    """From a request's end to its answer: the second waits for the first."""
    taken, times = [], []

    def app(_, start):
        times.append(perf_counter())
        while not taken and perf_counter() < times[0] + 0.05:
            pass
        start("200 OK", [])
        return [b""]

    guard = Guard(app, Settings(), [lambda _environ, _status, seconds, _: taken.append(seconds)])
    answer(guard, [Sent(b"1"), Sent(b"2")])
    assert min(taken) >= 0.05
    assert len(times) == 2
