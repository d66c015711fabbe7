"""From 0029 on the version before runs on the schema of the next, while servers are restarted one by one."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.db import connection, migrations, models
from django.db.migrations import operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from questionnaire.models.operations import AddIndexWhileServing

#: The first that the version before may be running beside.
FIRST: Final = "0029"
#: What the version before would miss, or could break on.
NOT_BESIDE: Final = (
    *(operations.RemoveField, operations.RenameField, operations.RenameModel, operations.DeleteModel),
    *(operations.AlterUniqueTogether, operations.AddConstraint, operations.AlterModelTable),
)


def faults_of(migration: migrations.Migration) -> list[str]:
    """Return what in a migration the version before could not run beside."""
    made = {each.name.lower() for each in migration.operations if isinstance(each, operations.CreateModel)}
    faults = []
    for operation in migration.operations:
        if getattr(operation, "model_name", "").lower() in made:
            continue
        field: Any = getattr(operation, "field", None)
        if isinstance(operation, NOT_BESIDE):
            faults.append(f"{type(operation).__name__}: first in one version, then in the next")
        if type(operation) is operations.AddIndex:
            faults.append("AddIndex: AddIndexWhileServing holds nobody up")
        if isinstance(operation, operations.AddField) and not (field.null or field.has_db_default()):
            faults.append(f"AddField {operation.name}: what the version before adds has no value for it")
        if isinstance(operation, AddIndexWhileServing) and migration.atomic:
            faults.append("AddIndexWhileServing: atomic = False")
    return faults


def test_the_version_before_runs_on_the_schema_of_this_one() -> None:
    disk = MigrationLoader(None).disk_migrations
    new = {name: each for (app, name), each in disk.items() if app == "questionnaire" and name >= FIRST}

    assert len(new) >= 2
    assert {name: faults for name, each in new.items() if (faults := faults_of(each))} == {}


@pytest.mark.parametrize(
    "operation",
    [
        operations.RemoveField("event", "code"),
        operations.AddIndex("event", models.Index(fields=["code"], name="x")),
        operations.AddField("event", "note", models.TextField(default="")),
        AddIndexWhileServing("event", models.Index(fields=["code"], name="x")),
    ],
)
def test_a_migration_that_would_stop_the_version_before_is_found(operation: Any) -> None:
    migration = migrations.Migration("0099_x", "questionnaire")
    migration.operations = [operation]  # type: ignore[misc]

    assert len(faults_of(migration)) == 1


@pytest.mark.django_db(transaction=True)
def test_an_index_is_added_while_people_write_and_taken_away_again() -> None:
    def has_index() -> bool:
        with connection.cursor() as cursor:
            return "tried" in connection.introspection.get_constraints(cursor, "questionnaire_session")

    operation = AddIndexWhileServing("session", models.Index(fields=["user", "expires_at"], name="tried"))
    before = MigrationLoader(connection).project_state()
    after = before.clone()
    assert isinstance(after, ProjectState)
    operation.state_forwards("questionnaire", after)
    if connection.vendor == "postgresql":  # one that was interrupted is there, and not used
        with connection.cursor() as cursor:
            cursor.execute("CREATE INDEX tried ON questionnaire_session (expires_at)")
            cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'tried'::regclass")

    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("questionnaire", editor, before, after)
    assert has_index()
    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards("questionnaire", editor, after, before)
    assert not has_index()
