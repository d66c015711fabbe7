"""Whether a server can serve, and why it does not start: by a word, or by a line that says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from questionnaire.audit import seals
from questionnaire.documents.renderers import pdf
from questionnaire.encryption import keyring
from questionnaire.lifecycle import installation, readiness
from questionnaire.models import Installation, Intake

pytestmark = pytest.mark.django_db


@pytest.fixture
def another_ring(settings: Any, tmp_path: Path) -> None:
    """Let the installation be known, and this server have another ring."""
    installation.remember()
    settings.KEYRING_PATH = tmp_path / "ring.json"
    keyring.create(settings.KEYRING_PATH)


def test_a_server_with_all_it_needs_is_ready_and_starts() -> None:
    assert readiness.problems() == []
    assert readiness.start_problems() == []
    assert Installation.objects.count() == 1


def test_a_database_that_is_away_is_the_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise OperationalError

    monkeypatch.setattr(readiness, "pending_migrations", fail)

    assert readiness.problems() == ["database"]


def test_migrations_that_are_pending_are_told_in_one_line() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '0028_index_of_what_waits'")

    assert readiness.problems() == ["migrations"]
    (line,) = readiness.start_problems()
    assert "manage.py migrate" in line
    assert " 1 " in line


def test_a_database_of_a_later_version_is_no_problem() -> None:
    """While servers are restarted one by one, the version before runs on the schema of this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('questionnaire', '9999_later', CURRENT_TIMESTAMP)"
        )

    assert readiness.problems() == []


def test_a_database_that_only_reads_is_the_problem() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")

        assert readiness.problems() == ["database"]


def test_a_server_for_development_does_not_start_for_an_organisation(settings: Any) -> None:
    settings.DEBUG = True

    (line,) = readiness.start_problems()

    assert "STALKCHECK_DEBUG" in line


@pytest.mark.usefixtures("another_ring")
def test_another_key_ring_is_a_problem(settings: Any) -> None:
    assert readiness.problems() == ["key ring"]
    assert any(str(settings.KEYRING_PATH) in line for line in readiness.start_problems())


def test_no_key_ring_is_a_problem(settings: Any, tmp_path: Path) -> None:
    settings.KEYRING_PATH = tmp_path / "none.json"

    assert readiness.problems() == ["key ring"]
    assert len(readiness.start_problems()) == 1


def test_another_secret_key_is_a_problem(settings: Any) -> None:
    installation.remember()
    settings.SECRET_KEY = "another"

    assert readiness.problems() == ["secret key"]
    (line,) = readiness.start_problems()
    assert "secret_key" in line


@pytest.mark.usefixtures("unguarded")
def test_events_without_triggers_keep_a_server_from_starting() -> None:
    (line,) = readiness.start_problems()

    assert "events_never_change" in line


def test_behind_a_pooler_the_role_must_end_its_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        assert readiness._session_problems() == []
        return
    options = {key: value for key, value in connection.settings_dict["OPTIONS"].items() if key != "options"}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    assert readiness._session_problems() == []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")

    (line,) = readiness.start_problems()

    assert "manage.py grants" in line


def test_without_the_libraries_for_pdfs_people_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "is_possible", lambda: False)
    assert readiness.warnings() == ["pdf"]
    assert readiness.problems() == []

    monkeypatch.setattr(pdf, "is_possible", lambda: True)
    assert readiness.warnings() == []


def test_how_long_ago_the_events_were_sealed_is_a_metric(intake: Intake) -> None:
    assert readiness.seal_age() == b""
    seals.seal_events()

    assert b"stalkcheck_seal_age_seconds 0." in readiness.seal_age()
