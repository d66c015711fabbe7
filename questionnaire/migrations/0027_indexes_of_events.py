"""Index events by what is asked of them: of one account, and in one case of one person."""

from typing import Any

from django.db import migrations, models
from django.db.models import Q

TABLE = "questionnaire_event"
ACCOUNT_CODES = (
    *("account.signed_in", "account.sign_in_refused", "account.signed_out", "account.password_changed"),
    *("account.password_renewed", "account.named", "account.reminders_chosen", "account.reminder_sent"),
    *("account.factor_added", "account.factor_removed", "account.codes_made", "account.sessions_ended"),
    *("account.made", "account.tied", "account.closed", "account.opened", "role.given", "role.taken"),
    *("organisation.contact_changed", "organisation.contact_removed", "organisation.text_changed"),
    *("team.made", "team.renamed", "case.exported"),
)


def drop_index_of_case(_apps: Any, schema_editor: Any) -> None:
    """Drop it in place: Django would copy all events for that on SQLite."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, TABLE)
    for name, each in constraints.items():
        if each["index"] and not each["unique"] and each["columns"] == ["case"]:
            schema_editor.execute(f'DROP INDEX "{name}"')


def make_index_of_case(_apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(f'CREATE INDEX "{TABLE}_case" ON "{TABLE}" ("case")')


class Migration(migrations.Migration):
    dependencies = [("questionnaire", "0026_event_chains")]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["case", "actor"], name="events_of_a_case"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                fields=["actor", "at"], condition=Q(code__in=ACCOUNT_CODES), name="by_an_account"
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                fields=["subject", "at"], condition=Q(code__in=ACCOUNT_CODES), name="about_an_account"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_index_of_case, make_index_of_case)],
            state_operations=[
                migrations.AlterField(
                    model_name="event", name="case", field=models.UUIDField(null=True)
                ),
            ],
        ),
    ]
