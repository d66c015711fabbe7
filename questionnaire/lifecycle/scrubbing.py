"""Remove what was erased from the files of the database, and say truthfully what of it is left, and where.

SQLite overwrites deleted rows, and here its write-ahead log is emptied. PostgreSQL leaves a deleted row in
the file of its table, so the tables with keys and texts are written anew. Only their owner may do that, or
whoever may call a function of the owner: the role that serves owns nothing.
"""

from __future__ import annotations

import time
from enum import StrEnum
from typing import Final

from django.apps import apps
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from questionnaire.encryption.fields import EncryptedField
from questionnaire.models import Case, EncryptedRow, Intake

#: The function that the owner of the tables makes, and that `manage.py grants` lets a role call.
FUNCTION: Final = "questionnaire_rewrite"
_WAIT_SECONDS: Final = 5.0
_RETRY_SECONDS: Final = 0.1
#: CLUSTER writes a table anew, as VACUUM FULL does, which no function may do. Of our own tables alone, and of
#: no events: what waits for one of those waits for everybody.
_CREATE: Final = """
CREATE OR REPLACE FUNCTION questionnaire_rewrite(target text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
DECLARE key_index name;
BEGIN
    SELECT c.relname INTO key_index FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        WHERE i.indisprimary AND target LIKE 'questionnaire\\_%' AND target NOT LIKE '%event%'
        AND i.indrelid = pg_catalog.to_regclass(pg_catalog.format('%I', target));
    IF key_index IS NULL THEN RAISE EXCEPTION 'not a table to rewrite'; END IF;
    EXECUTE pg_catalog.format('CLUSTER %I USING %I', target, key_index);
END $$;
REVOKE ALL ON FUNCTION questionnaire_rewrite(text) FROM PUBLIC;
"""
#: Whether someone still sees rows as they were before this transaction began. They would be copied.
_OLDER_READERS: Final = """
SELECT EXISTS (SELECT 1 FROM pg_stat_activity
               WHERE pid <> pg_backend_pid() AND age(backend_xmin) >= age(%s::xid))
    OR EXISTS (SELECT 1 FROM pg_prepared_xacts WHERE age(transaction) >= age(%s::xid))
    OR EXISTS (SELECT 1 FROM pg_replication_slots WHERE age(xmin) >= age(%s::xid))
"""


class Scrubbed(StrEnum):
    """How it ended."""

    DONE = "done"
    BUSY = "busy"  # somebody used a table, or still sees the rows as they were
    NOT_ALLOWED = "not allowed"  # on PostgreSQL: the role neither owns the tables nor may call the function


def install(on: BaseDatabaseWrapper) -> None:
    """Make the function on PostgreSQL, if it is not there: at the end of a migration, by the owner."""
    if on.vendor != "postgresql":
        return
    with on.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), quote_ident(current_schema()) FROM pg_proc WHERE proname = %s", [FUNCTION]
        )
        count, schema = cursor.fetchone()
        if not count:
            cursor.execute(_CREATE.format(schema=schema))


def scrub() -> Scrubbed:
    """Remove what was erased from the files of the database. Call it outside a transaction."""
    with connection.cursor() as cursor:
        return _rewrite_tables(cursor) if connection.vendor == "postgresql" else _empty_log(cursor)


def _empty_log(cursor: CursorWrapper) -> Scrubbed:
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (is_busy, _frames, _moved) = cursor.fetchone()
        if not is_busy or time.monotonic() > deadline:
            return Scrubbed.BUSY if is_busy else Scrubbed.DONE
        time.sleep(_RETRY_SECONDS)


def tables() -> list[str]:
    """Return the tables with keys, with what is encrypted by these, or with what else is about a case."""
    return sorted(model._meta.db_table for model in apps.get_models() if _is_erased(model))


def _is_erased(model: type[Model]) -> bool:
    fields = model._meta.concrete_fields
    has_text = any(isinstance(field, EncryptedField) for field in fields)
    return (
        issubclass(model, EncryptedRow) or has_text or any(f.related_model in (Case, Intake) for f in fields)
    )


def _rewrite_tables(cursor: CursorWrapper) -> Scrubbed:
    if not _wait_for_readers(cursor):
        return Scrubbed.BUSY
    try:
        for table in tables():
            with transaction.atomic():
                cursor.execute("SET LOCAL statement_timeout = 0")  # a large table takes minutes
                cursor.execute("SELECT questionnaire_rewrite(%s)", [table])
    except OperationalError:
        return Scrubbed.BUSY
    except ProgrammingError:
        return Scrubbed.NOT_ALLOWED
    return Scrubbed.DONE


def _wait_for_readers(cursor: CursorWrapper) -> bool:
    """Wait until nobody sees the rows as they were, at most some seconds; return whether that is so."""
    cursor.execute("SELECT pg_current_xact_id()::xid::text")
    (now,) = cursor.fetchone()
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        cursor.execute(_OLDER_READERS, [now, now, now])
        if not cursor.fetchone()[0]:
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(_RETRY_SECONDS)


def log_position() -> tuple[str, str, bool]:
    """Return up to where PostgreSQL's own log may hold what was erased.

    Also how often it makes a checkpoint, and whether the log is archived.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN pg_is_in_recovery() THEN '' ELSE pg_current_wal_lsn()::text END,"
            " current_setting('checkpoint_timeout'), current_setting('archive_mode') <> 'off'"
        )
        position, timeout, is_archived = cursor.fetchone()
    return position, timeout, is_archived
