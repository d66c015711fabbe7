"""`verify_events`: check the chain of events, and name the first event that is broken."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from questionnaire.audit import triggers
from questionnaire.audit.log import Head, verify
from questionnaire.models import Event

_EXIT_BROKEN: Final = 1


def _anchor(text: str) -> Head:
    try:
        return Head.parse(text)
    except ValueError:
        raise ArgumentTypeError(_("an anchor is a number, a colon and 64 characters")) from None


class Command(BaseCommand):
    """`manage.py verify_events [--anchor SEQ:MAC]`; see its --help."""

    help = (
        "Read all events and check the chain. The last line is its head: keep it elsewhere, on paper or with "
        "someone else. Only with --anchor does it show that the newest events were cut off together with "
        "the head, or that an older copy of the database was put back. The exit code is 1 when it is broken."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            type=_anchor,
            metavar="SEQ:MAC",
            help="a head that was kept elsewhere; may be given more than once",
        )

    def handle(self, *_args: object, **options: Any) -> None:
        result = verify(options["anchor"])
        unguarded = triggers.missing(connection)
        if unguarded:
            self.stdout.write(
                _("The database does not guard its events (%(names)s). Run: python manage.py migrate")
                % {"names": ", ".join(unguarded)}
            )
        if result.first_broken is None:
            self.stdout.write(
                _("All events are as they were written: %(count)s.") % {"count": result.head.seq}
            )
            if result.head.seq:
                self.stdout.write(_("Head, to keep elsewhere: %(head)s") % {"head": result.head})
            return
        self.stdout.write(
            _("The first broken event is number %(seq)s: it was changed, removed, added or moved.")
            % {"seq": result.first_broken}
        )
        self.stdout.write(_describe_stored(result.first_broken))
        raise SystemExit(_EXIT_BROKEN)


def _describe_stored(seq: int) -> str:
    event = Event.objects.filter(seq=seq).first()
    if event is None:
        return _("No event with this number is stored.")
    return _("Stored under this number: %(code)s, %(at)s, by %(actor)s, intake %(intake)s.") % {
        "code": event.code,
        "at": localtime(event.at).isoformat(" ", "seconds"),
        "actor": event.actor_id or "-",
        "intake": event.intake or "-",
    }
