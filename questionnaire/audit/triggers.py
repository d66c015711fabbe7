"""Install database triggers: events and seals are only added, and the head of a chain only moves forward.

Triggers also refuse a statement that bypasses this application. They are installed after every migration,
because altering a table on SQLite drops its triggers silently. The owner of the database can drop them too;
against that there are the MACs in the chains.
"""

from collections.abc import Iterator
from typing import Final

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from questionnaire.models import ChainHead, Event, Seal, SealLeaf

EVENT_TABLE: Final = Event._meta.db_table
HEAD_TABLE: Final = ChainHead._meta.db_table
SEAL_TABLE: Final = Seal._meta.db_table
LEAF_TABLE: Final = SealLeaf._meta.db_table
FUNCTION: Final = "questionnaire_only_added"

#: By name: the table, the statement that is refused, and when; "" is always.
_TRIGGERS: Final = {
    "events_never_change": (EVENT_TABLE, "UPDATE", ""),
    "events_never_go": (EVENT_TABLE, "DELETE", ""),
    "head_never_goes": (HEAD_TABLE, "DELETE", ""),
    "head_moves_by_one": (
        HEAD_TABLE,
        "UPDATE",
        "WHEN (NEW.number <> OLD.number + 1 OR NEW.chain <> OLD.chain)",
    ),
    "seals_never_change": (SEAL_TABLE, "UPDATE", ""),
    "seals_never_go": (SEAL_TABLE, "DELETE", ""),
    "leaves_never_change": (LEAF_TABLE, "UPDATE", ""),
    "leaves_never_go": (LEAF_TABLE, "DELETE", ""),
}
#: Only PostgreSQL can empty a table without deleting its rows.
_TRUNCATE_TRIGGERS: Final = {
    "events_are_never_emptied": EVENT_TABLE,
    "head_is_never_emptied": HEAD_TABLE,
    "seals_are_never_emptied": SEAL_TABLE,
    "leaves_are_never_emptied": LEAF_TABLE,
}
#: The names of all triggers that there can be.
NAMES: Final = frozenset({*_TRIGGERS, *_TRUNCATE_TRIGGERS})


def install(connection: BaseDatabaseWrapper) -> None:
    """Install the triggers on the tables that exist, replacing those there are."""
    remove(connection)
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        for statement in _create_statements(connection):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Remove the triggers. Only for `install`, and for tests that tamper with the tables or empty them."""
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        for name, table in _tables_by_trigger(connection).items():
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
    return [name for name in _tables_by_trigger(connection) if name not in installed]


def _tables_by_trigger(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the triggers by name, with their table, of the tables that exist."""
    tables = {name: table for name, (table, _verb, _when) in _TRIGGERS.items()}
    if connection.vendor == "postgresql":
        tables |= _TRUNCATE_TRIGGERS
    there = set(connection.introspection.table_names())
    return {name: table for name, table in tables.items() if table in there}


def _create_statements(connection: BaseDatabaseWrapper) -> Iterator[str]:
    there = _tables_by_trigger(connection)
    row_triggers = {name: of for name, of in _TRIGGERS.items() if name in there}
    if "seals_never_go" not in there and "head_moves_by_one" in there:
        # Migrations from before there were chains, on the way up or back, have the one head.
        row_triggers["head_moves_by_one"] = (HEAD_TABLE, "UPDATE", "WHEN (NEW.seq <> OLD.seq + 1)")
    if connection.vendor != "postgresql":
        for name, (table, verb, when) in row_triggers.items():
            yield (
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW {when} "
                "BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END"
            )
        return
    yield (
        f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'events are only ever added' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for name, (table, verb, when) in row_triggers.items():
        row = f"BEFORE {verb} ON {table} FOR EACH ROW {when}"
        yield f"CREATE TRIGGER {name} {row} EXECUTE FUNCTION {FUNCTION}()"
    for name, table in _TRUNCATE_TRIGGERS.items():
        if name in there:
            yield f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {FUNCTION}()"
