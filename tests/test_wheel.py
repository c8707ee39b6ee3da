"""What is installed: the wheel, built twice the same, does its work from a folder of one's own.

Beside the libraries of service/requirements.lock, which are installed for it, what training needs
is lent by the environment of the tests.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("data", "models", "service", "training")
NOT_INSTALLED = {  # of our packages' files, and why
    "data/README.md": "a document",
    "models/study.json": "lies among the trained versions",
    "service/requirements.lock": "is used before",
    "service/safety/SAFETY.md": "a document",
}
CASES = "age,leg_swelling\n58,one_lower_leg\n34,none\n"


def sources() -> set[str]:
    """Files of our packages, as paths from the root."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*"))
    names = {str(path.relative_to(ROOT)) for path in files if path.is_file()}
    return {name for name in names if not re.search(r"__pycache__|^models/(current|\d{8}T)", name)}


def built(folder: Path) -> Path:
    """A wheel, built from a copy, so that nothing is left in the checkout."""
    copy = folder / "checkout"
    for name in (*sources(), "pyproject.toml", "README.md", "LICENSE"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder]
    environ = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    done = subprocess.run([*pip, copy], env=environ, capture_output=True, text=True, check=False)
    if "No matching distribution found for setuptools" in done.stderr:
        pytest.skip("NOT TESTED: setuptools cannot be had here, so no wheel can be built")
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("wheel"))


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel, a user's home, and the folder that commands are typed in."""

    environment: Path
    home: Path
    folder: Path

    def environ(self) -> Mapping[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.home), "PORT": "0", "WORKERS": "2"}

    def command(self, name: str, *words: str) -> list[str]:
        return [str(self.environment / "bin" / name), *words]

    def run(self, name: str, *words: str) -> tuple[int, str, str]:
        """Exit code, output and complaint of a command of the environment."""
        done = subprocess.run(
            self.command(name, *words),
            cwd=self.folder,
            env=self.environ(),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        return done.returncode, done.stdout, done.stderr

    def supine(self, *words: str) -> tuple[int, str, str]:
        return self.run("supine", *words)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """In an empty environment; the folder has modules of its own that are called like ours."""
    at = tmp_path_factory.mktemp("installed")
    for name in ("home", "folder"):
        (at / name).mkdir()
    for package in PACKAGES:
        (at / "folder" / f"{package}.py").write_text('raise SystemExit("not ours")\n')
    (at / "folder" / "cases.csv").write_text(CASES)
    subprocess.run([sys.executable, "-m", "venv", at / "environment"], check=True)
    pip = [at / "environment/bin/python", "-m", "pip", "install", "--quiet"]
    lock = ROOT / "service" / "requirements.lock"
    subprocess.run([*pip, "--require-hashes", "-r", lock], check=True, capture_output=True)
    subprocess.run([*pip, "--no-deps", wheel], check=True, capture_output=True)
    return Installed(at / "environment", at / "home", at / "folder")


@pytest.fixture
def lent(installed: Installed) -> Iterator[Installed]:
    """The same, and the libraries that training needs."""
    (site,) = installed.environment.glob("lib/python*/site-packages")
    path = site / "lent.pth"
    path.write_text(sysconfig.get_path("purelib") + "\n")
    yield installed
    path.unlink()


def test_two_builds_are_the_same_byte_for_byte(wheel: Path, tmp_path: Path) -> None:
    """Whatever the time is, and wherever they are built."""
    assert built(tmp_path).read_bytes() == wheel.read_bytes()


def test_every_file_of_our_packages_is_in_the_wheel(wheel: Path) -> None:
    """But for what nobody reads at run time."""
    names = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == sources() - NOT_INSTALLED.keys()
    assert sources() >= NOT_INSTALLED.keys()


def test_supine_serves_the_rules_without_a_model_and_is_asked(installed: Installed) -> None:
    """It says where it looks for a model; modules of the current folder do not get in its way."""
    with subprocess.Popen(
        installed.command("supine", "serve"),
        cwd=installed.folder,
        env=installed.environ(),
        stdout=subprocess.PIPE,
        text=True,
    ) as service:
        try:
            assert service.stdout
            line = service.stdout.readline()
            found = re.search(r"http://\S+", line)
            assert found, line
            kept = installed.home / ".local/share/supine/models"
            assert f"There is no model in {kept} yet; run `supine train`." in line
            code, answer, complaint = installed.supine("ask", found[0])
            assert (code, complaint) == (0, "")
            assert answer.startswith("SAME DAY: ")
            with urlopen(f"{found[0]}/client.py", timeout=10) as response:  # noqa: S310 - ours
                assert response.read() == (ROOT / "service" / "client.py").read_bytes()
        finally:
            service.send_signal(signal.SIGTERM)
    assert service.returncode == 0


@pytest.mark.parametrize(
    ("words", "library"),
    [(["train"], ""), (["predict", "cases.csv"], "pyarrow"), (["cases", "new.csv"], "")],
)
def test_what_the_extra_brings_is_named_where_it_is_missing(
    installed: Installed, words: list[str], library: str
) -> None:
    """In one last line, with the way out."""
    code, printed, complaint = installed.supine(*words)
    assert (code, printed) == (1, "")
    assert "Traceback" not in complaint
    assert re.search(rf"{library}\S* is not installed\..*\[train\]", complaint.splitlines()[-1])


def test_assess_names_pandas_where_it_is_missing(installed: Installed) -> None:
    """As the error of its import."""
    code, _, complaint = installed.run("python", "-I", "-c", "from service import assess")
    assert code == 1
    assert "pandas is not installed" in complaint.splitlines()[-1]


def test_documents_are_written_in_a_checkout_alone(installed: Installed) -> None:
    """Elsewhere each says that it is not there."""
    for module, name in (
        ("service.settings", "OPERATIONS.md"),
        ("service.offline.readme", "README.md"),
        ("service.offline.safety_doc", "SAFETY.md"),
    ):
        code, _, complaint = installed.run("python", "-I", "-m", module)
        assert code == 1
        assert complaint.startswith(f"{name} is not part of what is installed")


def test_supine_trains_lists_compares_and_assesses(lent: Installed) -> None:
    """Versions are kept in the user's folder; too few cases give none that is served."""
    kept = lent.home / ".local/share/supine/models"
    code, printed, complaint = lent.supine("train", "--cases", "2000", "--test-cases", "1000")
    assert (code, "Not promoted:" in printed) == (1, True), complaint
    (version,) = (path for path in kept.iterdir() if path.is_dir())
    assert f"kept in {version}" in printed
    code, printed, _ = lent.supine("models")
    assert (code, printed.splitlines()[1].split()[0]) == (1, version.name)
    code, printed, _ = lent.supine("compare", version.name, version.name)
    assert code == 0
    assert re.search(r"^0 of \d{3} clinicians' cases moved", printed, re.MULTILINE)
    code, _, complaint = lent.supine("promote", version.name)
    assert (code, "fell short" in complaint) == (1, True)
    code, printed, complaint = lent.supine("predict", "cases.csv")
    assert (code, printed.count("\n")) == (0, 3), complaint
    assert "same_day" in printed
    assert lent.supine("cases", "new.csv", "--cases", "5")[0] == 0
    assert (lent.folder / "new.csv").exists()
