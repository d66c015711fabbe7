from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("questionnaire", "0020_hand_over_notes_read"),
    ]

    operations = [
        # False is what the MAC of every account says that an earlier version wrote.
        migrations.AddField(
            "user",
            "must_change_password",
            models.BooleanField(default=False, db_default=False, editable=False),
        ),
    ]
