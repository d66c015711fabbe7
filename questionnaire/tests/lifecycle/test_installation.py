"""Servers of one installation: each has the same keys, and the one that rotates knows which others run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from questionnaire.encryption import keyring
from questionnaire.lifecycle import installation, readiness
from questionnaire.models import Installation, RunningServer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_ring(settings: Any, tmp_path: Path) -> Path:
    settings.KEYRING_PATH = tmp_path / "here" / "ring.json"
    keyring.create(settings.KEYRING_PATH)
    return Path(settings.KEYRING_PATH)


def running(name: str, *keys: str, minutes_ago: float = 0) -> None:
    seen_at = timezone.now() - timedelta(minutes=minutes_ago)
    RunningServer.objects.create(name=name, version="0.2.0", key_ids=keys, seen_at=seen_at)


def test_a_new_installation_has_no_wrong_keys() -> None:
    assert installation.key_problem() == ""
    assert installation.secret_problem() == ""
    assert not installation.is_another()


def test_the_keys_of_the_first_server_are_those_of_all(settings: Any, tmp_path: Path) -> None:
    installation.remember()
    installation.remember()
    assert installation.key_problem() == installation.secret_problem() == ""
    key = keyring.ring().current

    settings.KEYRING_PATH = tmp_path / "elsewhere" / "ring.json"
    keyring.create(settings.KEYRING_PATH)

    assert installation.is_another()
    assert key in installation.key_problem()
    assert str(settings.KEYRING_PATH) in installation.key_problem()
    assert installation.secret_problem() == ""  # that cannot be known without the key


@pytest.mark.usefixtures("intake")
def test_a_ring_of_elsewhere_is_not_taken_for_that_of_an_older_installation(
    settings: Any, tmp_path: Path
) -> None:
    """A database of before has no fingerprint, and the first server that starts on it gives it one."""
    settings.KEYRING_PATH = tmp_path / "elsewhere" / "ring.json"
    keyring.create(settings.KEYRING_PATH)

    assert str(settings.KEYRING_PATH) in installation.key_problem()
    with pytest.raises(keyring.KeyRingError):
        installation.remember()
    assert len(readiness.start_problems()) == 1
    assert not Installation.objects.exists()


def test_a_key_of_the_same_name_is_no_copy(own_ring: Path) -> None:
    installation.remember()
    ring = keyring.ring()
    text = own_ring.read_text()
    other = own_ring.parent / "other.json"
    keyring.create(other)
    (other_key,) = keyring.load(other).keys
    own_ring.write_text(other.read_text().replace(other_key, ring.current))
    assert own_ring.read_text() != text

    assert installation.key_problem() != ""


def test_a_ring_that_has_more_keys_is_right(own_ring: Path) -> None:
    installation.remember()
    keyring.add_key(own_ring)

    assert installation.key_problem() == ""


def test_after_a_rotation_a_ring_without_the_new_key_is_wrong(own_ring: Path) -> None:
    installation.remember()
    before = own_ring.read_text()
    key = keyring.add_key(own_ring)
    keyring.use_key(own_ring, key)
    installation.remember_key()
    assert installation.key_problem() == ""

    own_ring.write_text(before)

    assert key in installation.key_problem()


def test_another_secret_key_is_told_until_it_is_taken(settings: Any) -> None:
    installation.remember()
    settings.SECRET_KEY = "another"
    assert "keys secret" in installation.secret_problem()

    installation.remember_secret()

    assert installation.secret_problem() == ""


def test_nothing_of_the_secret_key_is_in_the_database(settings: Any) -> None:
    installation.remember()

    row = str(Installation.objects.values().get())
    assert settings.SECRET_KEY not in row
    assert keyring.ring().keys[keyring.ring().current].hex() not in row


def test_a_server_says_that_it_runs_and_with_which_keys(settings: Any) -> None:
    settings.SERVER_NAME = "een"
    installation.announce()
    installation.announce()

    server = RunningServer.objects.get()
    assert (server.name, server.key_ids) == ("een", [keyring.ring().current])
    assert server.version == settings.VERSION


def test_a_server_that_was_not_seen_for_a_day_is_forgotten() -> None:
    running("oud", minutes_ago=25 * 60)

    installation.announce()

    assert not RunningServer.objects.filter(name="oud").exists()


def test_who_lacks_a_key_is_named_as_long_as_it_runs(settings: Any) -> None:
    settings.SERVER_NAME = "een"
    running("een")
    running("twee", "0011aabb")
    running("drie", "0011aabb", "22334455")
    running("vier", minutes_ago=6)

    assert installation.others_without("22334455") == ["twee"]
