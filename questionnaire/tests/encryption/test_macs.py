"""MACs under the key ring: right for the same kind and values only, and after a rotation too."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from questionnaire.encryption import keyring
from questionnaire.encryption.macs import is_authentic, mac_of

ROW = (7, UUID(int=3), "reviewer", datetime(2026, 11, 28, tzinfo=UTC), None)


@pytest.fixture
def ring_path(tmp_path: Path, settings: Any) -> Path:
    """Use a key ring that the test may change."""
    settings.KEYRING_PATH = tmp_path / "keyring.json"
    keyring.create(settings.KEYRING_PATH)
    return tmp_path / "keyring.json"


def test_a_mac_is_authentic_for_its_own_values() -> None:
    assert is_authentic(mac_of("membership", *ROW), "membership", *ROW)


@pytest.mark.parametrize("position", range(len(ROW)))
def test_no_value_can_be_changed(position: int) -> None:
    changed = [*ROW]
    changed[position] = "another"

    assert not is_authentic(mac_of("membership", *ROW), "membership", *changed)


def test_a_mac_of_one_kind_is_of_no_use_for_another() -> None:
    assert not is_authentic(mac_of("membership", *ROW), "access", *ROW)


@pytest.mark.parametrize("mac", ["", "deadbeef", "deadbeef" + "0" * 64, "é" * 72])
def test_what_is_no_mac_is_not_authentic(mac: str) -> None:
    assert not is_authentic(mac, "membership", *ROW)


def test_a_digest_that_is_not_ascii_is_not_authentic() -> None:
    key_id = keyring.ring().current

    assert not is_authentic(key_id + "é" * 64, "membership", *ROW)


def test_a_mac_stays_authentic_after_a_rotation(ring_path: Path) -> None:
    mac = mac_of("membership", *ROW)
    keyring.use_key(ring_path, keyring.add_key(ring_path))

    assert is_authentic(mac, "membership", *ROW)
    assert mac_of("membership", *ROW) != mac


def test_another_ring_makes_other_macs(ring_path: Path) -> None:
    mac = mac_of("membership", *ROW)
    same_ids = json.loads(ring_path.read_text())
    ring_path.unlink()
    keyring.create(ring_path)
    other = json.loads(ring_path.read_text())
    other["keys"] = {same_ids["current"]: other["keys"][other["current"]]}
    other["current"] = same_ids["current"]
    ring_path.write_text(json.dumps(other))
    ring_path.chmod(0o600)

    assert not is_authentic(mac, "membership", *ROW)
