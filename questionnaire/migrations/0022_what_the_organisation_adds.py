import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("questionnaire", "0021_must_change_password"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrganisationEntry",
            fields=[
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveIntegerField(default=0)),
                ("kind", models.CharField(max_length=30)),
                ("content", models.JSONField()),
                ("mac", models.CharField(default="", editable=False, max_length=72)),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="questionnaire.team",
                    ),
                ),
            ],
        ),
    ]
