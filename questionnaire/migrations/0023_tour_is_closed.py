from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("questionnaire", "0022_what_the_organisation_adds"),
    ]

    operations = [
        migrations.AddField(
            "user", "tour_is_closed", models.BooleanField(default=False, db_default=False, editable=False)
        ),
    ]
