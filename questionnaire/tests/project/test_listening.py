"""Where the server may listen: beyond this computer only behind a proxy that ends TLS."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from questionnaire.tests.own_process import run_without_setup
from stalkcheck import environment
from stalkcheck.listening import answering_addresses, refusal

LOOPBACK = list(environment.LOOPBACK_HOSTS)
NAMES = ["intake.example.nl"]
ANY = "0.0.0.0"  # noqa: S104  (what is refused)
BEYOND = [ANY, "::", "192.168.1.5", "10.0.0.1", "fe80::1", "::ffff:192.168.1.5", "office"]


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolve names as on a machine with one of its own: `office`, also an address of its network."""
    numbers = {"office": ["127.0.1.1", "192.168.1.5"], "localhost": ["127.0.0.1", "::1"]}

    def resolve(host: str, *_arguments: Any, **_options: Any) -> list[Any]:
        return [(0, 0, 0, "", (number, 0)) for number in numbers.get(host, [host])]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.mark.parametrize("host", BEYOND)
@pytest.mark.parametrize(
    ("hosts", "behind_proxy"), [(LOOPBACK, False), (LOOPBACK, True), (NAMES, False), (["127.0.0.2"], True)]
)
def test_others_are_served_behind_a_proxy_under_names_alone(
    host: str, hosts: list[str], behind_proxy: bool
) -> None:
    line = refusal(host, hosts, behind_proxy=behind_proxy)

    assert "STALKCHECK_HOSTS" in line
    assert "STALKCHECK_PROXY=1" in line
    assert "\n" not in line
    assert refusal(host, NAMES, behind_proxy=True) == ""


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "::ffff:127.0.0.1", "localhost"])
def test_this_computer_is_always_served(host: str) -> None:
    assert refusal(host, LOOPBACK, behind_proxy=False) == ""
    assert refusal(host, NAMES, behind_proxy=False) == ""


@pytest.mark.parametrize("file", ["_prepare.py", "_serve.py"])
def test_neither_file_of_the_server_starts_for_others(tmp_path: Path, file: str) -> None:
    result = run_without_setup([f"bin/{file}", "--host", ANY, "--port", "0"], tmp_path)

    assert (result.returncode, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert ANY in line
    assert "STALKCHECK_HOSTS" in line
    assert not (tmp_path / ".config").exists()


@pytest.mark.parametrize(
    ("host", "hosts", "addresses"),
    [
        ("127.0.0.1", LOOPBACK, ["http://localhost:8000"]),
        ("::1", LOOPBACK, ["http://localhost:8000"]),
        ("localhost", LOOPBACK, ["http://localhost:8000"]),
        ("127.0.0.1", ["127.0.0.1"], ["http://127.0.0.1:8000"]),
        ("::1", ["[::1]"], ["http://[::1]:8000"]),
        ("127.0.0.5", ["127.0.0.5"], ["http://127.0.0.5:8000"]),
        ("127.0.0.5", LOOPBACK, []),
        (ANY, ["localhost", "intake.example.nl"], ["https://intake.example.nl"]),
    ],
)
def test_the_addresses_that_are_printed_answer(host: str, hosts: list[str], addresses: list[str]) -> None:
    assert answering_addresses(host, 8000, hosts) == addresses


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("LOCALHOST", True),
        ("[::1]", True),
        ("127.8.8.8", True),
        ("::ffff:127.0.0.1", True),
        (ANY, False),
        ("::", False),
        ("128.0.0.1", False),
        ("localhost.example.nl", False),
        ("*", False),
        ("", False),
    ],
)
def test_loopback_is_known_by_number(address: str, expected: bool) -> None:
    assert environment.is_loopback(address) is expected
