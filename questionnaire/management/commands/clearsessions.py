"""`clearsessions`: remove the sessions that are over."""

from typing import Any

from django.core.management.base import BaseCommand

from questionnaire.accounts.session_store import SessionStore


class Command(BaseCommand):
    """`manage.py clearsessions`; see its --help."""

    help = (
        "Remove the sessions that are over. Each sign-in does so too; run this when nobody signs in for long."
    )

    def handle(self, *_args: object, **_options: Any) -> None:
        SessionStore.clear_expired()
