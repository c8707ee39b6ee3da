"""The Dockerfile: its steps are carried out as a script in an empty directory, with no engine.

And what docs/OPERATIONS.md prints for who runs the service otherwise.
"""

import configparser
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
import yaml

from service.app import create_app
from service.settings import Settings, read
from tests.test_make import ROOT

TEXT = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", "")
OPERATIONS = (ROOT / "docs" / "OPERATIONS.md").read_text("utf-8")
KEY, HOST = "correct-horse-battery", "supine.example.org"
STEPS = [tuple(line.split(" ", 1)) for line in TEXT.splitlines() if re.match("[A-Z]+ ", line)]


def all_of(instruction: str) -> list[str]:
    return [rest for name, rest in STEPS if name == instruction]


def copied(into: Path) -> None:
    """What COPY takes out of the checkout, put below a directory."""
    for step in all_of("COPY"):
        *sources, target = step.split()
        if step.startswith("--from"):
            continue
        for pattern in sources:
            for source in ROOT.glob(pattern.rstrip("/")):
                to = into / target.lstrip("/")
                if source.is_dir():
                    shutil.copytree(source, to, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    to = to / source.name if target.endswith("/") else to
                    to.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(source, to)


def test_it_runs_as_nobody_from_a_lock_and_without_the_training() -> None:
    """One user without rights, hashes asked for, a health check, and no secret in it."""
    assert all_of("USER") == ["10001"]
    assert any("--require-hashes" in step for step in all_of("RUN"))
    assert len(all_of("HEALTHCHECK")) == 1
    assert not any("training" in step or "ADD" in step for step in all_of("COPY"))
    assert "KEY" not in " ".join(all_of("ENV"))
    assert all(re.fullmatch(r"python:3\.\d+-slim( AS \w+)?", image) for image in all_of("FROM"))


def test_its_lock_is_a_part_of_the_one_that_is_tested() -> None:
    """The same versions with the same hashes, and none of what only training needs."""

    def entries(path: Path) -> dict[str, str]:
        parts = re.split(r"\n(?=\S)", path.read_text("utf-8").strip())
        return {re.split("[=; ]", part)[0]: part for part in parts}

    whole, served = entries(ROOT / "requirements.lock"), entries(ROOT / "service/requirements.lock")
    assert {"flask", "granian", "msgspec", "numpy"} <= served.keys()
    assert not {"pandas", "scikit-learn", "scipy", "matplotlib"} & served.keys()
    for name, entry in served.items():
        hashes = set(re.findall("sha256:[0-9a-f]+", entry))
        assert hashes == set(re.findall("sha256:[0-9a-f]+", whole[name])), name
        assert entry.split()[0] == whole[name].split()[0]


def test_its_steps_make_a_service_that_answers(tmp_path: Path) -> None:
    """Libraries installed from the lock, files copied, started, asked, found healthy, stopped.

    With a key and a trusted host, neither of which the health check knows.
    """
    copied(tmp_path)
    venv = tmp_path / "opt"
    (install,) = (step for step in all_of("RUN") if "venv" in step)
    script = install.replace("/opt/supine", str(venv)).replace(
        "/requirements.lock", str(tmp_path / "requirements.lock")
    )
    script = script.replace("python -m venv", f"{shlex.quote(sys.executable)} -m venv")
    subprocess.run(["sh", "-ec", script], check=True, capture_output=True)
    environment = {
        **{key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ},
        **dict(pair.split("=") for pair in shlex.split(" ".join(all_of("ENV")))),
        "HOST": "127.0.0.1",
        "PORT": "0",
        "API_KEY": KEY,
        "TRUSTED_HOSTS": HOST,
        "MODELS": str(tmp_path / "models-mounted"),
    }
    command = [word.replace("/opt/supine", str(venv)) for word in json.loads(all_of("CMD")[-1])]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE
    ) as service:
        try:
            assert service.stdout is not None
            line = service.stdout.readline().decode()
            found = re.search(r"http://\S+?:(\d+)", line)
            assert found, line
            headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
            case = b'{"answers": {"leg_swelling": "one_lower_leg"}}'
            asked = Request(f"{found[0]}/v1/predict", case, {**headers, "Host": HOST})  # noqa: S310
            with urlopen(asked, timeout=10) as response:  # noqa: S310 - our own
                assert json.load(response)["urgency"] == "same_day"
            health = json.loads(all_of("HEALTHCHECK")[0].split("CMD ", 1)[1])
            health[0] = health[0].replace("/opt/supine", str(venv))
            subprocess.run(health, env={**environment, "PORT": found[1]}, check=True)
        finally:
            service.terminate()
    assert service.returncode == 0


BESIDE = Path(sys.executable).with_name("hadolint")
HADOLINT = str(BESIDE) if BESIDE.exists() else shutil.which("hadolint")
LOCKED = (sys.platform, platform.machine()) == ("linux", "x86_64")  # where the lock brings it


@pytest.mark.skipif(not HADOLINT and not LOCKED, reason="hadolint IS NOT INSTALLED: not linted")
def test_hadolint_finds_nothing() -> None:
    """Every rule of it."""
    assert HADOLINT, "requirements.lock brings it here"
    subprocess.run([HADOLINT, str(ROOT / "Dockerfile")], check=True)


def printed(name: str) -> str:
    """The block that stands behind this mark in docs/OPERATIONS.md."""
    (block,) = re.findall(rf"<!-- {name} -->\n```\w+\n(.*?)```", OPERATIONS, re.DOTALL)
    return str(block)


def test_the_printed_unit_starts_the_service_with_settings_that_it_knows() -> None:
    """It asks for the same command as the container, and waits longer than the service does."""
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(printed("systemd"))
    service = unit["Service"]
    command = service["ExecStart"].split()
    assert command[0] == service["WorkingDirectory"] + "/.venv/bin/python"
    assert command[1:] == json.loads(all_of("CMD")[-1])[1:]
    given = dict(pair.split("=") for pair in service["Environment"].replace("%i", "8000").split())
    assert given.keys() <= {field.name.upper() for field in fields(Settings)}
    assert read(given).port == 8000
    assert int(service["TimeoutStopSec"]) > Settings().stop_seconds


def test_the_printed_prometheus_may_read_the_metrics(tmp_path: Path) -> None:
    """With its key, from the port that the service listens on."""
    (scrape,) = yaml.safe_load(printed("prometheus"))["scrape_configs"]
    key = scrape["authorization"]["credentials"]
    (target,) = scrape["static_configs"][0]["targets"]
    assert target == f"{Settings().host}:{Settings().port}"
    client = create_app(tmp_path, read({"API_KEY": key})).test_client()
    assert client.get("/metrics").status_code == 401
    got = client.get("/metrics", headers={"Authorization": f"Bearer {key}"})
    assert got.status_code == 200
