"""Every setting of the service: read from the environment once, judged at the start."""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from data.checkout import need_document
from models.folder import models_folder

OPERATIONS: Final = Path(__file__).parents[1] / "docs" / "OPERATIONS.md"
BLOCK: Final = re.compile(r"(?<=<!-- settings -->\n).*?(?=<!-- end of settings -->)", re.DOTALL)
KEY_LENGTH: Final = 16  # fewest characters of an API key: a shorter one can be guessed


class BadSetting(ValueError):  # noqa: N818 - reads as what happened
    """A setting that cannot be used; the message is one line for whoever starts the service."""


Reader = tuple[Callable[[str], Any], str]  # ValueError for what it does not take; what it takes


def _number(least: int, most: int) -> Reader:
    def read(text: str) -> int:
        if not re.fullmatch("[0-9]{1,12}", text, re.ASCII) or not least <= int(text) <= most:
            raise ValueError
        return int(text)

    return read, f"a whole number from {least} to {most}"


def _yes() -> Reader:
    read, takes = _one_of("yes", "no")
    return lambda text: bool(read(text) == "yes"), takes


def _one_of(*words: str) -> Reader:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError
        return text

    return read, " or ".join(words)


def _like(pattern: str, takes: str) -> Reader:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text, re.ASCII):
            raise ValueError
        return text

    return read, takes


def _hosts() -> Reader:
    def read(text: str) -> tuple[str, ...]:
        hosts = tuple(host.strip() for host in text.lower().split(",") if host.strip())
        right = all(re.fullmatch(r"\.?[A-Za-z0-9.\-\[\]:]+", host) for host in hosts)
        if not (right and hosts):  # a list that is meant must not end up as none
            raise ValueError
        return hosts

    return read, "host names, with commas between them"


def _setting(default: Any, reader: Reader, meaning: str) -> Any:
    read, takes = reader
    return field(default=default, metadata={"read": read, "takes": takes, "meaning": meaning})


@dataclass(frozen=True)
class Settings:
    """What can be set; the variable in the environment is the name in capitals."""

    host: str = _setting(
        "127.0.0.1", (str, "a name or an address of this machine"), "address to listen on"
    )
    port: int = _setting(8000, _number(0, 65535), "port to listen on; 0 takes any free one")
    models: Path = _setting(
        Path("models"),
        (Path, "a path"),
        "folder of trained models; of `supine`, installed: `~/.local/share/supine/models`",
    )
    training: int = _setting(
        0,
        _number(0, 1 << 22),
        "process that trains a first model meanwhile; `make serve` says which",
    )
    workers: int = _setting(1, _number(1, 64), "processes that answer; one a core is right")
    api_key: str = _setting(
        "",
        _like(rf"[!-~]{{{KEY_LENGTH},}}", f"{KEY_LENGTH} or more ASCII characters, none a space"),
        "key that a request must carry as `Authorization: Bearer KEY`; `/livez` and `/readyz` "
        "need none",
    )
    public_without_key: bool = _setting(
        False, _yes(), "`yes` listens beyond this machine though there is no `API_KEY`"
    )
    trusted_hosts: tuple[str, ...] = _setting(
        (),
        _hosts(),
        "hosts that a request may name, `.example.org` for all below; else 400, but for `/livez` "
        "and `/readyz`",
    )
    cors_origin: str = _setting(
        "",
        _like(r"\*|https?://[A-Za-z0-9.\-\[\]:]+", "* or an origin such as https://example.org"),
        "origin whose pages may ask from a browser",
    )
    emergency_number: str = _setting(
        "",
        _like(r"[0-9+][0-9 /\-]{1,19}", "a telephone number"),
        "number that advice names instead of 'your local emergency number'",
    )
    log_format: str = _setting("plain", _one_of("plain", "json"), "`plain` or `json` lines")
    access_log: bool = _setting(False, _yes(), "`yes` writes a line a request to stderr")
    single_bytes: int = _setting(
        64 * 1024, _number(1024, 1 << 20), "largest body of one case; more is a 413"
    )
    batch_bytes: int = _setting(
        32 << 20, _number(1024, 1 << 28), "largest body of a batch; more is a 413"
    )
    held_bytes: int = _setting(
        128 << 20,
        _number(1 << 20, 1 << 34),
        "of bodies that a worker holds at once; one that would make it more is a 503",
    )
    unread_bytes: int = _setting(
        256 << 20,
        _number(128 << 20, 1 << 34),
        "about, of answers that a worker's clients have not taken yet; a batch over 2 KiB that "
        "comes then waits, and is a 503 after two seconds",
    )
    header_bytes: int = _setting(
        32 * 1024,
        _number(8192, 1 << 20),
        "of a request's line and headers, that always pass; a 431 at twice as many or before",
    )
    header_seconds: int = _setting(
        10, _number(1, 60), "until a request's headers are in, idle connections included"
    )
    body_seconds: int = _setting(10, _number(1, 600), "until a request's body is in, else a 408")
    answer_seconds: int = _setting(
        30,
        _number(1, 3600),
        "in which a client that is sent an answer must take some of it, else it is closed",
    )
    stop_seconds: int = _setting(10, _number(1, 600), "for requests under way when it is stopped")
    connections: int = _setting(
        1000, _number(1, 100_000), "that a worker has open at once; more have to wait"
    )


def read(environ: Mapping[str, str]) -> Settings:
    """Settings of an environment; BadSetting says which value cannot be used and what can.

    An empty one is none: it is what a secret that was not found leaves, and without a key, or a
    list of hosts, the service would be open to all.
    """
    given: dict[str, Any] = {"models": models_folder(environ)}
    for entry in fields(Settings):
        name = entry.name.upper()
        if name in environ:
            text, must = environ[name].strip(), f"{name} must be {entry.metadata['takes']}"
            if not text:
                default = _shown(entry.default).strip("`")
                raise BadSetting(f"{must}; it is empty. Leave it out for {default}.")
            try:
                given[entry.name] = entry.metadata["read"](text)
            except ValueError:
                raise BadSetting(f"{must}.") from None
    return Settings(**given)


def refuse_public(settings: Settings) -> None:
    """BadSetting if other machines could ask without a key; ``host`` is an address in numbers."""
    if settings.api_key or settings.public_without_key:
        return
    if not ip_address(settings.host.partition("%")[0]).is_loopback:
        raise BadSetting(
            f"HOST={settings.host} lets other machines in: set API_KEY, "
            "or PUBLIC_WITHOUT_KEY=yes if nobody is to be kept out."
        )


def table() -> str:
    """The settings as a Markdown table."""
    rows = [
        f"| `{x.name.upper()}` | {_shown(x.default)} | {x.metadata['takes']} | {_meaning(x)} |"
        for x in fields(Settings)
    ]
    head = "| variable | default | takes | meaning |"
    return "\n".join([head, "|---|---|---|---|", *rows]) + "\n"


def _shown(default: Any) -> str:
    if default in ("", ()):
        return "none"
    if isinstance(default, bool):
        return "`yes`" if default else "`no`"
    return f"`{default}`"


def _meaning(entry: Any) -> str:
    unit = next((u for u in ("bytes", "seconds") if entry.name.endswith(f"_{u}")), "")
    meaning: str = entry.metadata["meaning"]
    return f"{unit}, {meaning}" if unit else meaning


def main() -> int:
    """Write the table into docs/OPERATIONS.md anew."""
    need_document(OPERATIONS)
    text = OPERATIONS.read_text("utf-8")
    OPERATIONS.write_text(BLOCK.sub(lambda _: table(), text), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
