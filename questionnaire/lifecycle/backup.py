"""Backup and restore of the database. The key ring is never part of it, and a backup without it is worthless.

SQLite is copied by its own online backup while people work; PostgreSQL by pg_dump and pg_restore, which
belong to it. A backup stands under its name only when it is whole and on disk.
"""

import hashlib
import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from django.apps import apps
from django.db import connection

from questionnaire.encryption.keyring import SealError, sync_folder
from questionnaire.lifecycle import key_rotation
from questionnaire.models import EncryptedRow, Intake, User

_PAGES_AT_ONCE: Final = 1000


class BackupError(Exception):
    """Something stands in the way; the message is what a tool said, if one did."""


class Taken(BackupError):  # noqa: N818  (what stands in the way)
    """A file of this name is there already, or the database to restore into is in use."""


class Unfit(BackupError):  # noqa: N818
    """The file is no whole backup of this application."""


class NoTool(BackupError):  # noqa: N818
    """PostgreSQL's own tool is missing, or failed."""


def backup(to: Path) -> str:
    """Copy the database to a new file; the sha256 of it. Raises BackupError or OSError."""
    if to.exists():
        raise Taken
    with _unfinished(to) as path:
        if connection.vendor == "postgresql":
            _run("pg_dump", "--format=custom", "--no-owner", f"--file={path}")
        else:
            _copy(Path(connection.settings_dict["NAME"]), path)
            _check(path)
        sha256 = _put_on_disk(path)
        to.hardlink_to(path)  # fails when the name is taken, unlike a rename
    sync_folder(to.parent)
    return sha256


def restore(source: Path) -> None:
    """Put a backup in the place of an empty database. Raises BackupError or OSError."""
    if _is_in_use():
        raise Taken
    if connection.vendor == "postgresql":
        source.open("rb").close()
        connection.close()
        _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error", str(source))
    else:
        _check(source)
        connection.close()
        _copy(source, Path(connection.settings_dict["NAME"]))


def counts() -> Mapping[str, int]:
    """How many rows each table of this application holds."""
    models = apps.get_app_config("questionnaire").get_models()
    return {model._meta.db_table: model._default_manager.count() for model in models}


def unopened() -> int:
    """How many data keys the present key ring does not open."""
    rows = (row for model in key_rotation.keyed_models() for row in model._default_manager.iterator())
    return sum(not _opens(row) for row in rows)


def _opens(row: EncryptedRow) -> bool:
    try:
        row.data_key()
    except SealError:
        return False
    return True


def _is_in_use() -> bool:
    if Intake._meta.db_table not in connection.introspection.table_names():
        return False
    return User.objects.exists() or Intake.objects.exists()


@contextmanager
def _unfinished(to: Path) -> Iterator[Path]:
    """A new file beside the one that is meant, which only its owner reads; gone at the end."""
    path = to.with_name(f".{to.name}.{secrets.token_hex(8)}")
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _copy(source: Path, to: Path) -> None:
    with closing(_opened(source)) as read, closing(sqlite3.connect(to)) as written:
        read.backup(written, pages=_PAGES_AT_ONCE)
        # One file, which can be read where nothing may be written; whoever opens it to work turns the log on.
        written.execute("PRAGMA journal_mode=DELETE")


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _check(path: Path) -> None:
    """Raises Unfit for a file that is damaged, or of something else, and FileNotFoundError."""
    path.open("rb").close()
    try:
        with closing(_opened(path)) as database:
            (came,) = database.execute("PRAGMA integrity_check").fetchone()
            database.execute(f"SELECT count(*) FROM {Intake._meta.db_table}")  # noqa: S608  (our own name)  # nosec
    except sqlite3.DatabaseError:
        raise Unfit from None
    if came != "ok":
        raise Unfit


def _put_on_disk(path: Path) -> str:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return sha256


def _run(tool: str, *arguments: str) -> None:
    """One of PostgreSQL's tools, at this database. The password goes where no process list shows it."""
    program = shutil.which(tool)
    if program is None:
        raise NoTool(tool)
    told = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    access = {variable: str(told[name]) for variable, name in names.items() if told[name]}
    came = subprocess.run(  # noqa: S603  (no word of it comes from outside)
        [program, f"--dbname={told['NAME']}", *arguments],
        env={**os.environ, **access},
        capture_output=True,
        text=True,
        check=False,
    )
    if came.returncode:
        raise NoTool(f"{tool}: {came.stderr.strip()}")
