"""`verify_events`: check the chains of events and their seals, and name the first of each kind of fault."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaire.audit import triggers
from questionnaire.audit.chains import Head
from questionnaire.audit.faults import Fault, FaultKind
from questionnaire.audit.verification import verify
from questionnaire.management import arguments
from questionnaire.models import Event

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_EXIT_BROKEN: Final = 1
_SENTENCES: Final[Mapping[FaultKind, StrPromise]] = {
    FaultKind.CHANGED: gettext_lazy(
        "Event %(number)s of chain %(chain)s was changed, or added in the place of another."
    ),
    FaultKind.MOVED: gettext_lazy("Event %(number)s of chain %(chain)s was moved: it was %(of)s."),
    FaultKind.REMOVED: gettext_lazy("Event %(number)s of chain %(chain)s was removed."),
    FaultKind.ADDED: gettext_lazy("Event %(number)s of chain %(chain)s was added after its end."),
    FaultKind.CHAIN_CUT: gettext_lazy(
        "Chain %(chain)s was cut off before event %(number)s, together with its head: a seal has more of it."
    ),
    FaultKind.CHAIN_MISSING: gettext_lazy("Chain %(chain)s is missing."),
    FaultKind.HEAD_CHANGED: gettext_lazy(
        "The head of chain %(chain)s was changed or removed: the chain ends at event %(number)s."
    ),
    FaultKind.SEAL_CHANGED: gettext_lazy("Seal %(number)s was changed, added or moved."),
    FaultKind.SEAL_REMOVED: gettext_lazy("Seal %(number)s was removed."),
    FaultKind.ANCHOR_MISSING: gettext_lazy(
        "What anchor %(number)s names is not there: events were cut off, or an older copy was put back."
    ),
}


def _anchor(text: str) -> Head:
    try:
        return Head.parse(text)
    except ValueError:
        raise ArgumentTypeError(_("an anchor is a number, a colon and 64 characters")) from None


def _since(text: str) -> datetime:
    """Return the moment that is so long ago, or that of the last seal."""
    if text == "seal":
        return timezone.now()
    if (moment := arguments.ago(text)) is None:
        raise ArgumentTypeError(_("since is such as 30m, 1h or 7d, or: seal"))
    return moment


class Command(BaseCommand):
    """`manage.py verify_events [--since TIME] [--anchor NUMBER:MAC]`; see its --help."""

    help = (
        "Check all events, or with --since those after the last seal before then. The last line is the last "
        "seal: keep it elsewhere, on paper or with someone else. Only with --anchor does it show that an "
        "older copy of the database was put back. The exit code is 1 when something is broken."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            type=_anchor,
            metavar="NUMBER:MAC",
            help="a seal, or a head of before there were seals, that was kept elsewhere; may be repeated",
        )
        parser.add_argument(
            "--since", type=_since, metavar="TIME", help="check what is newer: 30m, 1h, 7d, or: seal"
        )

    def handle(self, *_args: object, **options: Any) -> None:
        report = verify(options["anchor"], options["since"])
        unguarded = triggers.missing(connection)
        if unguarded:
            self.stdout.write(
                _("The database does not guard its events (%(names)s). Run: python manage.py migrate")
                % {"names": ", ".join(unguarded)}
            )
        for fault in report.faults:
            self.stdout.write(_describe(fault))
        if report.faults:
            raise SystemExit(_EXIT_BROKEN)
        checked = _("All events are as they were written: %(count)s.") % {"count": report.count}
        self.stdout.write(checked)
        if report.seal:
            self.stdout.write(_("Last seal, to keep elsewhere: %(seal)s") % {"seal": report.seal})
        else:
            self.stdout.write(_("Nothing is sealed yet. Run every minute: manage.py seal_events"))


def _describe(fault: Fault) -> str:
    of = " ".join(map(str, fault.of or ()))
    sentence = str(_SENTENCES[fault.kind]) % {"chain": fault.chain, "number": fault.number, "of": of}
    event = Event.objects.filter(chain=fault.chain, number=fault.number).first() if fault.chain else None
    if event is None:
        return sentence
    stored = _("Stored there: event %(seq)s, %(code)s, %(at)s, by %(actor)s, intake %(intake)s.") % {
        "seq": event.seq,
        "code": event.code,
        "at": localtime(event.at).isoformat(" ", "seconds"),
        "actor": event.actor_id or "-",
        "intake": event.intake or "-",
    }
    return f"{sentence} {stored}"
