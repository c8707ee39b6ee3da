"""The real server on a real socket: odd HTTP, slow clients, killed workers, restarts."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from service.routes.route_texts import BARE

ROOT = Path(__file__).parents[3]
BODY = b'{"answers": {"leg_swelling": "one_lower_leg"}}'
HEAD = b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
GOOD = HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
LIVE = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
WHOLE = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
MALFORMED = {  # what is sent, and the statuses of which the first answer has one (0: none)
    "garbage": (b"\x16\x03\x01\x02\r\n\r\n", {400}),
    "HTTP/2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {0, 400, 505}),
    "no version": (b"GET /livez\r\n\r\n", {400}),
    "HTTP/3.0": (b"GET /livez HTTP/3.0\r\nHost: a\r\n\r\n", {400, 505}),
    "space before a colon": (b"GET /livez HTTP/1.1\r\nHost : a\r\n\r\n", {400}),
    "folded header": (b"GET /livez HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n", {400}),
    "NUL in a header": (b"GET /livez HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n", {400}),
    "no host": (b"GET /livez HTTP/1.1\r\n\r\n", {400}),
    "two hosts": (b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", {400}),
    "150 headers": (b"GET /livez HTTP/1.1\r\nHost: a\r\n" + b"X: 1\r\n" * 150 + b"\r\n", {431}),
    "100 kB header": (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", {0, 431}),
    "100 kB path": (b"GET /" + b"y" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", {0, 414, 431}),
    "CONNECT": (b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", {0, 400, 404, 405}),
    "OPTIONS *": (b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", {200, 404}),
    "raw bytes in the path": (b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n", {400, 404}),
    "climbing path": (b"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", {404}),
    "websocket": (
        LIVE[:-2] + b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        {200, 400, 426},
    ),
    "two lengths": (HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", {400}),
    "length -1": (HEAD + b"Content-Length: -1\r\n\r\n{}", {400}),
    "length +2": (HEAD + b"Content-Length: +2\r\n\r\n{}", {400}),
    "length 1e1": (HEAD + b"Content-Length: 1e1\r\n\r\n{}", {400}),
    "length of 40 digits": (HEAD + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n{}", {400, 413}),
    "unknown coding": (HEAD + b"Transfer-Encoding: xchunked\r\n\r\n" + WHOLE, {400, 501}),
    "chunked twice": (HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n" + WHOLE, {400}),
    "chunked not last": (HEAD + b"Transfer-Encoding: chunked, gzip\r\n\r\n" + WHOLE, {400}),
    "bad chunk size": (CHUNKED + b"ZZ\r\n{}\r\n0\r\n\r\n", {400, 411}),
    "huge chunk size": (CHUNKED + b"f" * 20 + b"\r\n{}\r\n0\r\n\r\n", {400, 411}),
    "negative chunk": (CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n", {400, 411}),
    "chunk longer than said": (CHUNKED + b"1\r\n{}\r\n0\r\n\r\n", {400, 411}),
    "endless chunk extension": (
        CHUNKED + b"2;" + b"x" * 100_000 + b"\r\n{}\r\n0\r\n\r\n",
        {0, 400, 411},
    ),
}


def environment(**variables):
    """This process's environment with some variables set."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "HOST": "127.0.0.1", "PORT": "0", **variables}


@contextmanager
def serving(models, **variables):
    """The service on a free port: its process and its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "service"],
        cwd=ROOT,
        env=environment(MODELS=str(models), **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield process, int(line.split()[3].rsplit(":", 1)[1])
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """Of a service with two workers that have little patience."""
    models = tmp_path_factory.mktemp("none")
    variables = {"WORKERS": "2", "HEADER_SECONDS": "3", "BODY_SECONDS": "3"}
    with serving(models, **variables) as (process, port):
        yield port
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "Traceback" not in errors


def connect(port):
    """A connection on which nothing takes more than ten seconds."""
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def read_all(connection):
    """Everything until the other side closes, resets, or is silent for as long as we wait."""
    got = b""
    with suppress(ConnectionResetError, TimeoutError):
        while part := connection.recv(65536):
            got += part
    return got


def send(port, sent, silence=0.5):
    """Everything that comes back for these bytes until nothing does for so many seconds."""
    with connect(port) as connection:
        with suppress(OSError):  # closed already: what came back is read all the same
            connection.sendall(sent)
        connection.settimeout(silence)
        return read_all(connection)


def status(got):
    """Status of the first answer, 0 if there is none."""
    return int(got.split(b" ", 2)[1]) if got else 0


def ask(port, method="GET", path="/livez", body=None, **headers):
    """One request on a connection of its own: status, headers, body."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        kind = {"Content-Type": "application/json"} if body is not None else {}
        connection.request(method, path, body, {**kind, **headers})
        response = connection.getresponse()
        return response.status, response.headers, response.read()


def workers(process):
    """Process ids of the workers."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return {int(pid) for pid in listed}


def next_two(process, gone):
    """Process ids of two workers, none of which is one of these."""
    end = time.monotonic() + 20
    while len(found := workers(process)) != 2 or found & gone:
        assert time.monotonic() < end
        time.sleep(0.01)
    return found


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_http_is_refused_and_nothing_behind_it_is_answered(port, name):
    """No answer over 499, no case assessed, and a good request smuggled behind it is not seen."""
    sent, statuses = MALFORMED[name]
    got = send(port, sent)
    assert status(got) in statuses, got[:200]
    assert got.count(b"HTTP/1.1 200") <= (200 in statuses)
    assert b'"urgency"' not in got
    assert ask(port, "POST", "/v1/predict", BODY)[0] == 200


def test_headers_beyond_the_limit_are_the_bare_431_of_the_description(port):
    """No body, no id and no type: the server says so before there is a request."""
    head, _, body = send(port, MALFORMED["150 headers"][0]).lower().partition(b"\r\n\r\n")
    assert head.startswith(b"http/1.1 431 ")
    assert list(BARE) == ["431"]
    assert not re.search(rb"^(x-request-id|content-type):", head, re.MULTILINE)
    assert body == b""


def test_a_get_may_stall_too(port):
    """A 408, as the description says of every route."""
    chunked = LIVE.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n")
    assert status(send(port, chunked, 10)) == 408


def test_a_length_beside_chunks_does_not_count_and_the_connection_ends(port):
    """What stands behind could be read in two ways, so it is not read."""
    both = HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + WHOLE
    assert send(port, both + LIVE).count(b"HTTP/1.1 200") <= 1


def test_pipelined_requests_are_answered_in_order(port):
    """Good ones and bad ones, each its own answer."""
    bad = HEAD + b"Content-Length: 1\r\n\r\n{"
    last = LIVE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    got = send(port, (GOOD + bad + LIVE) * 3 + last, 5)
    answers = [int(part[:3]) for part in got.split(b"HTTP/1.1 ")[1:]]
    assert answers == [200, 400, 200] * 3 + [200]


def test_a_body_byte_by_byte_is_a_body(port):
    """However it is cut."""
    with connect(port) as connection:
        for byte in GOOD:
            connection.sendall(bytes([byte]))
        assert b"HTTP/1.1 200" in connection.recv(100)


@pytest.mark.parametrize("path", ["/", "/v1/predict", "/v1/predict/batch", "/v1/next", "/livez"])
@pytest.mark.parametrize("end", ["0\r\n\r\n", "ZZ\r\nx\r\n", "5\r\nabc", "", "0\r\nX: y\r\n\r\n"])
def test_a_body_in_chunks_is_refused_however_it_ends(port, path, end):
    """The server tells no end from a cut, and what is missing may be the sign of a clot."""
    method = "GET" if path == "/livez" else "POST"
    form = b"part=live&sex=female&age=58"
    body, kind = (form, b"x-www-form-urlencoded") if path == "/" else (BODY, b"json")
    head = b"%s %s HTTP/1.1\r\nHost: a\r\nContent-Type: application/%s\r\n"
    with connect(port) as connection:
        connection.sendall(head % (method.encode(), path.encode(), kind))
        connection.sendall(b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(body), body))
        connection.sendall(end.encode())
        if end != "0\r\n\r\n":
            connection.shutdown(socket.SHUT_WR)
        got = read_all(connection)
    assert status(got) in (0, 400, 411)
    assert got.count(b"HTTP/1.1") <= 1
    if end == "0\r\n\r\n":
        assert status(got) == 411
        assert b"connection: close" in got.lower()
        assert json.loads(got.split(b"\r\n\r\n")[1])["status"] == 411


def test_a_body_cut_short_is_no_case(port):
    """The sender gone or half gone."""
    for how in (socket.SHUT_WR, socket.SHUT_RDWR):
        with connect(port) as connection:
            connection.sendall(HEAD + b"Content-Length: 999\r\n\r\n" + BODY)
            connection.shutdown(how)
            assert status(read_all(connection)) in (0, 400)


def test_a_sender_that_is_half_gone_is_taken_for_gone_or_answered(port):
    """Its request is whole; the service goes on either way."""
    with connect(port) as connection:
        connection.sendall(GOOD)
        connection.shutdown(socket.SHUT_WR)
        assert status(read_all(connection)) in (0, 200)
    assert ask(port)[0] == 200


@pytest.mark.parametrize("limit", [8192, 32768, 100_000])
def test_headers_pass_up_to_the_limit_and_never_at_twice_as_many_bytes(tmp_path, limit):
    """In between it depends on how they come in."""
    with serving(tmp_path, HEADER_BYTES=str(limit)) as (_, port):
        for size, expected in ((limit, {200}), (2 * limit, {0, 431})):
            head = b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: "
            sent = head + b"y" * (size - len(head) - 4) + b"\r\n\r\n"
            assert status(send(port, sent, silence=10)) in expected


@pytest.mark.parametrize("path", ["/v1/predict", "/v1/predict/batch"])
@pytest.mark.parametrize(("chunked", "refused"), [(False, 413), (True, 411)])
def test_a_body_over_the_limit_is_a_problem_that_its_sender_gets_to_read(
    port, path, chunked, refused
):
    """With and without its length, and the sender is not cut off while it sends."""
    size = 33 * 1024 * 1024 if path.endswith("batch") else 3 * 1024 * 1024
    body = iter([b" " * (1 << 20)] * (size >> 20)) if chunked else b" " * size
    code, headers, text = ask(port, "POST", path, body)
    assert (code, headers["Content-Type"]) == (refused, "application/problem+json")
    assert json.loads(text)["status"] == refused


def test_who_asks_before_sending_is_told_at_once(port):
    """Expect: 100-continue: go on, or a 413 without the body."""
    head = HEAD + b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
    with connect(port) as connection:
        connection.sendall(head % len(BODY))
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(BODY)
        assert b'"urgency"' in read_all(connection)
    assert status(send(port, head % 10_000_000, 5)) == 413


@pytest.mark.parametrize("kind", ["headers", "bodies"])
def test_300_slow_clients_cost_only_their_connections(port, kind):
    """Health and assessment are answered meanwhile; in the end the slow ones are sent away."""
    start = (
        b"GET /livez HTTP/1.1\r\n" if kind == "headers" else HEAD + b"Content-Length: 999\r\n\r\n"
    )
    slow = [connect(port) for _ in range(300)]
    try:
        for connection in slow:
            connection.sendall(start)
        end = time.monotonic() + 2
        while time.monotonic() < end:
            assert ask(port)[0] == 200
            assert ask(port, "POST", "/v1/predict", BODY)[0] == 200
            for connection in slow:
                with suppress(ConnectionError):  # a slow machine may have sent it away already
                    connection.sendall(b"X: y\r\n" if kind == "headers" else b" ")
        for connection in slow:
            # 400 where the server noticed first that the body would not come in time
            assert status(read_all(connection)) in ({0} if kind == "headers" else {0, 400, 408})
    finally:
        for connection in slow:
            connection.close()


def test_metrics_are_of_all_workers(port):
    """Whichever is asked: no count is lower than one seen before."""
    seen = 0
    for _ in range(30):
        text = ask(port, path="/metrics")[2].decode()
        line = next(x for x in text.splitlines() if "total" in x and '"/metrics",status="200"' in x)
        assert float(line.split()[-1]) >= seen
        seen = float(line.split()[-1]) + 1


def test_clients_that_never_read_do_not_hold_their_connections(tmp_path):
    """Answers that nobody takes fill the sockets; then there is room again for others."""
    with serving(tmp_path, CONNECTIONS="5", ANSWER_SECONDS="1") as (_, port):
        deaf = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
        for connection in deaf:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(b"GET /v1/rules HTTP/1.1\r\nHost: a\r\n\r\n" * 60)
        with connect(port) as other:
            other.settimeout(60)
            other.sendall(LIVE)
            assert other.recv(15) == b"HTTP/1.1 200 OK"
        for connection in deaf:
            connection.close()


def test_answers_that_nobody_takes_are_bounded(tmp_path):
    """Of four who ask for 105 MiB each and take nothing the last one is refused, until they go."""
    body = b'{"cases":[%s]}' % b",".join([b'{"answers":{}}'] * 10_000)
    batch = b"POST /v1/predict/batch HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    with serving(tmp_path, UNREAD_BYTES=str(128 << 20)) as (_, port):
        with ExitStack() as several:
            statuses = []
            for _ in range(4):
                connection = several.enter_context(connect(port))
                connection.sendall(b"%sContent-Length: %d\r\n\r\n%s" % (batch, len(body), body))
                statuses.append(status(connection.recv(13)))
            assert statuses[:1] + statuses[-1:] == [200, 503]
            assert ask(port, "POST", "/v1/predict", BODY)[0] == 200
        end = time.monotonic() + 20
        while ask(port, "POST", "/v1/predict/batch", body)[0] == 503:
            assert time.monotonic() < end


def sockets(pid):
    """How many sockets a process has open."""
    names = [name for name in Path(f"/proc/{pid}/fd").iterdir() if name.is_symlink()]
    return sum(str(name.readlink()).startswith("socket:") for name in names)


def test_no_worker_gets_a_whole_burst_of_connections(tmp_path):
    """Forty at once: fewer than five for one of two workers is a chance of one in ten million."""
    with serving(tmp_path, WORKERS="2") as (process, port):
        assert {ask(port)[0] for _ in range(20)} == {200}  # both are there
        time.sleep(0.5)  # and done with these connections
        before = {pid: sockets(pid) for pid in workers(process)}
        burst = [connect(port) for _ in range(40)]
        for connection in burst:
            connection.sendall(LIVE)
        assert all(connection.recv(15) == b"HTTP/1.1 200 OK" for connection in burst)
        dealt = [sockets(pid) - number for pid, number in before.items()]
        for connection in burst:
            connection.close()
    assert min(dealt) >= 5, dealt


def test_a_worker_that_is_killed_is_replaced_and_costs_only_its_own_requests(tmp_path):
    """Again and again, within a second each; the service never ends by it."""
    with serving(tmp_path, WORKERS="2") as (process, port):
        for _ in range(3):
            before = workers(process)
            os.kill(min(before), signal.SIGKILL)
            replaced = time.monotonic()
            while not (len(workers(process)) == 2 and workers(process) != before):
                assert time.monotonic() < replaced + 5
                time.sleep(0.01)
            assert all(ask(port)[0] == 200 for _ in range(20))
        assert process.poll() is None


def test_a_worker_that_dies_while_others_are_replaced_is_replaced_meanwhile(tmp_path):
    """SIGHUP waits for a request under way; who calls then does not wait for that."""
    with serving(tmp_path, WORKERS="2", BODY_SECONDS="20") as (process, port):
        under_way = [connect(port) for _ in range(20)]
        for connection in under_way:
            connection.sendall(GOOD[:-10])
        time.sleep(0.5)
        before = workers(process)
        process.send_signal(signal.SIGHUP)
        time.sleep(2)  # the first one has a successor, and is waited for
        os.kill(max(before), signal.SIGKILL)
        for _ in range(20):
            asked = time.monotonic()
            assert ask(port)[0] == 200
            assert time.monotonic() < asked + 5
        for connection in under_way:
            connection.close()


def test_while_it_stops_callers_are_turned_away(tmp_path):
    """At once, by all its sockets; what is under way is still answered."""
    with serving(tmp_path, WORKERS="2") as (process, port), connect(port) as connection:
        connection.sendall(GOOD[:-10])
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        time.sleep(1)
        for _ in range(12):
            with pytest.raises(ConnectionRefusedError):
                connect(port)
        connection.sendall(GOOD[-10:])
        assert b'"urgency"' in read_all(connection)


def test_starting_replacing_and_stopping_are_events_with_their_numbers(tmp_path):
    """A worker that dies is an error, one that SIGHUP replaces is not."""
    with serving(tmp_path, WORKERS="2", LOG_FORMAT="json") as (process, port):
        first = workers(process)
        os.kill(min(first), signal.SIGKILL)
        second = next_two(process, {min(first)})
        process.send_signal(signal.SIGHUP)
        third = next_two(process, second)
        process.send_signal(signal.SIGTERM)
        lines = list(map(json.loads, process.communicate(timeout=20)[1].splitlines()))
    told = [line for line in lines if line["event"] in ("started", "worker replaced", "stopping")]
    assert [(line["event"], line["level"]) for line in told] == [
        ("started", "info"),
        ("worker replaced", "error"),
        ("worker replaced", "info"),
        ("worker replaced", "info"),
        ("stopping", "info"),
    ]
    assert (told[0]["url"], told[0]["workers"]) == (f"http://127.0.0.1:{port}", 2)
    died, *turned = told[1:4]
    assert (died["before"], died["exit"]) == (min(first), -signal.SIGKILL)
    assert {died["pid"]} == second - first
    assert [line["worker"] for line in turned] == [0, 1]
    assert {line["before"] for line in turned} == second
    assert {line["pid"] for line in turned} == third


def test_workers_end_with_their_parent(tmp_path):
    """Even if it is killed: the address is free again."""
    with serving(tmp_path, WORKERS="2") as (process, port):
        process.kill()
        process.wait()
        end = time.monotonic() + 15
        while time.monotonic() < end:
            try:
                connect(port).close()
            except ConnectionRefusedError:
                return
            time.sleep(0.05)
        pytest.fail("a worker is still listening")


def asking(port, stop, failures, answers):
    """Ask on connections of their own until told to stop."""
    while not stop.is_set():
        try:
            answers.append(ask(port, "POST", "/v1/predict", BODY, Connection="close")[0])
        except (OSError, HTTPException) as problem:
            failures.append(repr(problem))


def asking_on(port, stop, failures, answers):
    """Ask on one connection as long as the service keeps it."""
    kind = {"Content-Type": "application/json"}
    while not stop.is_set():
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            while not stop.is_set():
                connection.request("POST", "/v1/predict", BODY, kind)
                response = connection.getresponse()
                response.read()
                answers.append(response.status)
                if response.will_close:
                    break
        except (OSError, HTTPException) as problem:
            failures.append(repr(problem))
        finally:
            connection.close()


@contextmanager
def clients(port):
    """Four clients that ask all the time: what failed, and the statuses that they got."""
    stop, failures, answers = threading.Event(), [], []
    threads = [
        threading.Thread(target=target, args=(port, stop, failures, answers))
        for target in (asking, asking, asking_on, asking_on)
    ]
    for thread in threads:
        thread.start()
    try:
        yield failures, answers
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_restarting_the_workers_under_load_costs_no_answer(tmp_path):
    """SIGHUP replaces both workers, one after the other, while four clients ask; five times."""
    with serving(tmp_path, WORKERS="2") as (process, port):
        with clients(port) as (failures, answers):
            for _ in range(5):
                before = workers(process)
                process.send_signal(signal.SIGHUP)
                end = time.monotonic() + 20
                while workers(process) & before:
                    assert time.monotonic() < end
                    time.sleep(0.05)
        assert failures == []
        assert set(answers) == {200}
        assert len(answers) > 20


def test_sigterm_finishes_what_is_under_way(tmp_path):
    """A request whose body is still coming in is answered; then the service ends, with 0."""
    with serving(tmp_path) as (process, port), connect(port) as connection:
        connection.sendall(GOOD[:-10])
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        connection.sendall(GOOD[-10:])
        assert b'"urgency"' in read_all(connection)
        assert process.wait(timeout=20) == 0


def test_being_told_twice_to_end_is_ending_once(tmp_path):
    """As a terminal and a script do it together; wherever the second signal falls.

    The first one comes as soon as a worker answers, before its event loop may run.
    """
    for pause in (0, 0, 0.001, 0.01):
        with serving(tmp_path) as (process, _):
            process.send_signal(signal.SIGTERM)
            time.sleep(pause)
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0
            assert "killed" not in process.stderr.read()
