"""Connections to SQLite that wait in line before they write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from questionnaire.models import Team
from questionnaire.tests.own_process import database_files
from stalkcheck.sqlite import base, checkpoints
from stalkcheck.sqlite.line import Line, LineError

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about SQLite alone"),
]


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """Share a line, as a server does, with a connection that is made anew."""
    connection.close()
    monkeypatch.setattr(base, "_lines", [])
    base.share(tmp_path)
    yield Line(tmp_path)
    connection.close()


def is_free(line: Line) -> bool:
    try:
        line.leave(line.enter(0))
    except LineError:
        return False
    return True


def test_a_transaction_has_the_turn_until_it_ends(line: Line) -> None:
    with transaction.atomic():
        Team.objects.create(name="South")
        assert not is_free(line)
        with transaction.atomic():
            Team.objects.create(name="West")
        assert not is_free(line)
    assert is_free(line)
    assert Team.objects.filter(name="West").exists()


def test_a_transaction_that_fails_gives_the_turn_back(line: Line) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Team.objects.bulk_create([Team(pk=1, name="South"), Team(pk=1, name="West")])
    assert is_free(line)
    assert not Team.objects.exists()


def test_a_commit_that_fails_gives_the_turn_back(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(sqlite3.Connection):
        def commit(self) -> None:
            raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("sqlite3.dbapi2.connect", partial(sqlite3.connect, factory=Full))
    connection.close()
    with pytest.raises(OperationalError, match="full"), transaction.atomic():
        Team.objects.create(name="South")
    assert is_free(line)
    assert not Team.objects.exists()


def test_a_connection_that_closes_gives_the_turn_back(line: Line) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert not is_free(line)
    connection.close()
    assert is_free(line)


def test_whoever_does_not_get_the_turn_is_told_as_by_sqlite(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0)
    turn = line.enter(1)
    with pytest.raises(OperationalError, match="database is locked"), transaction.atomic():
        Team.objects.create(name="South")
    line.leave(turn)
    with transaction.atomic():
        Team.objects.create(name="South")


def test_when_something_outside_the_line_holds_the_lock_the_turn_is_given_back(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0)
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="database is locked"), transaction.atomic():
        Team.objects.create(name="South")
    assert is_free(line)
    other.close()


def test_without_a_server_there_is_no_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "_lines", [])
    turn = Line(tmp_path).enter(1)
    with transaction.atomic():
        Team.objects.create(name="South")
    Line.leave(turn)


def test_reading_waits_for_nobody(line: Line) -> None:
    turn = line.enter(1)
    assert not Team.objects.exists()
    line.leave(turn)


def test_requests_leave_the_log_to_the_thread(line: Line) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_autocheckpoint")
        assert cursor.fetchone() == (checkpoints.PAGES_AT_MOST,)


def test_a_checkpoint_copies_the_log_back(line: Line) -> None:
    Team.objects.create(name="South of everything")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")  # what was there before
    Team.objects.create(name="West of everything")
    assert [b"West of everything" in file for file in database_files()].count(True) == 1
    checkpoints.checkpoint()

    assert [b"West of everything" in file for file in database_files()].count(True) == 2


def test_the_thread_runs_where_the_database_is_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[None] = []
    monkeypatch.setattr(checkpoints, "_run", lambda: done.append(None))
    thread = checkpoints.start()
    assert thread
    thread.join()
    assert done == [None]
    monkeypatch.setattr(connection, "vendor", "postgresql")
    assert checkpoints.start() is None
