"""Find what is in the database besides tables that this program did not make, such as a trigger.

Whoever writes the database can add a trigger or a view that changes rows when the program writes. A MAC shows
what it changed; this names the thing itself, and keeps a backup with one from being restored.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

from questionnaire.audit import triggers
from questionnaire.lifecycle import scrubbing

_OURS: Final = frozenset({*triggers.NAMES, triggers.FUNCTION, scrubbing.FUNCTION})
_IN_SQLITE: Final = "SELECT type, name FROM sqlite_schema WHERE type NOT IN ('table', 'index') ORDER BY name"
_IN_POSTGRESQL: Final = """
SELECT 'trigger', tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
 WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
UNION SELECT 'rule', rulename FROM pg_rewrite JOIN pg_class ON pg_class.oid = ev_class
 WHERE rulename <> '_RETURN' AND relnamespace = current_schema()::regnamespace
UNION SELECT 'view', relname FROM pg_class
 WHERE relkind IN ('v', 'm', 'f') AND relnamespace = current_schema()::regnamespace
UNION SELECT 'function', proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
UNION SELECT 'event trigger', evtname FROM pg_event_trigger
ORDER BY 2
"""
#: A line of `pg_restore --list` about something that runs: its kind, and its name with what follows it.
_LISTED: Final = re.compile(
    r"^\d+; \d+ \d+ (EVENT TRIGGER|TRIGGER|MATERIALIZED VIEW|VIEW|FOREIGN TABLE|RULE|FUNCTION|PROCEDURE"
    r"|AGGREGATE|OPERATOR|CAST|TRANSFORM|POLICY|PROCEDURAL LANGUAGE|SUBSCRIPTION)(?! DATA) \S+ (.+) \S+$"
)


class UnknownObjectsError(Exception):
    """There are things that this program did not make; `names` has them, such as "trigger x"."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(names)
        self.names = names


def refuse_unknown(found: Iterable[tuple[str, str]]) -> None:
    """Raise UnknownObjectsError when this program did not make all of these, given by kind and name."""
    if names := [f"{kind} {name}" for kind, name in found if name not in _OURS]:
        raise UnknownObjectsError(names)


def unknown(connection: BaseDatabaseWrapper) -> list[str]:
    """Return what is in the database that this program did not make."""
    query = _IN_POSTGRESQL if connection.vendor == "postgresql" else _IN_SQLITE
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = cursor.fetchall()
    return [f"{kind} {name}" for kind, name in found if name not in _OURS]


def of_sqlite(execute: Callable[[str], Iterable[Any]]) -> list[tuple[str, str]]:
    """Return kind and name of what is in a file of SQLite besides tables and indexes."""
    return [(str(kind), str(name)) for kind, name in execute(_IN_SQLITE)]


def of_list(listing: str) -> list[tuple[str, str]]:
    """Return kind and name of what runs in a dump, from what `pg_restore --list` prints."""
    found = [match for line in listing.splitlines() if (match := _LISTED.match(line))]
    # A trigger and a rule are listed after their table, a function with its arguments.
    return [(match[1].lower(), match[2].split("(")[0].split()[-1]) for match in found]
