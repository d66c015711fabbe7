"""The database's own guard of the chain: events are only ever added, and its head only moves forward.

Triggers, so that also a statement that goes past this application is refused. They are put in place after
every migration: changing a table on SQLite drops its triggers without a word. Who owns the database can drop
them too; that is what the codes in the chain are for.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from questionnaire.models import ChainHead, Event

EVENTS: Final = Event._meta.db_table
HEAD: Final = ChainHead._meta.db_table
_REFUSAL: Final = "questionnaire_only_added"

#: By name: the table, what is refused, and when; "" is always.
_GUARDS: Final = {
    "events_never_change": (EVENTS, "UPDATE", ""),
    "events_never_go": (EVENTS, "DELETE", ""),
    "head_never_goes": (HEAD, "DELETE", ""),
    "head_moves_by_one": (HEAD, "UPDATE", "WHEN (NEW.seq <> OLD.seq + 1)"),
}
#: PostgreSQL alone empties a table without deleting its rows.
_TRUNCATE_GUARDS: Final = {"events_are_never_emptied": EVENTS, "head_is_never_emptied": HEAD}


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place, where the tables are. What is there already is made anew."""
    if not {EVENTS, HEAD} <= set(connection.introspection.table_names()):
        return
    lift(connection)
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        for statement in _creating(connection.vendor):
            cursor.execute(statement)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away. Only for `install`, and for tests that meddle or empty the tables."""
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        for name, table in _tables(connection.vendor).items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the triggers, for as long as it lasts."""
    lift(connection)
    try:
        yield
    finally:
        install(connection)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of the triggers that are not there."""
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return [name for name in _tables(connection.vendor) if name not in there]


def _tables(vendor: str) -> dict[str, str]:
    by_row = {name: table for name, (table, _verb, _when) in _GUARDS.items()}
    return {**by_row, **_TRUNCATE_GUARDS} if vendor == "postgresql" else by_row


def _creating(vendor: str) -> Iterator[str]:
    if vendor != "postgresql":
        for name, (table, verb, when) in _GUARDS.items():
            yield (
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW {when} "
                "BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END"
            )
        return
    yield (
        f"CREATE OR REPLACE FUNCTION {_REFUSAL}() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are only ever added' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for name, (table, verb, when) in _GUARDS.items():
        row = f"BEFORE {verb} ON {table} FOR EACH ROW {when}"
        yield f"CREATE TRIGGER {name} {row} EXECUTE FUNCTION {_REFUSAL}()"
    for name, table in _TRUNCATE_GUARDS.items():
        yield f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {_REFUSAL}()"
