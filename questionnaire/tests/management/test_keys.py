"""`manage.py keys`, but for rotating, which lifecycle/test_key_rotation tries."""

import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.encryption import keyring
from questionnaire.lifecycle import installation
from questionnaire.models import Event, Installation, Intake

pytestmark = pytest.mark.django_db


@pytest.fixture
def new_path(settings: Any, tmp_path: Path) -> Path:
    settings.KEYRING_PATH = tmp_path / "stalkcheck" / "keyring.json"
    return Path(settings.KEYRING_PATH)


def test_keys_create_makes_a_ring_and_a_secret_key(
    new_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("keys", "create")

    assert len(keyring.load(new_path).keys) == 1
    secret = new_path.with_name("secret_key")
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert len(secret.read_text().strip()) > 50
    printed = capsys.readouterr().out
    assert str(new_path) in printed
    assert secret.read_text().strip() not in printed


def test_making_a_ring_is_an_event_once_there_are_tables(
    new_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("keys", "create")

    event = Event.objects.get()
    key = keyring.load(new_path).current
    assert (event.code, event.details) == (EventCode.KEYS_MADE, {"key": key})

    monkeypatch.setattr(audit_log, "can_record", lambda: False)
    new_path.unlink()
    call_command("keys", "create")
    assert Event.objects.count() == 1


def test_keys_create_changes_nothing_that_is_there(
    new_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("keys", "create")
    before = [path.read_bytes() for path in sorted(new_path.parent.iterdir())]

    call_command("keys", "create")

    assert [path.read_bytes() for path in sorted(new_path.parent.iterdir())] == before
    assert capsys.readouterr().out.count(str(new_path)) == 2


def test_keys_create_makes_a_secret_key_that_was_lost(new_path: Path) -> None:
    call_command("keys", "create")
    new_path.with_name("secret_key").unlink()

    call_command("keys", "create")

    assert new_path.with_name("secret_key").exists()


def test_keys_create_makes_no_second_ring_beside_intakes_of_another(intake: Intake, new_path: Path) -> None:
    with pytest.raises(CommandError, match=str(new_path)):
        call_command("keys", "create")

    assert not new_path.parent.exists()


def test_keys_create_makes_no_second_ring_beside_the_database_of_another_server(new_path: Path) -> None:
    Installation.objects.create(
        pk=1, key_id="0011aabb", key_check="x", secret_key_id="0011aabb", secret_check="x"
    )

    with pytest.raises(CommandError, match=str(new_path)):
        call_command("keys", "create")

    assert not new_path.parent.exists()


def test_keys_secret_takes_the_secret_key_that_is_here(settings: Any) -> None:
    installation.remember()
    settings.SECRET_KEY = "another"
    assert installation.secret_problem()

    call_command("keys", "secret")

    assert installation.secret_problem() == ""
