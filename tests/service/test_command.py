"""The command `supine`, and what is told of libraries that are not installed."""

import ast
import re
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import service
from service.command import COMMANDS, main
from service.extras import LIBRARIES, LibraryMissingError
from service.offline import safety_doc
from service.settings import main as settings_doc
from training.learn.site_file import main as own_doc

ROOT = Path(__file__).parents[2]
PACKAGES = ("data", "models", "service", "training")


def test_the_help_lists_every_command(capsys):
    """Each with what it does."""
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    for name, command in COMMANDS.items():
        assert f"  {name} " in printed
        assert command.words in printed


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself_under_its_own_name(name, capsys):
    """By the parser of the module that does it."""
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: supine {name} ")


NOT_SHOWN = {"service/offline/safety_doc.py", "service/settings.py"}  # texts of the docs


def test_no_message_names_a_command_that_only_a_checkout_has():
    """data.checkout says `make train` there, and `supine train` elsewhere."""
    found = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            tree = ast.parse(path.read_text("utf-8"))
            prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                text = node.value if isinstance(node, ast.Constant) else None
                if isinstance(text, str) and "`make " in text and id(node) not in prose:
                    found.add(str(path.relative_to(ROOT)))
    assert found - NOT_SHOWN == {"data/checkout.py"}


@pytest.mark.parametrize("words", [[], ["sing"], ["--models", "x", "serve"]])
def test_what_is_no_command_is_told_with_those_that_are(words, capsys):
    """Exit code 2."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "COMMAND" in capsys.readouterr().err


@pytest.mark.parametrize("name", COMMANDS)
def test_arguments_and_exit_code_are_those_of_the_module(name, monkeypatch):
    """Options too, in the order in which they were typed."""
    command, got = COMMANDS[name], []
    module = import_module(command.module)
    monkeypatch.setattr(module, "main", lambda argv, prog: got.append((argv, prog)) or 7)
    assert main([name, "--models", "x", "--", "-1", "--help"]) == 7
    prog = "supine" if command.first else f"supine {name}"
    assert got == [([*command.first, "--models", "x", "--", "-1", "--help"], prog)]


def test_the_version_is_that_of_the_package(capsys):
    """As in pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"supine {project['version']}\n"


def test_the_libraries_of_the_extra_are_known_by_the_names_they_are_imported_by():
    """One that is added to the extra is told by name too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extra = [entry.split(">")[0] for entry in project["optional-dependencies"]["train"]]
    assert set(LIBRARIES.values()) == set(extra)


WITH_FLASK = {"markupsafe", "werkzeug"}


def test_every_library_that_is_imported_is_asked_for():
    """By the project or its extra, and not just because another library brings it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {re.split("[<>=]", entry)[0] for entry in project["dependencies"]}
    imported = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    imported |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    imported.add(node.module.partition(".")[0])
    others = imported - sys.stdlib_module_names - set(PACKAGES)
    assert others >= {"flask", "sklearn"}
    assert others - asked - WITH_FLASK <= LIBRARIES.keys()


def without(monkeypatch, library, *ours):
    """As if a library were not installed, and what needs it not yet imported."""
    for name in list(sys.modules):
        if name.partition(".")[0] == library or name in ours:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)


@pytest.mark.parametrize(
    ("library", "ours", "words"),
    [
        ("pyarrow", ["data.rows", "service.offline.predict_file"], ["predict", "cases.csv"]),
        ("sklearn", ["training.run", "training.learn.pipeline"], ["train"]),
        ("tqdm", ["data.__main__"], ["cases", "cases.csv"]),
    ],
)
def test_a_missing_library_is_one_line_with_its_name_and_the_way_out(
    library, ours, words, monkeypatch, capsys, tmp_path
):
    """Exit code 1, and no traceback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MODELS", str(tmp_path))
    without(monkeypatch, library, *ours)
    assert main(words) == 1
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith(f"supine {words[0]}: {LIBRARIES[library]} is not installed.")
    assert "[train]" in line


def test_assess_says_that_it_needs_pandas(monkeypatch):
    """As an ImportError, which it is."""
    without(monkeypatch, "pandas", "service.offline.frame")
    with pytest.raises(LibraryMissingError, match="pandas is not installed"):
        service.assess  # noqa: B018


def test_another_module_that_is_missing_is_not_explained_away(monkeypatch):
    """One of ours that is not there is a fault, and shown as one."""
    without(monkeypatch, "training.judge.compare")
    with pytest.raises(ModuleNotFoundError, match=r"training\.judge\.compare"):
        main(["compare"])


@pytest.mark.parametrize(
    ("write", "place"),
    [
        (settings_doc, "service.settings.OPERATIONS"),
        (own_doc, "training.learn.site_file.DOCS"),
        (safety_doc.main, "service.offline.safety_doc.PATH"),
    ],
)
def test_a_document_that_is_not_installed_is_named(write, place, monkeypatch, tmp_path):
    """Nothing is written where the document is not."""
    monkeypatch.setattr(place, tmp_path / "TEXT.md")
    with pytest.raises(SystemExit, match=r"TEXT\.md is not part of what is installed"):
        write()
    assert list(tmp_path.iterdir()) == []
