"""Install database triggers that let events only be added, and the head of their chain only move forward.

Triggers also refuse a statement that bypasses this application. They are installed after every migration,
because altering a table on SQLite drops its triggers silently. The owner of the database can drop them too;
against that there are the MACs in the chain.
"""

from collections.abc import Iterator
from typing import Final

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from questionnaire.models import ChainHead, Event

EVENT_TABLE: Final = Event._meta.db_table
HEAD_TABLE: Final = ChainHead._meta.db_table
_FUNCTION: Final = "questionnaire_only_added"

#: By name: the table, the statement that is refused, and when; "" is always.
_TRIGGERS: Final = {
    "events_never_change": (EVENT_TABLE, "UPDATE", ""),
    "events_never_go": (EVENT_TABLE, "DELETE", ""),
    "head_never_goes": (HEAD_TABLE, "DELETE", ""),
    "head_moves_by_one": (HEAD_TABLE, "UPDATE", "WHEN (NEW.seq <> OLD.seq + 1)"),
}
#: Only PostgreSQL can empty a table without deleting its rows.
_TRUNCATE_TRIGGERS: Final = {"events_are_never_emptied": EVENT_TABLE, "head_is_never_emptied": HEAD_TABLE}


def install(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers, replacing those that exist; do nothing as long as the tables do not exist."""
    if not {EVENT_TABLE, HEAD_TABLE} <= set(connection.introspection.table_names()):
        return
    remove(connection)
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        for statement in _create_statements(connection.vendor):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Remove the triggers. Only for `install`, and for tests that tamper with the tables or empty them."""
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        for name, table in _tables_by_trigger(connection.vendor).items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the triggers that are missing."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        installed = {name for (name,) in cursor.fetchall()}
    return [name for name in _tables_by_trigger(connection.vendor) if name not in installed]


def _tables_by_trigger(vendor: str) -> dict[str, str]:
    tables = {name: table for name, (table, _verb, _when) in _TRIGGERS.items()}
    return {**tables, **_TRUNCATE_TRIGGERS} if vendor == "postgresql" else tables


def _create_statements(vendor: str) -> Iterator[str]:
    if vendor != "postgresql":
        for name, (table, verb, when) in _TRIGGERS.items():
            yield (
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW {when} "
                "BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END"
            )
        return
    yield (
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are only ever added' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for name, (table, verb, when) in _TRIGGERS.items():
        row = f"BEFORE {verb} ON {table} FOR EACH ROW {when}"
        yield f"CREATE TRIGGER {name} {row} EXECUTE FUNCTION {_FUNCTION}()"
    for name, table in _TRUNCATE_TRIGGERS.items():
        yield f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {_FUNCTION}()"
