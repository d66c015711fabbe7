"""The system checks, and what the server requires to start."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from questionnaire import checks
from questionnaire.domain.contacts import CONTACTS
from questionnaire.domain.references import REFERENCES
from questionnaire.encryption import keyring
from questionnaire.models import OrganisationEntry, Team


def test_the_server_may_start_with_its_key_ring_and_secret_key() -> None:
    assert checks.startup_problems() == []
    assert checks.check_server_secrets() == []


def test_a_form_that_cannot_be_read_is_an_error(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('edition = "full"', encoding="utf-8")
    settings.FORMS_DIR = tmp_path

    (message,) = checks.check_forms()

    assert message.id == "questionnaire.E003"
    assert message.msg.startswith("own.toml: edition: ")


def test_a_missing_key_ring_is_an_error(settings: Any, tmp_path: Path) -> None:
    settings.KEYRING_PATH = tmp_path / "keyring.json"

    (message,) = checks.check_server_secrets()

    assert message.id == "questionnaire.E001"
    assert str(tmp_path) in message.msg
    assert "manage.py keys create" in message.msg


def test_a_secret_key_of_one_process_is_an_error(settings: Any) -> None:
    settings.SECRET_KEY_IS_KEPT = False

    (message,) = checks.check_server_secrets()

    assert "STALKCHECK_SECRET_KEY" in message.msg


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666])
def test_a_secret_key_that_others_can_read_is_an_error(settings: Any, tmp_path: Path, mode: int) -> None:
    settings.KEYRING_PATH = tmp_path / "keyring.json"
    keyring.create(settings.KEYRING_PATH)
    path = tmp_path / "secret_key"
    path.write_text(f"{settings.SECRET_KEY}\n")
    path.chmod(mode)

    (message,) = checks.check_server_secrets()

    assert message.id == "questionnaire.E001"
    assert f"chmod 600 {path}" in message.msg
    path.chmod(0o600)
    assert checks.startup_problems() == []
    path.write_text("another, as the key comes from the environment\n")
    path.chmod(mode)
    assert checks.startup_problems() == []


def test_events_that_would_be_handed_on_to_nowhere_are_an_error(settings: Any) -> None:
    settings.EVENTS_TO = "file:events"

    (message,) = checks.check_server_secrets()

    assert "STALKCHECK_EVENTS" in message.msg


def test_all_problems_are_reported_at_once(settings: Any, tmp_path: Path) -> None:
    settings.KEYRING_PATH = tmp_path / "keyring.json"
    keyring.create(settings.KEYRING_PATH)
    settings.KEYRING_PATH.chmod(0o644)
    settings.SECRET_KEY_IS_KEPT = False

    assert len(checks.startup_problems()) == 2


def test_a_number_or_source_that_nobody_checked_for_over_a_year_is_a_warning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checked = CONTACTS["police"].checked_on

    monkeypatch.setattr(checks, "today", lambda: checked + timedelta(days=365))
    assert checks.check_dates_of_sources() == []

    monkeypatch.setattr(checks, "today", lambda: checked + timedelta(days=366))
    messages = checks.check_dates_of_sources()
    dated = [reference for reference in REFERENCES.values() if reference.checked_on]
    assert len(messages) == len(CONTACTS) + len(dated)
    assert {message.id for message in messages} == {"questionnaire.W001"}
    assert any(CONTACTS["police"].number in message.msg for message in messages)


def test_an_entry_of_the_organisation_that_is_not_used_is_a_warning_without_its_content(team: Team) -> None:
    OrganisationEntry(team=team, kind="terms", content={"soon": 2, "later": 9}).save(force_insert=True)
    OrganisationEntry(team=team, kind="client_page", content={"nl": "Na belaging"}).save(force_insert=True)
    bad = OrganisationEntry.objects.get(kind="client_page")

    (message,) = checks.check_own_entries(databases=["default"])

    assert message.id == "questionnaire.W002"
    assert message.msg == (
        f"entry {bad.pk} of the organisation ('client_page', team {team.pk}) is not used: "
        "it tells what the client's page is about"
    )
    assert checks.check_own_entries() == []


def test_without_a_key_ring_nothing_is_said_of_entries(settings: Any, tmp_path: Path) -> None:
    settings.KEYRING_PATH = tmp_path / "keyring.json"

    assert checks.entry_problems() == []
