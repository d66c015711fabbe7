from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("questionnaire", "0023_tour_is_closed"),
    ]

    operations = [
        migrations.AlterField(
            model_name="intake",
            name="state",
            field=models.CharField(
                choices=[
                    ("concept", "draft"),
                    ("submitted", "handed in for review"),
                    ("returned", "returned with questions"),
                    ("signed_off", "signed off"),
                ],
                default="concept",
                max_length=12,
            ),
        ),
    ]
