"""`deliver`: put signed documents where the organisation keeps its files."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from questionnaire.actions import deliveries
from questionnaire.management import arguments
from questionnaire.models import Delivery
from questionnaire.queries.deliveries import counts, not_delivered

_FAILED = "failed"


class Command(BaseCommand):
    """`manage.py deliver [--status | --again UUID]`; see its --help."""

    help = (
        "Deliver the signed documents that wait, to what STALKCHECK_DELIVER names. For a timer. What fails "
        "is tried again, later each time, but not what a server refuses. The exit code is 1 when something "
        "was not delivered."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--status", action="store_true", help="what was not delivered, and why")
        act.add_argument(
            "--again",
            type=_intake_or_failed,
            metavar="UUID",
            help="deliver an intake again, or: failed",
        )

    def handle(self, *_args: object, **options: Any) -> None:
        if options["status"]:
            self.status()
        elif options["again"]:
            self.again(options["again"])
        else:
            self.deliver()

    def deliver(self) -> None:
        if not settings.DELIVERY:
            self.stdout.write(_("STALKCHECK_DELIVER is not set. Nothing was delivered."))
            return
        run = deliveries.deliver_due(settings.DELIVERY)
        self.stdout.write(_("Delivered: %(count)s") % {"count": run.delivered})
        if run.failed:
            raise CommandError(_("Not delivered: %(count)s. See: --status") % {"count": run.failed})

    def status(self) -> None:
        for delivery in not_delivered():
            self.stdout.write(_describe(delivery))
        line = _("Delivered: %(delivered)s. Waiting: %(waiting)s. Failed: %(failed)s.")
        self.stdout.write(line % counts())

    def again(self, which: UUID | str) -> None:
        if isinstance(which, UUID):
            try:
                count = int(deliveries.deliver_again(arguments.intake(which)))
            except deliveries.NotSignedError:
                raise CommandError(_("This intake is not signed off.")) from None
        else:
            count = deliveries.retry_failed()
        self.stdout.write(_("For the next run: %(count)s") % {"count": count})


def _intake_or_failed(text: str) -> UUID | str:
    try:
        return text if text == _FAILED else UUID(text)
    except ValueError:
        raise ArgumentTypeError(_("must be the UUID of an intake, or: failed")) from None


def _describe(delivery: Delivery) -> str:
    values = {
        "intake": delivery.intake_id,
        "tries": delivery.tries,
        "error": delivery.error or "-",
        "place": delivery.place or "-",
        "next": localtime(delivery.next_try_at).isoformat(" ", "minutes"),
    }
    if delivery.state == Delivery.State.FAILED:
        line = _("Intake %(intake)s failed: %(error)s, at try %(tries)s, to %(place)s.")
    else:
        line = _("Intake %(intake)s waits: try %(tries)s, %(error)s, to %(place)s. Next try: %(next)s.")
    return line % values
