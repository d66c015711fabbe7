from typing import Any

from django.db import migrations

_BATCH = 2000


def make_keys_again(apps: Any, schema_editor: Any) -> None:
    """Store each search key as it is made now: without accents, and with pictures."""
    from questionnaire.models import reference_key

    Case = apps.get_model("questionnaire", "Case")
    changed = []
    for case in Case.objects.only("reference", "reference_key").iterator(_BATCH):
        key = reference_key(case.reference)
        if key != case.reference_key:
            case.reference_key = key
            changed.append(case)
    Case.objects.bulk_update(changed, ["reference_key"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [
        ("questionnaire", "0018_case_of_an_incident"),
    ]

    operations = [
        migrations.RunPython(make_keys_again, migrations.RunPython.noop),
    ]
