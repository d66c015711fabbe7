"""The one Django app of this project."""

from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db import connections
from django.db.models.signals import post_migrate


class QuestionnaireConfig(AppConfig):
    """Connects signal receivers, and completes the database after each migration."""

    name = "questionnaire"

    def ready(self) -> None:
        from questionnaire import checks  # noqa: F401  (registers them)
        from questionnaire.accounts import factors, reauthentication, session_limits  # noqa: F401  (receivers)
        from questionnaire.audit import account_signals  # noqa: F401  (connects receivers)
        from questionnaire.models import row_states

        row_states.watch()
        post_migrate.connect(create_cache_table, sender=self)
        post_migrate.connect(install_event_triggers, sender=self)
        post_migrate.connect(install_rewrite_function, sender=self)


def create_cache_table(using: str, **kwargs: Any) -> None:
    """Create the cache table, which counts sign-in attempts, so that `migrate` alone sets up a database."""
    call_command("createcachetable", database=using, verbosity=0)


def install_event_triggers(using: str, **kwargs: Any) -> None:
    """Install the triggers after each migration, since altering a table can drop them."""
    from questionnaire.audit import triggers  # imports the models, which are not loaded yet with this module

    # Not those that are there: a dump, or whoever reads, would have to end first.
    if triggers.missing(connections[using]):
        triggers.install(connections[using])


def install_rewrite_function(using: str, **kwargs: Any) -> None:
    """Install what lets a role without rights erase for good, see `lifecycle.scrubbing`."""
    from questionnaire.lifecycle import scrubbing  # for the same reason

    scrubbing.install(connections[using])
