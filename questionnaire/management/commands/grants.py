"""`grants`: print the SQL for a PostgreSQL role that serves the application and cannot change an event."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from questionnaire.audit.triggers import EVENT_TABLE, HEAD_TABLE, LEAF_TABLE, SEAL_TABLE
from questionnaire.lifecycle import scrubbing


class Command(BaseCommand):
    """`manage.py grants ROLE`; see its --help."""

    help = (
        "Print the SQL that lets a PostgreSQL role serve the application, for psql. Run it as the owner of "
        "the tables after each migrate. With it the role reads and writes rows; it adds events and changes "
        "none, and neither drops nor alters anything. It waits for nothing without end, also behind a "
        "pooler; to set that takes a superuser, or CREATEROLE. Migrate and restore stay with the owner."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", metavar="ROLE")

    def handle(self, *_args: object, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError(_("Only PostgreSQL has roles. See DATABASE_URL."))
        self.stdout.write("\\set ON_ERROR_STOP on")  # else psql goes on, and ends as if all went well
        for statement in _statements(connection.ops.quote_name(options["role"].replace('"', ""))):
            self.stdout.write(f"{statement};")


def _statements(role: str) -> Iterator[str]:
    yield "BEGIN"  # servers go on meanwhile: at no moment may the role do less
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
    yield f"REVOKE CREATE ON SCHEMA public FROM {role}"
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
    yield f"REVOKE ALL ON FUNCTION {scrubbing.FUNCTION}(text) FROM PUBLIC"  # a restore gives it to everybody
    yield f"GRANT EXECUTE ON FUNCTION {scrubbing.FUNCTION}(text) TO {role}"
    for table in _tables():
        rights = _RIGHTS.get(table, "SELECT, INSERT, UPDATE, DELETE")
        yield f"GRANT {rights} ON {connection.ops.quote_name(table)} TO {role}"
    yield "COMMIT"
    # Apart: whoever may not alter a role still gives the rights.
    for name, value in settings.POSTGRESQL_ROLE_SETTINGS.items():
        yield f"ALTER ROLE {role} SET {name} = '{value}'"


#: On events and seals only what adding one requires. Applied migrations are only read.
_RIGHTS: Final = {
    EVENT_TABLE: "SELECT, INSERT",
    HEAD_TABLE: "SELECT, INSERT, UPDATE",
    SEAL_TABLE: "SELECT, INSERT",
    LEAF_TABLE: "SELECT, INSERT",
    "django_migrations": "SELECT",
}


def _tables() -> list[str]:
    ours = (model._meta.db_table for model in apps.get_models(include_auto_created=True))
    cache = str(settings.CACHES["default"]["LOCATION"])
    return sorted({*ours, cache, "django_migrations"})
