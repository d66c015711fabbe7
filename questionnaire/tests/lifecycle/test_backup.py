"""A backup made while people work, restored elsewhere, is complete and can be decrypted."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client

from questionnaire.actions import access as access_actions
from questionnaire.actions import documents as document_actions
from questionnaire.actions import incidents as incident_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit import seals, triggers
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.incidents import Incident as DomainIncident
from questionnaire.encryption import keyring
from questionnaire.lifecycle import backup
from questionnaire.models import (
    Access,
    Case,
    Document,
    Event,
    Incident,
    Intake,
    Session,
    Team,
    User,
    tampered_cases,
)
from questionnaire.tests.factories import event_codes

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "kanarie-4410"


@pytest.fixture(autouse=True)
def no_connections_of_earlier_threads() -> None:
    """Close what threads of earlier tests left open: a restore takes the whole database for itself."""
    gc.collect()


#: Run in another process on the restored copy: prints its content as JSON.
_INSPECT = """
import hashlib, json, django; django.setup()
from questionnaire.audit import log
from questionnaire.models import Case, Document, Incident, Intake, tampered_cases
print(json.dumps({
    "intakes": Intake.objects.count(),
    "texts": [row.content["what"] for row in Incident.objects.all()],
    "intact": [hashlib.sha256(row.pdf).hexdigest() == row.sha256 for row in Document.objects.all()],
    "broken": str(log.verify().first_broken),
    "tampered": len(tampered_cases(Case.objects.all())),
}))
"""


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@contextmanager
def writer_at_work(user: User, intake: Intake) -> Iterator[None]:
    """Run a block while another thread keeps writing; it has written before the block begins."""
    has_written, stop = threading.Event(), threading.Event()

    def write() -> None:
        try:
            while not stop.is_set():
                incident_actions.add_incident(user, intake, DomainIncident("2026-03-20", "home", what=CANARY))
                document_actions.store_document(user, intake, "full", "nl", os.urandom(2_000))
                has_written.set()
                stop.wait(0.01)
        finally:
            has_written.set()  # so that a failure ends the test, which then reports it
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        has_written.wait()
        yield
    finally:
        stop.set()
        writer.join()


def run_elsewhere(folder: Path, *arguments: str) -> str:
    """Run Python as on an empty machine, with a database of its own and the key ring; return the output."""
    environment = {
        "DATABASE_URL": f"sqlite:///{folder}/empty.sqlite3",
        "STALKCHECK_KEYRING": str(django_settings.KEYRING_PATH),
        "DJANGO_SETTINGS_MODULE": "stalkcheck.settings",
    }
    process = subprocess.run(  # noqa: S603  (our own command)
        [sys.executable, *arguments],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


@pytest.mark.usefixtures("patient_database")
def test_a_backup_made_while_someone_writes_is_restored_elsewhere(
    alice: User, intake: Intake, tmp_path: Path
) -> None:
    path = tmp_path / "backup.file"
    with writer_at_work(alice, intake):
        printed = run("backup", str(path))

    assert hashlib.sha256(path.read_bytes()).hexdigest() in printed
    assert str(django_settings.KEYRING_PATH) in printed
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert CANARY.encode() not in path.read_bytes()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["backup.file", "backup.file.signature"]
    if connection.vendor == "sqlite":
        run_elsewhere(tmp_path, "manage.py", "restore", str(path))
        restored = json.loads(run_elsewhere(tmp_path, "-c", _INSPECT))
        assert (restored["intakes"], restored["broken"], restored["tampered"]) == (1, "None", 0)
        assert 0 < len(restored["texts"]) <= Incident.objects.count()
        assert set(restored["texts"]) == {CANARY}
        assert set(restored["intact"]) == {True}


def test_a_restored_backup_has_every_row_and_the_same_pdfs(
    alice: User, intake: Intake, tmp_path: Path
) -> None:
    """Restore into the same database, emptied: on SQLite and on PostgreSQL."""
    if connection.vendor == "postgresql" and shutil.which("pg_restore") is None:
        pytest.fail("pg_restore belongs to a PostgreSQL server")
    run("upgrade_cases")  # as before the first start; restoring does it when it was not done
    incident_actions.add_incident(alice, intake, DomainIncident("2026-03-20", "home", what=CANARY))
    document_actions.store_document(alice, intake, "full", "nl", b"%PDF-1.7 \x00\xff")
    access_actions.grant(alice, intake, alice, Access.Kind.NAMED)
    assert seals.seal_events()
    counts, seal = Counter(backup.row_counts()), audit_log.verify().seal
    hashes = [hashlib.sha256(row.pdf).hexdigest() for row in Document.objects.all()]
    run("backup", str(tmp_path / "b"))
    empty()

    printed = run("restore", str(tmp_path / "b"))

    counts["questionnaire_event"] += 1  # that it was restored; that it was backed up is not in the copy
    assert backup.row_counts() == counts
    assert Event.objects.latest("seq").code == EventCode.RESTORED
    assert [hashlib.sha256(row.pdf).hexdigest() for row in Document.objects.all()] == hashes
    assert Incident.objects.get().content["what"] == CANARY
    assert not tampered_cases(Case.objects.all())
    assert Access.objects.get().case_id == intake.case_id
    assert str(seal) in printed
    assert "questionnaire_intake: 1" in printed


@pytest.mark.usefixtures("alice")
def test_a_backup_is_restored_on_a_host_without_the_role_that_served(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE stalkcheck_of_before")
        cursor.execute("GRANT SELECT ON questionnaire_user TO stalkcheck_of_before")
        try:
            run("backup", str(tmp_path / "b"))
        finally:
            cursor.execute("DROP OWNED BY stalkcheck_of_before")
            cursor.execute("DROP ROLE stalkcheck_of_before")
    empty()

    run("restore", str(tmp_path / "b"))

    assert User.objects.exists()


def test_a_backup_has_no_sessions_and_no_attempts_to_sign_in(
    alice: User, client: Client, tmp_path: Path
) -> None:
    client.force_login(alice)
    client.post("/account/login/", {"login": "kanarie", "password": "x"})
    cache.set("kanarie", 1, 600)
    (hashed,) = Session.objects.values_list("key_hash", flat=True)

    run("backup", str(tmp_path / "b"))

    assert Session.objects.exists()
    assert cache.get("kanarie") == 1
    assert client.get("/").status_code == 200
    if connection.vendor == "sqlite":
        assert hashed.encode() not in (tmp_path / "b").read_bytes()
        assert b"kanarie" not in (tmp_path / "b").read_bytes()
    empty()
    run("restore", str(tmp_path / "b"))
    assert not Session.objects.exists()
    assert User.objects.exists()


def test_a_restore_brings_back_no_session_of_an_older_backup(
    alice: User, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "left_out_tables", list)
    client.force_login(alice)
    run("backup", str(tmp_path / "b"))
    monkeypatch.undo()
    empty()

    run("restore", str(tmp_path / "b"))

    assert User.objects.exists()
    assert not Session.objects.exists()
    assert client.get("/").status_code == 302


def empty() -> None:
    triggers.remove(connection)
    call_command("flush", interactive=False, verbosity=0)
    assert not User.objects.exists()


def test_a_backup_is_an_event_with_its_hash(tmp_path: Path) -> None:
    printed = run("backup", str(tmp_path / "b"))

    event = Event.objects.get()
    assert (event.code, event.chain) == (EventCode.BACKED_UP, "system")
    assert event.details["sha256"] in printed


def test_a_backup_before_an_upgrade_is_no_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "can_record", lambda: False)

    run("backup", str(tmp_path / "b"))

    assert (tmp_path / "b").exists()
    assert not Event.objects.exists()


def test_a_backup_never_overwrites_a_file(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("precious")

    with pytest.raises(CommandError):
        run("backup", str(tmp_path / "b"))

    assert (tmp_path / "b").read_text() == "precious"


def test_a_backup_into_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run("backup", str(tmp_path / "missing" / "b"))


def test_a_backup_on_a_full_disk_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(CommandError, match="No space"):
        run("backup", str(tmp_path / "b"))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("intake")
def test_a_restore_never_overwrites_a_database_in_use(tmp_path: Path) -> None:
    run("backup", str(tmp_path / "b"))

    with pytest.raises(CommandError):
        run("restore", str(tmp_path / "b"))

    assert event_codes() == [EventCode.INTAKE_STARTED, EventCode.BACKED_UP]


@pytest.mark.parametrize("damage", ["missing", "text", "cut", "other"])
def test_a_damaged_or_foreign_file_is_not_restored(team: Team, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "b"
    run("backup", str(path))
    whole = path.read_bytes()
    path.unlink()
    if damage == "text":
        path.write_text("hello")
    elif damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "other":
        with closing(sqlite3.connect(path)) as other:
            other.executescript("CREATE TABLE other (id)")

    with pytest.raises(CommandError):
        run("restore", str(path))

    assert list(Team.objects.all()) == [team]


@pytest.mark.usefixtures("intake")
def test_a_restore_reports_a_key_ring_that_cannot_decrypt_it(tmp_path: Path, settings: Any) -> None:
    run("backup", str(tmp_path / "b"))
    empty()
    settings.KEYRING_PATH = tmp_path / "other.json"
    keyring.create(settings.KEYRING_PATH)

    with pytest.raises(CommandError, match=r"other\.json"):
        run("restore", str(tmp_path / "b"))


def test_a_missing_postgresql_tool_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(connections["default"], "vendor", "postgresql")

    with pytest.raises(CommandError, match="pg_dump"):
        run("backup", str(tmp_path / "b"))


def test_a_failing_postgresql_tool_is_named_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: "/bin/false")
    monkeypatch.setattr(connections["default"], "vendor", "postgresql")
    monkeypatch.setattr(connections["default"], "tool_login", lambda: ("dbname=x", {}), raising=False)

    with pytest.raises(CommandError, match="pg_dump"):
        run("backup", str(tmp_path / "b"))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_backup_that_could_not_be_made_leaves_no_journal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(_source: Path, to: Path) -> None:
        for suffix in ("-journal", "-wal", "-shm"):
            to.with_name(to.name + suffix).write_bytes(b"pages")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(backup, "_copy", fail)
    monkeypatch.setattr(backup, "connection", SimpleNamespace(vendor="sqlite", settings_dict={"NAME": "x"}))

    with pytest.raises(sqlite3.OperationalError):
        backup.backup(tmp_path / "backup")

    assert list(tmp_path.iterdir()) == []
