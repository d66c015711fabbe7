"""The drill: a backup made while people work, restored in an empty place, is all there and opens."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection, connections

from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import log as audit_log
from questionnaire.audit import triggers
from questionnaire.domain.incidents import Incident as Told
from questionnaire.encryption import keyring
from questionnaire.lifecycle import backup
from questionnaire.models import Document, Event, Incident, Intake, Team, User

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "kanarie-4410"

#: Run at the restored copy by a Python of its own: what it holds, as one line.
_LOOK = """
import hashlib, django; django.setup()
from questionnaire import events
from questionnaire.models import Document, Incident, Intake
texts = sorted(row.content["what"] for row in Incident.objects.all())
pdfs = sorted(hashlib.sha256(row.pdf).hexdigest() == row.sha256 for row in Document.objects.all())
print(Intake.objects.count(), len(texts), set(texts), pdfs, events.first_broken())
"""


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@contextmanager
def people_at_work(user: User, intake: Intake) -> Iterator[None]:
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            intake_actions.add_incident(user, intake, Told("2026-03-20", "home", what=CANARY))
            intake_actions.store_document(user, intake, "full", "nl", os.urandom(2_000))
            time.sleep(0.01)
        connection.close()

    person = threading.Thread(target=work)
    person.start()
    try:
        time.sleep(0.2)
        yield
        time.sleep(0.1)
    finally:
        stop.set()
        person.join()


def elsewhere(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A Python on an empty machine: its own database, and the ring put back."""
    told = {
        "DATABASE_URL": f"sqlite:///{folder}/empty.sqlite3",
        "STALKCHECK_KEYRING": str(django_settings.KEYRING_PATH),
        "DJANGO_SETTINGS_MODULE": "stalkcheck.settings",
    }
    return subprocess.run(  # noqa: S603  (our own command)
        [sys.executable, *arguments],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=False,
    )


def restored_on_sqlite(path: Path, folder: Path) -> str:
    assert not (folder / "empty.sqlite3").exists()
    came = elsewhere(folder, "manage.py", "restore", str(path))
    assert came.returncode == 0, came.stderr
    return elsewhere(folder, "-c", _LOOK).stdout + came.stdout


def test_the_drill(alice: User, intake: Intake, tmp_path: Path) -> None:
    path = tmp_path / "backup.file"
    with people_at_work(alice, intake):
        printed = run("backup", str(path))
    held = Incident.objects.count()

    assert hashlib.sha256(path.read_bytes()).hexdigest() in printed
    assert str(django_settings.KEYRING_PATH) in printed
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert CANARY.encode() not in path.read_bytes()
    assert [entry.name for entry in tmp_path.iterdir()] == ["backup.file"]
    if connection.vendor == "sqlite":
        told = restored_on_sqlite(path, tmp_path)
        there, incidents, rest = told.split(maxsplit=2)
        assert there == "1"
        assert 0 < int(incidents) <= held
        assert rest.startswith(f"{{'{CANARY}'}} [True")
        assert "False" not in rest
        assert "None" in rest


def test_nothing_is_lost_and_every_hash_is_the_same(alice: User, intake: Intake, tmp_path: Path) -> None:
    """In the same database, emptied: on SQLite and on PostgreSQL."""
    if connection.vendor == "postgresql" and shutil.which("pg_restore") is None:
        pytest.fail("pg_restore belongs to a PostgreSQL server")
    intake_actions.add_incident(alice, intake, Told("2026-03-20", "home", what=CANARY))
    intake_actions.store_document(alice, intake, "full", "nl", b"%PDF-1.7 \x00\xff")
    counts, head = backup.counts(), audit_log.verify().head
    hashes = [hashlib.sha256(row.pdf).hexdigest() for row in Document.objects.all()]
    run("backup", str(tmp_path / "b"))
    empty()

    printed = run("restore", str(tmp_path / "b"))

    assert backup.counts() == counts
    assert [hashlib.sha256(row.pdf).hexdigest() for row in Document.objects.all()] == hashes
    assert Incident.objects.get().content["what"] == CANARY
    assert str(head) in printed
    assert "questionnaire_intake: 1" in printed


def empty() -> None:
    triggers.lift(connection)
    call_command("flush", interactive=False, verbosity=0)
    assert not User.objects.exists()


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("precious")

    with pytest.raises(CommandError):
        run("backup", str(tmp_path / "b"))

    assert (tmp_path / "b").read_text() == "precious"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run("backup", str(tmp_path / "missing" / "b"))


def test_a_full_disk_leaves_nothing_that_looks_like_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(CommandError, match="No space"):
        run("backup", str(tmp_path / "b"))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("intake")
def test_a_database_in_use_is_never_overwritten(tmp_path: Path) -> None:
    run("backup", str(tmp_path / "b"))

    with pytest.raises(CommandError):
        run("restore", str(tmp_path / "b"))

    assert Event.objects.count() == 1


@pytest.mark.parametrize("damage", ["missing", "text", "cut", "other"])
def test_what_is_no_whole_backup_is_refused(team: Team, tmp_path: Path, damage: str) -> None:
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
def test_a_ring_that_does_not_open_it_is_told(tmp_path: Path, settings: Any) -> None:
    run("backup", str(tmp_path / "b"))
    empty()
    settings.KEYRING_PATH = tmp_path / "other.json"
    keyring.create(settings.KEYRING_PATH)

    with pytest.raises(CommandError, match=r"other\.json"):
        run("restore", str(tmp_path / "b"))


def test_a_missing_tool_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(connections["default"], "vendor", "postgresql")

    with pytest.raises(CommandError, match="pg_dump"):
        run("backup", str(tmp_path / "b"))


def test_a_tool_that_fails_is_told_in_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: "/bin/false")
    monkeypatch.setattr(connections["default"], "vendor", "postgresql")

    with pytest.raises(CommandError, match="pg_dump"):
        run("backup", str(tmp_path / "b"))

    assert list(tmp_path.iterdir()) == []
