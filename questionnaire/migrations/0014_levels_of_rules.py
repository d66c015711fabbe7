"""Say by which edition of the rules an intake has its levels, and whom the change of rules was told.

What is stored has the levels of the first edition. `manage.py update_levels` computes those of now; `bin/serve`
runs it.
"""

from django.db import migrations, models

import questionnaire.models.accounts


class Migration(migrations.Migration):
    dependencies = [
        ("questionnaire", "0013_rights_of_cases"),
    ]

    operations = [
        migrations.AddField(
            model_name="intake",
            name="rules_version",
            field=models.PositiveSmallIntegerField(db_index=True, default=1),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="intake",
            name="signed_urgency",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="intake",
            name="signed_rules_version",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="rules_told",
            field=models.PositiveSmallIntegerField(default=1, editable=False),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="user",
            name="rules_told",
            field=models.PositiveSmallIntegerField(
                default=questionnaire.models.accounts.current_rules, editable=False
            ),
        ),
    ]
