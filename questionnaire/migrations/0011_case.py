"""Make a case of every id that intakes and access rights shared, and give it what each of these had copied.

The data keys stay as they are: wrapping those of the intakes by the key of their case needs the key ring, and is
done by `manage.py upgrade_cases`. To go back, first run `manage.py upgrade_cases --undo`.
"""

import uuid
from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import Exists, OuterRef, Subquery

from questionnaire.audit import triggers


def make_cases(apps: Any, schema_editor: Any) -> None:
    """Make the cases, and write at each event which case it belongs to."""
    intake_model, case_model = (apps.get_model("questionnaire", name) for name in ("Intake", "Case"))
    columns = ("case", "team", "reference", "reference_key", "shielded", "legal_hold", "started_at")
    cases: dict[uuid.UUID, Any] = {}
    for pk, team, reference, key, is_shielded, is_on_hold, started_at in (
        intake_model.objects.order_by("started_at", "pk").values_list(*columns).iterator()
    ):
        case = cases.setdefault(
            pk,
            case_model(
                pk=pk,
                team_id=team,
                reference=reference,
                reference_key=key,
                opened_at=started_at,
                wrapped_key=b"",
            ),
        )
        # A case was erased as a whole, and so kept as long as one intake of it was on hold.
        case.shielded, case.legal_hold = case.shielded or is_shielded, case.legal_hold or is_on_hold
    case_model.objects.bulk_create(cases.values(), batch_size=500)

    access_model, event_model = (apps.get_model("questionnaire", name) for name in ("Access", "Event"))
    access_model.objects.exclude(Exists(case_model.objects.filter(pk=OuterRef("case")))).delete()
    triggers.remove(schema_editor.connection)  # they are installed again after the migration
    of_event = intake_model.objects.filter(pk=OuterRef("intake")).values("case")[:1]
    event_model.objects.exclude(intake=None).update(case=Subquery(of_event))
    _check_constraints_now(schema_editor)


def unmake_cases(apps: Any, schema_editor: Any) -> None:
    """Copy back to each intake what its case has. Refuse while the keys of intakes need that of their case."""
    intake_model, case_model = (apps.get_model("questionnaire", name) for name in ("Intake", "Case"))
    if case_model.objects.exclude(wrapped_key=b"").exists():
        raise RuntimeError("First run: manage.py upgrade_cases --undo")
    of_intake = case_model.objects.filter(pk=OuterRef("case"))
    columns = ("reference", "reference_key", "shielded", "legal_hold")
    intake_model.objects.update(**{column: Subquery(of_intake.values(column)[:1]) for column in columns})
    _check_constraints_now(schema_editor)


def _check_constraints_now(schema_editor: Any) -> None:
    """Let PostgreSQL alter the tables in this transaction: it refuses as long as a check waits for its end."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [("questionnaire", "0010_sealed_accounts")]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("wrapped_key", models.BinaryField()),
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("reference", models.CharField(max_length=100)),
                ("reference_key", models.CharField(max_length=200)),
                ("shielded", models.BooleanField(default=False)),
                ("legal_hold", models.BooleanField(default=False)),
                ("retention_days", models.PositiveIntegerField(null=True)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("rights_event", models.BigIntegerField(default=0)),
                ("mac", models.CharField(blank=True, max_length=72)),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="questionnaire.team",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="event",
            name="case",
            field=models.UUIDField(db_index=True, null=True),
        ),
        migrations.RemoveIndex(model_name="intake", name="shielded_of_a_team"),
        migrations.RemoveIndex(model_name="intake", name="references_of_a_team"),
        migrations.RunPython(make_cases, unmake_cases),
        migrations.AlterField(
            model_name="access",
            name="case",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="access",
                to="questionnaire.case",
            ),
        ),
        migrations.AlterField(
            model_name="intake",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="intakes", to="questionnaire.case"
            ),
        ),
        # With a default, so that a database can go back.
        migrations.AlterField("intake", "reference", models.CharField(max_length=100, default="")),
        migrations.AlterField("intake", "reference_key", models.CharField(max_length=200, default="")),
        migrations.RemoveField(model_name="intake", name="legal_hold"),
        migrations.RemoveField(model_name="intake", name="reference"),
        migrations.RemoveField(model_name="intake", name="reference_key"),
        migrations.RemoveField(model_name="intake", name="shielded"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("shielded", True)), fields=["team"], name="shielded_of_a_team"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["team", "reference_key", "uuid"],
                name="references_of_a_team",
                opclasses=["int8_ops", "varchar_pattern_ops", "uuid_ops"],
            ),
        ),
    ]
