from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("questionnaire", "0018_case_of_an_incident"),
    ]

    operations = [
        # False is what the MAC of every account says that an earlier version wrote.
        migrations.AddField(
            "user", "must_change_password", models.BooleanField(default=False, editable=False)
        ),
    ]
