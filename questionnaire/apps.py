"""The one Django app of this project."""

from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db import connections
from django.db.models.signals import post_migrate


class QuestionnaireConfig(AppConfig):
    name = "questionnaire"

    def ready(self) -> None:
        from questionnaire import checks  # noqa: F401  (listen, and are registered)
        from questionnaire.audit import account_signals  # noqa: F401  (listen, and are registered)
        from stalkcheck import headers  # noqa: F401  (listens to who signs in)

        post_migrate.connect(make_the_cache_table, sender=self)
        post_migrate.connect(guard_the_events, sender=self)


def make_the_cache_table(using: str, **kwargs: Any) -> None:
    """`migrate` alone makes a working database, with the table in which attempts to sign in are counted."""
    call_command("createcachetable", database=using, verbosity=0)


def guard_the_events(using: str, **kwargs: Any) -> None:
    """Changing a table can drop its triggers, so they are put back after each migration."""
    from questionnaire.audit import triggers  # needs the models

    triggers.install(connections[using])
