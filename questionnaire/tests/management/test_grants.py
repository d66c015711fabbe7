"""`manage.py grants`: a PostgreSQL role that serves the application and cannot rewrite events."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from questionnaire.actions import incidents as incident_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit import seals
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.lifecycle import erasure
from questionnaire.models import Event, Intake, User
from questionnaire.tests.people import PASSWORD, cheapen_hashes, sign_in

pytestmark = pytest.mark.django_db

ROLE = "stalkcheck_app"
#: Statements that an attacker with this role would try.
NOT_ALLOWED = (
    "UPDATE questionnaire_event SET code = 'x'",
    "DELETE FROM questionnaire_event",
    "TRUNCATE questionnaire_event",
    "DROP TABLE questionnaire_event",
    "ALTER TABLE questionnaire_event DISABLE TRIGGER ALL",
    "DROP TRIGGER events_never_change ON questionnaire_event",
    "DELETE FROM questionnaire_chainhead",
    "UPDATE questionnaire_seal SET root = 'x'",
    "DELETE FROM questionnaire_seal",
    "UPDATE questionnaire_sealleaf SET number = 1",
    "DELETE FROM questionnaire_sealleaf",
    "ALTER SEQUENCE questionnaire_event_numbers RESTART",
    "TRUNCATE questionnaire_chainhead CASCADE",
    "DROP TABLE questionnaire_intake CASCADE",
    "ALTER TABLE questionnaire_intake DROP COLUMN content",
    "CREATE TABLE loot (words text)",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
    "CREATE OR REPLACE FUNCTION questionnaire_rewrite(target text) RETURNS void LANGUAGE sql AS 'SELECT'",
)


def grants() -> str:
    out = StringIO()
    call_command("grants", ROLE, stdout=out)
    return out.getvalue()


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_granted_role_serves_and_cannot_rewrite_events(
    client: Client, alice: User, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "postgresql":
        with pytest.raises(CommandError):
            grants()
        return
    cheapen_hashes(monkeypatch)
    alice.set_password(PASSWORD)
    alice.save()
    execute(f"CREATE ROLE {ROLE}")
    # Without what is for psql, and for a transaction, in which the test is already.
    execute(grants().partition("BEGIN;")[2].replace("COMMIT;", ""))
    execute(f"SET LOCAL ROLE {ROLE}")

    assert sign_in(client, "alice").status_code == 302
    assert client.get("/").status_code == 200
    incident_actions.add_incident(alice, intake, DomainIncident("2026-03-20", "home", what="belde aan"))
    for statement in NOT_ALLOWED:
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
            execute(statement)
    erasure.erase(alice, intake.uuid, "asked for")
    assert seals.seal_events()
    assert client.post("/account/logout/").status_code == 302

    execute("RESET ROLE")
    assert audit_log.verify().first_broken is None
    assert EventCode.INTAKE_ERASED in Event.objects.values_list("code", flat=True)


def test_the_role_gets_its_time_limits_and_at_no_moment_fewer_rights(settings: Any) -> None:
    if connection.vendor != "postgresql":
        with pytest.raises(CommandError):
            grants()
        return
    lines = grants().splitlines()

    assert lines[:2] == ["\\set ON_ERROR_STOP on", "BEGIN;"]
    assert "REVOKE ALL ON FUNCTION questionnaire_rewrite(text) FROM PUBLIC;" in lines
    assert all(line.startswith("ALTER ROLE") for line in lines[lines.index("COMMIT;") + 1 :])
    for name, value in settings.POSTGRESQL_ROLE_SETTINGS.items():
        assert f"ALTER ROLE \"{ROLE}\" SET {name} = '{value}';" in lines
