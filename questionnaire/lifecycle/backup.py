"""Back up and restore the database, without the key ring; a backup without its key ring is worthless.

A backup is signed with the ring, and restored only as it was: see `backup_signature` and `schema_objects`.

SQLite is copied by its online backup while people work, PostgreSQL by its own pg_dump and pg_restore. A
backup gets its name only when it is complete and on disk. Sessions, counts of attempts to sign in and
opened logs are not in it, and a restore brings none back from a backup that has them.
"""

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
from django.conf import settings
from django.db import connection, transaction

from questionnaire.audit import log as audit_log
from questionnaire.audit import triggers
from questionnaire.audit.event_codes import EventCode
from questionnaire.encryption import keyring
from questionnaire.encryption.keyring import SealError, sync_folder
from questionnaire.lifecycle import backup_signature, key_rotation, schema_objects
from questionnaire.models import EncryptedRow, Intake, LogImport, Session, User

_BATCH_PAGES: Final = 1000


class BackupError(Exception):
    """The backup or the restore failed; the message is the output of a tool, if there was one."""


class TargetInUseError(BackupError):
    """The file exists already, or the database to restore into is not empty."""


class InvalidBackupError(BackupError):
    """The file is not a complete backup of this application."""


class ToolError(BackupError):
    """The PostgreSQL tool is missing or failed."""


def backup(to: Path) -> str:
    """Copy the database to a new file, sign it, and return its SHA-256.

    Raise BackupError, KeyRingError and OSError.
    """
    if to.exists() or backup_signature.path_of(to).exists():
        raise TargetInUseError
    keyring.ring()  # before a long copy
    with _temporary_file(to) as path:
        if connection.vendor == "postgresql":
            left_out = (f"--exclude-table-data={table}" for table in left_out_tables())
            _run_tool("pg_dump", "--format=custom", "--no-owner", *left_out, f"--file={path}")
        else:
            _copy(Path(connection.settings_dict["NAME"]), path)
            _leave_out(path)
            _check(path)
        sha256 = _sync_and_hash(path)
        with _signed(to, sha256, path):
            to.hardlink_to(path)  # unlike a rename, this fails when the name is taken
    sync_folder(to.parent)
    if audit_log.can_record():  # not before an upgrade, for which it can be made
        with transaction.atomic():
            audit_log.record(None, EventCode.BACKED_UP, details={"sha256": sha256})
    return sha256


@contextmanager
def _signed(to: Path, sha256: str, path: Path) -> Iterator[None]:
    """Provide the signature of a backup, so that it never gets its name without one."""
    backup_signature.sign(to, sha256, backup_signature.tables_of(path))
    try:
        yield
    except OSError:
        backup_signature.path_of(to).unlink()
        raise


def restore(source: Path, *, is_signed: bool = True) -> None:
    """Restore a backup into an empty database: only what this program wrote, unless it is not signed.

    Raise BackupError, SignatureError, UnknownObjectsError, KeyRingError and OSError.
    """
    if _has_content():
        raise TargetInUseError
    source.open("rb").close()
    if is_signed:
        backup_signature.check(source)
    if connection.vendor == "postgresql":
        listing = _run_tool("pg_restore", "--list", str(source), is_connected=False)
        schema_objects.refuse_unknown(schema_objects.of_list(listing))
        connection.close()
        # Without its grants: another host need not have the role. `manage.py grants` gives them.
        options = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--exit-on-error")
        _run_tool("pg_restore", *options, str(source))
    else:
        _check(source)
        with closing(_connect_read_only(source)) as file:
            schema_objects.refuse_unknown(schema_objects.of_sqlite(file.execute))
        connection.close()
        database = Path(connection.settings_dict["NAME"])
        database.touch(mode=0o600)
        database.chmod(0o600)  # also where there was an empty one
        _copy(source, database)
    triggers.remove(connection)  # one of this name need not be ours: migrating installs them


def left_out_tables() -> list[str]:
    """Return the tables whose rows are of use only while the server runs: a restore brings none of it back.

    The last one is of version 0.1, in whose backups every key of a session still signs in.
    """
    return [
        Session._meta.db_table,
        LogImport._meta.db_table,
        str(settings.CACHES["default"]["LOCATION"]),
        "django_session",
    ]


def end_everything() -> None:
    """Empty these tables in the present database after a restore, which it records."""
    with connection.cursor() as cursor:
        for table in set(left_out_tables()) & set(connection.introspection.table_names(cursor)):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608  (our own name)  # nosec
    with transaction.atomic():
        audit_log.record(None, EventCode.RESTORED)


def row_counts() -> Mapping[str, int]:
    """Return the number of rows in each table of this application."""
    models = apps.get_app_config("questionnaire").get_models()
    return {model._meta.db_table: model._default_manager.count() for model in models}


def count_unopenable_keys() -> int:
    """Return how many data keys the present key ring cannot unwrap."""
    rows = (row for model in key_rotation.keyed_models() for row in _rows_with_keys(model))
    return sum(not _can_open(row) for row in rows)


def _rows_with_keys(model: type[EncryptedRow]) -> Iterator[EncryptedRow]:
    if issubclass(model, Intake):
        return iter(model._default_manager.defer("content").select_related("case").iterator())
    return iter(model._default_manager.iterator())


def _can_open(row: EncryptedRow) -> bool:
    try:
        row.data_key()
    except SealError:
        return False
    return True


def _has_content() -> bool:
    if Intake._meta.db_table not in connection.introspection.table_names():
        return False
    return User.objects.exists() or Intake.objects.exists()


@contextmanager
def _temporary_file(to: Path) -> Iterator[Path]:
    """Provide a new file next to its destination, readable by its owner only; remove it at the end.

    SQLite can leave others beside it when the disk is full.
    """
    path = to.with_name(f".{to.name}.{secrets.token_hex(8)}")
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield path
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def _copy(source: Path, to: Path) -> None:
    with closing(_connect_read_only(source)) as original, closing(sqlite3.connect(to)) as copy:
        original.backup(copy, pages=_BATCH_PAGES)
        # One file without a WAL is also readable on a read-only medium; the application turns the WAL on.
        copy.execute("PRAGMA journal_mode=DELETE")


def _leave_out(path: Path) -> None:
    """Empty these tables in a copy, and overwrite with zeros what was in them."""
    with closing(sqlite3.connect(path)) as copy:
        copy.execute("PRAGMA secure_delete=ON")
        there = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in there.intersection(left_out_tables()):
            copy.execute(f"DELETE FROM {table}")  # noqa: S608  (our own name)  # nosec
        copy.commit()


def _connect_read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _check(path: Path) -> None:
    """Raise InvalidBackupError for a damaged or foreign file, and OSError for one that cannot be read."""
    path.open("rb").close()
    try:
        with closing(_connect_read_only(path)) as database:
            (result,) = database.execute("PRAGMA integrity_check").fetchone()
            database.execute(f"SELECT count(*) FROM {Intake._meta.db_table}")  # noqa: S608  (our own name)  # nosec
    except sqlite3.DatabaseError:
        raise InvalidBackupError from None
    if result != "ok":
        raise InvalidBackupError


def _sync_and_hash(path: Path) -> str:
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return backup_signature.sha256_of(path)


def _run_tool(tool: str, *arguments: str, is_connected: bool = True) -> str:
    """Run a PostgreSQL tool, as a rule on this database; return what it prints. Raise ToolError.

    The password is in its environment, so that no process list shows it.
    """
    program = shutil.which(tool)
    if program is None:
        raise ToolError(tool)
    database, password = connection.tool_login()  # type: ignore[attr-defined]  # of our own backend
    process = subprocess.run(  # noqa: S603  (nothing in it comes from outside)
        [program, *([f"--dbname={database}"] if is_connected else []), *arguments],
        env={**os.environ, **password},
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        raise ToolError(f"{tool}: {process.stderr.strip()}")
    return process.stdout
