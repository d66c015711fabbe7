"""Write in the database as someone does who has it and not the key ring: by SQL, past the program."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection

from questionnaire.encryption import keyring


def execute(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def rows_of(table: str) -> list[dict[str, Any]]:
    """Return every row of a table as the database holds it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")  # noqa: S608  (a name in a test)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def put(table: str, row: dict[str, Any]) -> None:
    """Insert a row as it is given."""
    marks = ", ".join(["%s"] * len(row))
    names = ", ".join(map(connection.ops.quote_name, row))
    execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", *row.values())  # noqa: S608


def every_text() -> Iterator[str]:
    """Yield every value in every table as text."""
    for table in connection.introspection.table_names():
        for row in rows_of(table):
            for value in row.values():
                yield bytes(value).decode("latin1") if isinstance(value, bytes | memoryview) else str(value)


def use_other_ring(folder: Path, settings: Any) -> None:
    """Go on as another installation would, with a key ring of its own."""
    settings.KEYRING_PATH = folder / f"{secrets.token_hex(4)}.json"
    keyring.create(settings.KEYRING_PATH)
