import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("questionnaire", "0017_one_log_a_case"),
    ]

    operations = [
        migrations.AlterField(
            "incident",
            "case",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="incidents", to="questionnaire.case"
            ),
        ),
        migrations.AddField("intake", "keeps_level", models.BooleanField(default=False)),
    ]
