"""`send_reminders`: remind people by mail that work waits for them."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from questionnaire.actions.reminders import send_reminders
from questionnaire.domain import dates


class Command(BaseCommand):
    """`manage.py send_reminders`; see its --help."""

    help = (
        "Send a mail to everybody who asked for it and for whom work waits, once a day at most. It says how "
        "much, and nothing of a case. For a timer. Exit code 1 says that some could not be sent; the next "
        "run tries these again. Without STALKCHECK_MAIL_SERVER nothing is sent."
    )

    def handle(self, *_args: object, **_options: Any) -> None:
        if not settings.SENDS_MAIL:
            self.stdout.write(_("No mail server is set. Nothing was sent."))
            return
        result = send_reminders(dates.today())
        self.stdout.write(_("Reminders sent: %(count)s") % {"count": result.sent})
        if result.failed:
            raise CommandError(_("Reminders not sent: %(count)s") % {"count": result.failed})
