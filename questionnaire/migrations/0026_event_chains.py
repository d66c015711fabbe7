"""Give each case and each account a chain of events of its own, and seal the one that there was.

Events keep their numbers and their MACs, in a chain of their own: its head is under the first seal. It needs
the key ring, and no server may run meanwhile.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from questionnaire.audit import triggers
from questionnaire.lifecycle import event_chains


class AddColumn(migrations.AddField):
    """Adds a column with a constant default in place, also on SQLite, where Django would copy the table."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        field = model._meta.get_field(self.name)
        BaseDatabaseSchemaEditor.add_field(schema_editor, model, field)


def remove_triggers(apps: Any, schema_editor: Any) -> None:
    """Let the events be completed; the triggers are installed again after the migration."""
    triggers.remove(schema_editor.connection)


def move_over(apps: Any, schema_editor: Any) -> None:
    event_chains.move_over(apps)
    check_constraints_now(schema_editor)


def move_back(apps: Any, schema_editor: Any) -> None:
    event_chains.move_back(apps)
    check_constraints_now(schema_editor)


def check_constraints_now(schema_editor: Any) -> None:
    """Let PostgreSQL alter the tables in this transaction: it refuses as long as a check waits for its end."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


def make_sequence(apps: Any, schema_editor: Any) -> None:
    """Let PostgreSQL number the events of all chains, after those that there are."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE SEQUENCE questionnaire_event_numbers")
        schema_editor.execute(
            "SELECT setval('questionnaire_event_numbers', (SELECT coalesce(max(seq), 0) + 1 FROM questionnaire_event), false)"
        )


def drop_sequence(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP SEQUENCE questionnaire_event_numbers")


class Migration(migrations.Migration):
    dependencies = [("questionnaire", "0025_reminders")]

    operations = [
        migrations.RunPython(remove_triggers, remove_triggers),
        migrations.RemoveIndex(model_name="event", name="subjects_of_events"),
        AddColumn("event", "version", models.PositiveSmallIntegerField(default=2, db_default=1)),
        AddColumn("event", "chain", models.CharField(max_length=41, db_default="before")),
        AddColumn("event", "number", models.BigIntegerField(db_default=0)),
        AddColumn("event", "subject", models.BigIntegerField(null=True)),
        AddColumn("event", "details", models.JSONField(null=True)),
        AddColumn("event", "role", models.CharField(max_length=60, default="", db_default="")),
        AddColumn("event", "right", models.CharField(max_length=20, default="", db_default="")),
        AddColumn("event", "source", models.CharField(max_length=100, default="", db_default="")),
        AddColumn("event", "os_user", models.CharField(max_length=100, default="", db_default="")),
        AddColumn("event", "request_id", models.CharField(max_length=16, default="", db_default="")),
        migrations.RenameModel("ChainHead", "OneHead"),
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("chain", models.CharField(max_length=41, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(default=0)),
                ("mac", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField(db_index=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("root", models.CharField(max_length=64)),
                ("leaf_count", models.PositiveIntegerField()),
                ("key_id", models.CharField(max_length=8)),
                ("mac", models.CharField(max_length=64)),
            ],
            options={"ordering": ["number"]},
        ),
        migrations.CreateModel(
            name="SealLeaf",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chain", models.CharField(max_length=41)),
                ("number", models.BigIntegerField()),
                ("mac", models.CharField(max_length=64)),
                (
                    "seal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leaves",
                        to="questionnaire.seal",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="sealleaf",
            constraint=models.UniqueConstraint(fields=("chain", "number"), name="one_leaf_a_head"),
        ),
        migrations.RunPython(move_over, move_back),
        migrations.DeleteModel("OneHead"),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.UniqueConstraint(models.F("chain"), models.F("number"), name="one_event_a_number"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(
                    ("code__in", ("role.given", "role.taken", "account.closed", "account.opened"))
                ),
                fields=["subject", "seq"],
                name="subjects_of_events",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["code", "at"], name="events_by_code"),
        ),
        migrations.RunPython(make_sequence, drop_sequence),
        migrations.RunPython(migrations.RunPython.noop, remove_triggers),
    ]
