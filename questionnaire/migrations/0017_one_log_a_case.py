import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import questionnaire.encryption.fields


def name_cases(apps: Any, schema_editor: object) -> None:
    """Name the case of every incident; `upgrade_cases` encrypts it with the key of the case."""
    incidents = apps.get_model("questionnaire", "Incident").objects.all()
    intakes = apps.get_model("questionnaire", "Intake").objects.filter(pk=models.OuterRef("intake"))
    incidents.update(case=models.Subquery(intakes.values("case")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("questionnaire", "0016_case_holders"),
    ]

    operations = [
        migrations.AddField(
            "case",
            "date_order",
            models.CharField(blank=True, default="", max_length=3),
            preserve_default=False,
        ),
        migrations.AddField("incident", "batch", models.UUIDField(null=True)),
        migrations.AddField(
            "incident", "earlier", questionnaire.encryption.fields.EncryptedJSONField(null=True)
        ),
        migrations.AddField("incident", "removed_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "incident",
            "case",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="incidents",
                to="questionnaire.case",
            ),
        ),
        migrations.AlterField(
            "incident",
            "intake",
            models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="questionnaire.intake",
            ),
        ),
        migrations.CreateModel(
            name="LogImport",
            fields=[
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("until", models.DateTimeField(db_index=True)),
                ("content", questionnaire.encryption.fields.EncryptedJSONField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="log_imports",
                        to="questionnaire.case",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "by"), name="one_log_import_at_a_time")
                ],
            },
        ),
        # Last: PostgreSQL changes no table of which it still has references to check. See 0018.
        migrations.RunPython(name_cases, migrations.RunPython.noop, elidable=True),
    ]
