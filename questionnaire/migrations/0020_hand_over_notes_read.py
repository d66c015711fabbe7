from typing import Any

from django.db import migrations, models


def read_those_of_before(apps: Any, schema_editor: Any) -> None:
    """Take every note of before as read: nobody could say that they read it."""
    handover_model = apps.get_model("questionnaire", "Handover")
    handover_model.objects.filter(read_at=None).update(read_at=models.F("at"))


class Migration(migrations.Migration):
    dependencies = [
        ("questionnaire", "0019_search_any_part"),
    ]

    operations = [
        migrations.AddField("handover", "read_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "handover",
            models.Index(fields=["to"], condition=models.Q(read_at=None), name="hand_over_notes_not_read"),
        ),
        migrations.RunPython(read_those_of_before, migrations.RunPython.noop),
    ]
