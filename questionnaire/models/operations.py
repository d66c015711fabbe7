"""Change the schema while servers of the version before go on."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations.operations import AddIndex


class AddIndexWhileServing(AddIndexConcurrently):
    """Add an index, on PostgreSQL without holding up who writes. The migration has `atomic = False`.

    One that was interrupted left an index that PostgreSQL does not use: it is made anew.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            drop_unfinished(schema_editor, self.index.name)
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
        else:
            AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)


def drop_unfinished(schema_editor: Any, name: str) -> None:
    """Drop an index that was not made to its end."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_index WHERE NOT indisvalid AND indexrelid = to_regclass(%s)", [name]
        )
        if cursor.fetchone()[0]:
            cursor.execute(f"DROP INDEX CONCURRENTLY {schema_editor.quote_name(name)}")
