"""A key ring whose file is locked with what a command gives: the file alone opens nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from questionnaire.encryption import keyring, ring_file

KEY = "geef-mij-de-sleutel-1"


@pytest.fixture(autouse=True)
def no_keys_of_other_commands() -> None:
    ring_file._key.cache_clear()


def command(key: str) -> str:
    return f"printf %s {key}"


def test_a_locked_ring_is_read_back_and_shows_no_key(settings: Any, tmp_path: Path) -> None:
    settings.KEYRING_COMMAND = command(KEY)
    path = tmp_path / "ring.json"

    assert keyring.create(path)

    ring = keyring.load(path)
    assert ring.current not in path.read_text()
    assert list(ring.keys) == [ring.current]
    key_id = keyring.add_key(path)
    assert keyring.load(path).newest == key_id


def test_nothing_is_locked_with_a_key_that_the_command_gives_once(settings: Any, tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    keyring.create(path)
    plain = path.read_text()
    settings.KEYRING_COMMAND = "head -c 32 /dev/urandom"

    for write in (keyring.lock, lambda ring: keyring.create(ring.with_name("other.json"))):
        with pytest.raises(keyring.KeyRingError, match=r"each time|elke keer"):
            write(path)

    assert path.read_text() == plain
    assert [each.name for each in tmp_path.iterdir()] == ["ring.json"]


@pytest.mark.parametrize(
    ("configured", "named"),
    [
        ("", "STALKCHECK_KEYRING_COMMAND"),
        (command("een-andere-sleutel-2"), "another key"),
        ("false", "failed"),
        ("/nowhere/at/all", "failed"),
        ("printf 'unclosed", "failed"),
        (command("kort"), "16"),
    ],
)
def test_without_the_right_key_the_ring_does_not_open(
    settings: Any, tmp_path: Path, configured: str, named: str
) -> None:
    settings.KEYRING_COMMAND = command(KEY)
    path = tmp_path / "ring.json"
    keyring.create(path)
    settings.KEYRING_COMMAND = configured
    other = tmp_path / "copy.json"
    other.write_bytes(path.read_bytes())
    other.chmod(0o600)

    with pytest.raises(keyring.KeyRingError) as refused:
        keyring.load(other)

    assert "\n" not in str(refused.value)


def test_a_ring_that_is_not_locked_yet_says_how(settings: Any, tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    keyring.create(path)
    ring = keyring.load(path)
    settings.KEYRING_PATH, settings.KEYRING_COMMAND = path, command(KEY)
    path.touch()
    with pytest.raises(keyring.KeyRingError, match="keys lock"):
        keyring.load(path)

    call_command("keys", "lock")

    assert keyring.load(path) == ring
    with pytest.raises(CommandError):
        call_command("keys", "lock")


def test_locking_needs_a_command(settings: Any, tmp_path: Path) -> None:
    settings.KEYRING_PATH = tmp_path / "ring.json"
    keyring.create(settings.KEYRING_PATH)

    with pytest.raises(CommandError, match="STALKCHECK_KEYRING_COMMAND"):
        call_command("keys", "lock")


@pytest.mark.parametrize("text", ["{}", "[]", '{"locked": "x"}', '{"locked": ""}', "no json"])
def test_a_damaged_file_is_told_in_one_line(settings: Any, tmp_path: Path, text: str) -> None:
    settings.KEYRING_COMMAND = command(KEY)
    path = tmp_path / "ring.json"
    path.write_text(text)
    path.chmod(0o600)

    with pytest.raises(keyring.KeyRingError):
        keyring.load(path)


def test_no_ring_is_made_when_the_command_fails(settings: Any, tmp_path: Path) -> None:
    settings.KEYRING_COMMAND = "false"

    with pytest.raises(keyring.KeyRingError):
        keyring.create(tmp_path / "ring.json")

    assert not (tmp_path / "ring.json").exists()
