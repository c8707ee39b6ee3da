"""The docs say what is so: the README's request, ids, routes, files and targets."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from data.vocabulary import CAUSES, FINDINGS
from data.wording import SOURCES
from service.app import create_app
from service.offline import safety_doc
from service.offline.readme import BLOCK, REST, SHOWN, main, shortened
from service.safety.rules import RULES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
DATASHEET = (ROOT / "data" / "README.md").read_text("utf-8")
DOCS = ("docs/MODEL.md", "docs/USING.md")
NEVER_THE_SAME = {"version"}


@pytest.fixture(scope="module")
def client(models_dir: Path) -> FlaskClient:
    return create_app(models_dir).test_client()


def printed_request() -> tuple[str, dict[str, str], str]:
    """Path, headers and body of the README's curl."""
    match = re.search(
        r"curl -s http://127\.0\.0\.1:8000(\S+) -H '(.*?): (.*?)' \\\n  -d '(.*?)'", README
    )
    assert match
    path, header, value, body = match.groups()
    return path, {header: value}, body


def test_the_readmes_request_gets_the_printed_answer(client: FlaskClient) -> None:
    """Keys, alerts, urgency and order as printed; probabilities within 0.03."""
    path, headers, body = printed_request()
    response = client.post(path, data=body, headers=headers)
    assert response.status_code == 200
    block = BLOCK.search(README)
    assert block
    printed, got = json.loads(block[0]), json.loads(shortened(response.get_json()))
    assert list(printed) == list(got)
    for shown, entry in zip(printed.pop("causes"), got.pop("causes"), strict=True):
        if isinstance(shown, dict):
            assert shown.pop("probability") == pytest.approx(entry.pop("probability"), abs=0.03)
        assert shown == entry
    assert printed["model"].pop("version") != got["model"].pop("version")
    assert printed == got


def test_the_readmes_request_gets_the_answer_that_the_description_shows(
    client: FlaskClient,
) -> None:
    """Whole, but for the version of the model; probabilities within 0.03, in whatever order."""
    path, headers, body = printed_request()
    got = client.post(path, data=body, headers=headers).get_json()
    said = client.get("/openapi.json").get_json()["paths"][path]["post"]["responses"]["200"]
    shown = said["content"]["application/json"]["example"]
    chances = [{x.pop("cause"): x.pop("probability") for x in a["causes"]} for a in (shown, got)]
    assert chances[0] == pytest.approx(chances[1], abs=0.03)
    assert sum(chances[0].values()) == pytest.approx(1)
    labels = [sorted(entry["label"] for entry in answer.pop("causes")) for answer in (shown, got)]
    assert labels[0] == labels[1]
    assert shown["model"].pop("version") != got["model"].pop("version")
    assert shown == got


def test_the_readmes_request_is_the_one_that_make_ask_sends() -> None:
    """There is one example, not two."""
    example = json.loads((ROOT / "service" / "example.json").read_text("utf-8"))
    assert json.loads(printed_request()[2]) == example


def test_the_printed_answer_says_what_it_leaves_out(client: FlaskClient) -> None:
    """Which members, and how much of a list; what is printed is as it was answered."""
    answer: dict[str, Any] = client.post("/v1/predict", json={"answers": {}}).get_json()
    short = json.loads(shortened(answer))
    for name, shown in SHOWN.items():
        assert short.pop(name)[-1] == f"... {len(answer.pop(name)) - shown} more"
    for name in short.pop(REST).split(", "):
        del answer[name]
    assert short == answer


def test_the_readme_is_read_in_one_sitting() -> None:
    """At most 150 lines; what is longer stands in docs/."""
    assert len(README.splitlines()) <= 150


def test_make_readme_answers_from_the_model_of_models(
    models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`make readme MODELS=` writes that model's answer."""
    copy = tmp_path / "README.md"
    copy.write_text(README, "utf-8")
    monkeypatch.setattr("service.offline.readme.README", copy)
    monkeypatch.setattr("service.offline.readme.ANSWER", tmp_path / "answer.json")
    monkeypatch.setenv("MODELS", str(models_dir))
    assert main() == 0
    block = BLOCK.search(copy.read_text("utf-8"))
    assert block
    for text in (block[0], (tmp_path / "answer.json").read_text("utf-8")):
        assert (models_dir / json.loads(text)["model"]["version"]).is_dir()


def test_the_rules_document_is_the_rules() -> None:
    """SAFETY.md is what `make docs` writes, and its ids are exactly those in force."""
    text = safety_doc.PATH.read_text("utf-8")
    assert text == safety_doc.document()
    assert re.findall(r"^### ([A-Z]+-\d+):", text, re.MULTILINE) == [rule.id for rule in RULES]
    assert not safety_doc.RETIRED.keys() & {rule.id for rule in RULES}


def test_rules_that_docs_name_exist() -> None:
    """No rule id in README or CHANGELOG is unknown."""
    named = set(re.findall(r"\b([A-Z]+-\d+)\b", README + CHANGELOG)) - {"UTF-8", "SHA-256"}
    assert named
    assert named <= {rule.id for rule in RULES} | safety_doc.RETIRED.keys()


def test_every_cause_is_in_the_readme() -> None:
    """The section on causes lists exactly the outcomes."""
    section = README.split("## The causes")[1].split("##")[0]
    assert re.findall(r"`(\w+)`", section) == list(CAUSES)


def test_every_route_is_in_the_readme_and_the_reverse(tmp_path: Path) -> None:
    """The table of routes is the URL map."""
    served = {
        (method, rule.rule)
        for rule in create_app(tmp_path).url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert set(re.findall(r"^\| `(GET|POST) (/\S*)`", README, re.MULTILINE)) == served


@pytest.mark.parametrize("name", ["README.md", "data/README.md", *DOCS])
def test_files_that_docs_name_exist(name: str) -> None:
    """No path in the docs leads nowhere."""
    text = (ROOT / name).read_text("utf-8")
    named = set(re.findall(r"`([\w./]+\.(?:toml|py|md|json))`", text))
    named |= set(re.findall(r"\]\(([\w./]+)\)", text))
    assert named
    places = (ROOT, ROOT / "data", ROOT / "data" / "profiles", (ROOT / name).parent)
    for file in named - {"manifest.json", "/openapi.json"}:
        assert any((place / file).exists() for place in places), file


def test_make_targets_that_docs_name_exist() -> None:
    """Each `make` in the docs is a target, and a bare `make` prints each of them."""
    targets = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z]+)", README + DATASHEET))
    assert named <= targets
    make = shutil.which("make")
    assert make, "make is needed to test the Makefile"
    printed = subprocess.run([make], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert targets == set(re.findall(r"^ +make ([a-z]+) ", printed, re.MULTILINE))


def test_the_datasheet_names_only_findings_that_exist() -> None:
    """Findings in the datasheet's examples are in the vocabulary."""
    named = set(re.findall(r"^(\w+) = \{", DATASHEET, re.MULTILINE))
    assert named
    assert named <= FINDINGS.keys()


def test_the_medical_device_sentence_stands_where_people_read_it(client: FlaskClient) -> None:
    """README and every answer say that this is not a medical device."""
    answer = client.post("/v1/predict", json={"answers": {}}).get_json()
    for text in (README, answer["notice"]):
        assert "medical device" in text
        assert "must not be used as" in text
        assert "all-clear" in text


def test_sources_kept_for_rules_are_cited_by_rules() -> None:
    """`used_by = "rules"` in the list of sources is true, and no rule cites what is not listed."""
    cited = {rule.source for rule in RULES}
    assert cited <= SOURCES.keys()
    assert {key for key, source in SOURCES.items() if source.used_by == "rules"} <= cited
