"""`clearsessions`: remove the sessions that are over, and what waited too long."""

from typing import Any

from django.core.management.base import BaseCommand

from questionnaire.accounts.session_store import SessionStore
from questionnaire.actions.log_imports import delete_expired
from questionnaire.actions.proposals import lapse_those_over


class Command(BaseCommand):
    """`manage.py clearsessions`; see its --help."""

    help = (
        "Remove the sessions that are over, and opened logs that waited longer than an hour. Each sign-in "
        "and each look at a log does so too; run this when nobody comes for long. Also record which requests "
        "to a second person are over."
    )

    def handle(self, *_args: object, **_options: Any) -> None:
        SessionStore.clear_expired()
        delete_expired()
        lapse_those_over()
