from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("questionnaire", "0024_draft_in_english"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="email",
            field=models.EmailField(blank=True, db_default="", default="", editable=False, max_length=254),
        ),
        migrations.AddField(
            model_name="user",
            name="wants_reminders",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="user",
            name="reminder_language",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name="user",
            name="reminded_on",
            field=models.DateField(editable=False, null=True),
        ),
    ]
