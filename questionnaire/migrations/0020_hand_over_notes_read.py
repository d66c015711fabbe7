from django.db import migrations, models


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
    ]
