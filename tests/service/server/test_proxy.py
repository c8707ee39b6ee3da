"""The proxy's configuration of docs/OPERATIONS.md, as printed, in front of the service."""

import json
import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack, closing, contextmanager
from getpass import getuser
from http.client import HTTPConnection
from pathlib import Path

import pytest

from service.client import Client, Refused
from service.contract.problems import ProblemDocument
from service.settings import Settings
from tests.service.server.test_sockets import GOOD, ask, connect, serving

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")  # where Debian has it
OPERATIONS = (Path(__file__).parents[3] / "docs" / "OPERATIONS.md").read_text("utf-8")
(PRINTED,) = re.findall(r"<!-- nginx -->\n```nginx\n(.*?)```", OPERATIONS, re.DOTALL)
OFTEN = {"burst=200": "burst=100000"}  # a test asks more often than a person
SELDOM = {"rate=50r/s": "rate=1r/m", "burst=200": "burst=2"}
ORIGIN = "https://form.example.org"
TRACE = "0af7651916cd43dd8448eb211c80319c"
needs_nginx = pytest.mark.skipif(
    not NGINX and not os.environ.get("PROXY_REQUIRED"),
    reason="nginx IS NOT INSTALLED: the proxy is not tested",
)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def proxy(folder, upstream, changes=OFTEN):
    """Port of nginx with the printed configuration but for some words, in front of a port."""
    assert NGINX, "nginx is not installed"
    port = free_port()
    site = PRINTED
    places = {"127.0.0.1:8000": f"127.0.0.1:{upstream}", "listen 8080": f"listen 127.0.0.1:{port}"}
    for printed, tested in {**places, **changes}.items():
        assert site.count(printed) == 1, printed
        site = site.replace(printed, tested)
    folder.mkdir()
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; user {getuser()}; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{ worker_connections 2000; }}\n"
        f"http {{ access_log off; {temporary} {site} }}\n"
    )
    with subprocess.Popen([NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]) as nginx:
        try:
            for _ in range(100):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    assert nginx.poll() is None, (folder / "error.log").read_text()
                    time.sleep(0.05)
            yield port
        finally:
            nginx.terminate()


@contextmanager
def behind(folder, changes=OFTEN, **variables):
    """Port of the proxy, and that of the service behind it."""
    with ExitStack() as stack:
        _, inner = stack.enter_context(serving(folder / "none", **variables))
        yield stack.enter_context(proxy(folder / "proxy", inner, changes)), inner


def send(port, body=b'{"answers": {}}', path="/v1/predict", **headers):
    """Status, headers and document of an answer."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        return response.status, response.headers, json.loads(response.read())


def assert_problem(answer, expected, origins):
    """It is a problem of this status, for pages of these origins."""
    status, headers, problem = answer
    assert (status, problem["status"]) == (expected, expected)
    assert headers.get_content_type() == "application/problem+json"
    assert problem.keys() == ProblemDocument.__annotations__.keys()
    assert headers.get_all("Access-Control-Allow-Origin", []) == origins
    assert headers["Retry-After"] == ("1" if expected in (429, 502) else None)


@needs_nginx
def test_the_printed_proxy_passes_requests_on(tmp_path):
    """Answers and refusals come through as they are; metrics stay inside."""
    with behind(tmp_path) as (port, _), Client(f"http://127.0.0.1:{port}") as supine:
        assert supine.predict({"leg_swelling": "one_lower_leg"})["urgency"] == "same_day"
        with pytest.raises(Refused, match="/answers/x"):
            supine.predict({"x": 1})
        assert ask(port, path="/metrics")[0] == 403


@needs_nginx
def test_300_half_sent_bodies_stop_nothing(tmp_path):
    """Others are answered meanwhile, behind the proxy and before it; then all 300 are."""
    patient = {**OFTEN, "client_body_timeout 10s": "client_body_timeout 600s"}
    with ExitStack() as stack:
        port, inner = stack.enter_context(behind(tmp_path, patient))
        slow = [stack.enter_context(connect(port)) for _ in range(300)]
        for connection in slow:
            connection.sendall(GOOD[:-1])
        supine = stack.enter_context(Client(f"http://127.0.0.1:{port}"))
        for _ in range(20):
            assert supine.predict({})["urgency"] == "undetermined"
        assert ask(inner, path="/livez")[0] == 200
        for connection in slow:
            connection.sendall(GOOD[-1:])
            assert connection.recv(12) == b"HTTP/1.1 200"


@needs_nginx
@pytest.mark.parametrize("origin", [ORIGIN, "https://other.example.org", None])
def test_what_the_proxy_refuses_is_a_problem_too(tmp_path, origin):
    """Too long, too often, too slow, nobody there; read by CORS_ORIGIN's pages, and no others."""
    asked = {"Origin": origin} if origin else {}
    allowed = [ORIGIN] if origin == ORIGIN else []
    with behind(tmp_path, SELDOM) as (port, _):
        long = b" " * (33 << 20)
        assert_problem(send(port, long, "/v1/predict/batch", **asked), 413, allowed)
        assert [send(port)[0] for _ in range(3)] == [200] * 3
        assert_problem(send(port, **asked), 429, allowed)
    with proxy(tmp_path / "alone", free_port()) as port:
        assert_problem(send(port, **asked), 502, allowed)
    quick = {**OFTEN, "proxy_read_timeout 60s": "proxy_read_timeout 1s"}
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        proxy(tmp_path / "quick", silent.getsockname()[1], quick) as port,
    ):
        assert_problem(send(port, **asked), 504, allowed)


@needs_nginx
def test_what_the_service_answers_keeps_its_own_headers(tmp_path):
    """One origin, not two, which no browser would take; one problem, not the proxy's."""
    with behind(tmp_path, CORS_ORIGIN=ORIGIN) as (port, _):
        for body, expected in ((b'{"answers": {}}', 200), (b"{", 400), (b" " * 100_000, 413)):
            status, headers, document = send(port, body, Origin=ORIGIN)
            assert status == expected
            assert headers.get_all("Access-Control-Allow-Origin") == [ORIGIN]
            assert status != 413 or "65536" in document["detail"]


@needs_nginx
def test_the_id_of_a_request_is_the_caller_s(tmp_path):
    """Else that of its trace; else a new one, which differs from request to request."""
    trace = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
    with behind(tmp_path) as (port, _):

        def identity(**headers):
            return send(port, **headers)[1].get_all("X-Request-Id")

        assert identity(X_Request_Id="mine") == identity(X_Request_Id="mine", **trace) == ["mine"]
        assert identity(**trace) == [TRACE]
        (first,), (second,) = identity(), identity()
        assert re.fullmatch("[0-9a-f]{32}", first)
        assert first != second


def test_its_limits_are_those_of_the_settings():
    """It lets in what the service takes, and lets go of a connection before the service does."""
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", PRINTED)
    assert int(megabytes) << 20 == Settings().batch_bytes
    (seconds,) = re.findall(r"  keepalive_timeout (\d+)s;", PRINTED)
    assert int(seconds) < Settings().header_seconds
