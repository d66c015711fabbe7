"""Let there be auditors, and index events by when they were and by who did them."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from questionnaire.models.operations import AddIndexWhileServing

TABLE = "questionnaire_event"


def drop_index_of_actor(_apps: Any, schema_editor: Any) -> None:
    """Drop it in place: Django would copy all events for that on SQLite."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, TABLE)
    for name, each in constraints.items():
        if each["index"] and not each["unique"] and each["columns"] == ["actor_id"]:
            while_serving = "CONCURRENTLY" if connection.vendor == "postgresql" else ""
            schema_editor.execute(f'DROP INDEX {while_serving} "{name}"')


def make_index_of_actor(_apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(f'CREATE INDEX "{TABLE}_actor_id" ON "{TABLE}" ("actor_id")')


class Migration(migrations.Migration):
    dependencies = [("questionnaire", "0029_installation")]
    # On PostgreSQL an index is made and dropped outside a transaction.
    atomic = False

    operations = [
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("professional", "professional"),
                    ("reviewer", "reviewer"),
                    ("manager", "manager"),
                    ("administrator", "administrator"),
                    ("auditor", "auditor"),
                ],
                max_length=13,
            ),
        ),
        AddIndexWhileServing(
            model_name="event", index=models.Index(fields=["at", "seq"], name="events_in_time")
        ),
        # It begins with the actor, so it stands for the index that the foreign key had.
        AddIndexWhileServing(
            model_name="event", index=models.Index(fields=["actor", "at"], name="events_of_a_person")
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_index_of_actor, make_index_of_actor)],
            state_operations=[
                migrations.AlterField(
                    model_name="event",
                    name="actor",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
