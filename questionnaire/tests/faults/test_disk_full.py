"""A disk that is full or refuses a write: no partial file, no text lost, and it works again afterwards."""

from __future__ import annotations

import errno
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from questionnaire import demo
from questionnaire.encryption import keyring
from questionnaire.lifecycle import backup, backup_signature
from questionnaire.management.files import write_atomically
from questionnaire.models import Document, Intake, Proposal, User
from questionnaire.tests.factories import agreed
from questionnaire.tests.pages import Page, controls
from questionnaire.tests.served import Browser, Server

pytestmark = pytest.mark.django_db(transaction=True)

sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own file")

DiskFailure = Callable[[Server, Path], AbstractContextManager[None]]

#: Longer than a page of the database, and so than what is free in one.
WORDS: Final = "Ik hoor hem elke nacht. " * 400
DEMO: Final = Path(demo.__file__).parent / "colleague.json"


@contextmanager
def file_size_limit(size: int, pid: int = 0) -> Iterator[None]:
    """Let writes past this size of a file fail, in this process or another of ours."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def export(folder: Path) -> None:
    intake = Intake.objects.get()
    call_command("export", str(intake.pk), str(folder / "copy.zip"), "--by", "alice", "--reason", "asked")


def summarise(folder: Path, suffix: str) -> None:
    call_command("summarise", str(DEMO), "--format", suffix, "--output", str(folder), "--language", "en")


@pytest.mark.parametrize(
    "write",
    [
        lambda folder: write_atomically(folder / "a.pdf", os.urandom(20_000)),
        lambda folder: keyring.write_secret(folder / "ring", "x" * 20_000),
        lambda folder: backup.backup(folder / "backup"),
        partial(summarise, suffix="text"),
        partial(summarise, suffix="json"),
    ],
    ids=["PDF", "key ring", "backup", "text", "JSON"],
)
@pytest.mark.usefixtures("intake")
def test_a_file_is_whole_or_not_there(tmp_path: Path, write: Callable[[Path], None]) -> None:
    with (
        file_size_limit(1_000),
        pytest.raises((OSError, CommandError, SystemExit, sqlite3.Error, backup.BackupError)),
    ):
        write(tmp_path)
    assert list(tmp_path.iterdir()) == []

    write(tmp_path)

    # A backup has its signature beside it.
    written = [path for path in tmp_path.iterdir() if not path.name.endswith(backup_signature.SUFFIX)]
    assert [path.stat().st_size > 1_000 for path in written] == [True]


def test_a_full_disk_below_standard_output_gives_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(  # noqa: S603  (our own command)
            [sys.executable, "manage.py", "summarise", DEMO, "--format", "json", "--output", "-"],
            cwd=django_settings.BASE_DIR,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert os.strerror(errno.ENOSPC) in line


@pytest.fixture
def no_fsync(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let fsync fail for files that Python writes, not for those of the database."""

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        yield


@pytest.mark.usefixtures("no_fsync", "intake")
def test_an_export_without_room_gives_one_line_and_no_file(tmp_path: Path) -> None:
    agreed(Intake.objects.get(), Proposal.Kind.EXPORT, "whole")
    with pytest.raises(CommandError, match=os.strerror(errno.ENOSPC)):
        export(tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("no_fsync")
def test_a_key_ring_without_room_gives_one_line_and_no_file(tmp_path: Path, settings: Any) -> None:
    settings.KEYRING_PATH = tmp_path / "keys" / "keyring.json"

    with pytest.raises(CommandError, match=os.strerror(errno.ENOSPC)):
        call_command("keys", "create")

    assert list((tmp_path / "keys").iterdir()) == []


@contextmanager
def full_database() -> Iterator[None]:
    """Leave SQLite no room for one more page, as on a full disk."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # frees what earlier tests left
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count={cursor.fetchone()[0]}")
        yield
        cursor.execute("PRAGMA max_page_count=1000000")


@sqlite_only
def test_a_full_database_gives_the_text_back_and_saves_it_later(
    alice: User, intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    page = Page(client, reverse("section", args=[intake.uuid, "fear"])).fill(fear_own_words=WORDS)

    with full_database():
        by_hand, by_itself = page.press("_go", "next"), page.press("_go", "", accept="application/json")
    assert (by_hand.status_code, by_itself.status_code) == (503, 503)
    assert "SQLITE_FULL" in caplog.text
    again = controls(by_hand.content.decode())

    assert client.post(page.url, dict(again.lists())).status_code == 302
    assert Intake.objects.get().content["answers"]["fear_own_words"] == WORDS


# --- The real server, on a real disk ------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of eight megabytes."""
    if os.geteuid() != 0:
        pytest.skip("Only root can mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], check=True)  # noqa: S603
    yield disk
    subprocess.run(["/bin/umount", "--lazy", disk], check=True)  # noqa: S603


@contextmanager
def full_disk(server: Server, disk: Path) -> Iterator[None]:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 512)
    yield
    filler.unlink()


@contextmanager
def refused_writes(server: Server, disk: Path) -> Iterator[None]:
    """Let every worker's writes fail past the size that the log has now."""
    size = (disk / "database-wal").stat().st_size
    with ExitStack() as limits:
        for worker in server.workers():
            limits.enter_context(file_size_limit(size, worker))
        yield


def save_during(disk: Path, alice: User, intake: Intake, disk_failure: DiskFailure) -> None:
    """Save and make a PDF during the failure, and after it."""
    log = disk.parent / "log"
    url, pdf_url = reverse("section", args=[intake.uuid, "fear"]), reverse("pdf", args=[intake.uuid])
    database = disk / "database"
    server = Server(log, DATABASE_URL=f"sqlite:///{database}")
    browser = Browser(server, alice)
    with closing(sqlite3.connect(settings_path())) as original:
        original.execute("VACUUM INTO ?", (str(database),))  # without what earlier tests left free
    with closing(sqlite3.connect(database)) as reader, server:
        # An open reader keeps the log, also when the server closes its last connection.
        reader.execute("PRAGMA journal_mode=WAL").fetchone()
        reader.execute("SELECT count(*) FROM django_migrations").fetchone()
        sent = {**dict(browser.get(url).controls.lists()), "fear_own_words": WORDS, "_go": "next"}
        with disk_failure(server, disk):
            failed = [
                browser.post(url, sent),
                browser.post(url, sent, "application/json"),
                browser.post(pdf_url, {}),
            ]
        assert [response.status for response in failed] == [503] * 3
        assert failed[0].controls["fear_own_words"] == WORDS
        assert browser.post(url, dict(failed[0].controls.lists())).status == 302
        assert browser.get(url).controls["fear_own_words"] == WORDS
        assert browser.post(pdf_url, {}).content.endswith(b"%%EOF\n")
    with closing(sqlite3.connect(database)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert copy.execute(f"SELECT count(*) FROM {Document._meta.db_table}").fetchone() == (1,)  # noqa: S608
    log_text = log.read_text()
    assert "The database gave no service: SQLITE_" in log_text
    assert "Ik hoor hem" not in log_text


def settings_path() -> str:
    return str(connection.settings_dict["NAME"])


@sqlite_only
@pytest.mark.soak
def test_the_server_on_a_full_disk_loses_nothing_and_recovers(
    small_disk: Path, alice: User, intake: Intake
) -> None:
    save_during(small_disk, alice, intake, full_disk)


@sqlite_only
@pytest.mark.soak
def test_the_server_on_a_disk_that_refuses_writes_loses_nothing_and_recovers(
    tmp_path: Path, alice: User, intake: Intake
) -> None:
    (tmp_path / "disk").mkdir()
    save_during(tmp_path / "disk", alice, intake, refused_writes)
