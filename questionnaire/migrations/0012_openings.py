"""Keep each opening of a case by break-glass as a row of its own, with who saw it."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def name_events(apps: Any, schema_editor: Any) -> None:
    """Write at each opening that there is which event has its reason: the last one of that person and case."""
    access_model, event_model = (apps.get_model("questionnaire", name) for name in ("Access", "Event"))
    of_opening = event_model.objects.filter(
        code="case.opened", actor=OuterRef("user"), case=OuterRef("case")
    ).order_by("-seq")
    access_model.objects.filter(kind="opened").update(event=Subquery(of_opening.values("seq")[:1]))


def keep_the_last(apps: Any, schema_editor: Any) -> None:
    """Remove all but the last opening by each person, as there is one row for them before this migration."""
    access_model = apps.get_model("questionnaire", "Access")
    opened = access_model.objects.filter(kind="opened")
    later = opened.filter(user=OuterRef("user"), case=OuterRef("case"), pk__gt=OuterRef("pk"))
    opened.filter(models.Exists(later)).delete()


class Migration(migrations.Migration):
    dependencies = [("questionnaire", "0011_case")]

    operations = [
        migrations.AddField("access", "event", models.BigIntegerField(null=True)),
        migrations.AddField("access", "seen_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "access",
            "seen_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RemoveConstraint("access", "one_access_of_a_kind"),
        migrations.AddConstraint(
            "access",
            models.UniqueConstraint(
                condition=~Q(kind="opened"), fields=["case", "user", "kind"], name="one_access_of_a_kind"
            ),
        ),
        migrations.RunPython(name_events, keep_the_last),
        migrations.AddIndex("access", models.Index(fields=["case", "user"], name="access_to_a_case")),
        migrations.AddIndex(
            "access",
            models.Index(
                condition=Q(kind="opened", seen_by=None), fields=["case"], name="openings_nobody_saw"
            ),
        ),
    ]
