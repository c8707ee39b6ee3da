"""Settings: read once, judged at the start, and listed in the docs as they are."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from service import settings
from service.server.process import CannotServe, listenable
from service.settings import BadSetting, Settings, read

BAD = {
    "PORT": ["", "http", "-1", "65536", "٨٠٠٠", "1_000", "9" * 5000],
    "WORKERS": ["0", "65", "two"],
    "HOST": [""],
    "API_KEY": ["short", "sixteen letters and spaces", "   "],
    "PUBLIC_WITHOUT_KEY": ["true", "1", ""],
    "TRUSTED_HOSTS": ["a b", "https://example.org", ",", " , "],
    "CORS_ORIGIN": ["form.org", "https://example.org/", "https://a\r\nX: y"],
    "EMERGENCY_NUMBER": ["nine", "1", "112\n"[:3] + "<b>"],
    "LOG_FORMAT": ["xml"],
    "BODY_SECONDS": ["0", "1.5"],
    "SINGLE_BYTES": ["10"],
}


@pytest.mark.parametrize(
    ("name", "text"), [(n, text) for n, texts in BAD.items() for text in texts]
)
def test_a_bad_value_is_one_line_that_names_the_setting(name, text):
    """And never repeats it: it may be a key."""
    with pytest.raises(BadSetting) as refused:
        read({name: text})
    line = str(refused.value)
    assert line.startswith(f"{name} must")
    assert "\n" not in line
    assert not text or len(text) < 3 or text not in line


def test_values_are_read_and_the_rest_has_its_default():
    """Spaces around a value do not count, other variables neither."""
    got = read({"WORKERS": " 2 ", "TRUSTED_HOSTS": "a.org, .b.org", "ACCESS_LOG": "yes", "X": "1"})
    assert (got.workers, got.trusted_hosts, got.access_log) == (2, ("a.org", ".b.org"), True)
    assert read({}) == Settings()


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104 - it is refused
def test_an_address_that_others_reach_needs_a_key_or_a_plain_word(host):
    """Loopback does not."""
    with pytest.raises(BadSetting, match="API_KEY"):
        listenable(Settings(host=host, port=0))
    listenable(Settings(host=host, port=0, api_key="k" * 16))
    listenable(Settings(host=host, port=0, public_without_key=True))
    assert listenable(Settings(host="localhost", port=0)).port > 0


def test_an_address_of_another_machine_cannot_be_listened_on():
    """192.0.2.1 is nobody's."""
    with pytest.raises(CannotServe, match=r"192\.0\.2\.1"):
        listenable(Settings(host="192.0.2.1", port=0))


def test_the_docs_list_the_settings_as_they_are():
    """docs/OPERATIONS.md holds what `make docs` writes."""
    text = Path(settings.OPERATIONS).read_text("utf-8")
    block = settings.BLOCK.search(text)
    assert block
    assert block[0] == settings.table()
    rows = block[0].splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == [entry.name.upper() for entry in fields(Settings)]


NUMBERS = {
    entry.name.upper(): [int(number) for number in re.findall(r"\d+", entry.metadata["takes"])]
    for entry in fields(Settings)
    if type(entry.default) is int
}


@pytest.mark.parametrize(
    ("name", "least", "most"), [(name, *ends) for name, ends in NUMBERS.items()]
)
def test_numbers_are_taken_from_end_to_end_of_what_the_table_says(name, least, most):
    """Both ends, and nothing beyond; the refusal says the same."""
    for number in (least, most):
        assert getattr(read({name: str(number)}), name.lower()) == number
    for number in (least - 1, most + 1):
        with pytest.raises(BadSetting, match=f"must be a whole number from {least} to {most}\\.$"):
            read({name: str(number)})


def test_a_key_is_as_long_as_the_table_says():
    """16 characters are enough, 15 are not."""
    assert read({"API_KEY": "k" * 16}).api_key == "k" * 16
    with pytest.raises(BadSetting, match="16 or more"):
        read({"API_KEY": "k" * 15})


@pytest.mark.parametrize("text", ["", "  "])
@pytest.mark.parametrize("entry", fields(Settings), ids=lambda entry: entry.name)
def test_an_empty_value_is_refused_and_never_means_none(entry, text):
    """Of any setting: a secret that was not found would open the service to everybody."""
    name = entry.name.upper()
    with pytest.raises(BadSetting, match=f"^{name} must be .*; it is empty. Leave it out for "):
        read({name: text})


@pytest.mark.parametrize("origin", ["*", "https://example.org", "http://localhost:3000"])
def test_an_origin_is_any_or_one(origin):
    """As a browser writes it."""
    assert read({"CORS_ORIGIN": origin}).cors_origin == origin
