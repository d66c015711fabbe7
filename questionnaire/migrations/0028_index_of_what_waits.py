"""Index what waits for a reviewer, in the order in which it is shown."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("questionnaire", "0027_indexes_of_events")]

    operations = [
        migrations.AddIndex(
            model_name="intake",
            index=models.Index(
                fields=["team", "state", "-rank", "submitted_at", "uuid"], name="waits_for_a_reviewer"
            ),
        ),
    ]
