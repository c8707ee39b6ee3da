"""The proxy's configuration of docs/OPERATIONS.md, as printed, in front of the service."""

import re
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from service.client import Client, Refused, Unanswered
from tests.service.test_http import ask, connect, serving

NGINX = shutil.which("nginx")
OPERATIONS = (Path(__file__).parents[2] / "docs" / "OPERATIONS.md").read_text("utf-8")
pytestmark = pytest.mark.skipif(not NGINX, reason="nginx IS NOT INSTALLED: the proxy is not tested")


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def proxy(folder, upstream):
    """Port of nginx with the printed configuration, in front of a port."""
    port = free_port()
    (printed,) = re.findall(r"<!-- nginx -->\n```nginx\n(.*?)```", OPERATIONS, re.DOTALL)
    site = printed.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    site = site.replace("listen 8080", f"listen 127.0.0.1:{port}")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
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


def test_the_printed_proxy_passes_requests_on_and_keeps_slow_ones(tmp_path):
    """Answers and refusals come through; 300 half sent bodies stop nothing; metrics stay inside."""
    (tmp_path / "proxy").mkdir()
    with ExitStack() as stack:
        _, inner = stack.enter_context(serving(tmp_path / "none"))
        port = stack.enter_context(proxy(tmp_path / "proxy", inner))
        supine = stack.enter_context(Client(f"http://127.0.0.1:{port}"))
        assert supine.predict({"leg_swelling": "one_lower_leg"})["urgency"] == "same_day"
        with pytest.raises(Refused, match="/answers/x"):
            supine.predict({"x": 1})
        assert ask(port, path="/metrics")[0] == 403
        with pytest.raises(Unanswered, match=r"^413 "):
            supine.send("/v1/predict/batch", b" " * (33 * 1024 * 1024))
        for _ in range(300):
            slow = stack.enter_context(connect(port))
            slow.sendall(b"POST /v1/predict HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n{")
        began = time.monotonic()
        for _ in range(20):
            assert supine.predict({})["urgency"] == "undetermined"
        assert ask(inner, path="/livez")[0] == 200
        assert time.monotonic() - began < 20  # it answers at all: nobody waits for the slow ones
