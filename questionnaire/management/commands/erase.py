"""`erase`: erase one intake for good: its key, its rows and its PDFs."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from questionnaire.lifecycle import erasure
from questionnaire.management import arguments
from questionnaire.models import TamperedCaseError


class Command(BaseCommand):
    """`manage.py erase UUID --by USER --reason TEXT [--yes]`; see its --help."""

    help = (
        "Erase one intake with its incidents, steps, remarks and PDFs. Without --yes it only says which. "
        "The events that tell of it stay, and so do backups made before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("uuid", type=UUID)
        parser.add_argument("--by", required=True, metavar="USER", help="who decided this")
        parser.add_argument("--reason", required=True, help="why; no name of a client")
        parser.add_argument("--yes", action="store_true")

    def handle(self, *_args: object, **options: Any) -> None:
        actor, intake = arguments.account(options["by"]), arguments.intake(options["uuid"])
        self.stdout.write(
            _("Intake %(intake)s of team %(team)s, last changed %(date)s.")
            % {"intake": intake.uuid, "team": intake.team, "date": localtime(intake.changed_at).date()}
        )
        if not options["yes"]:
            self.stdout.write(_("Nothing is erased yet. Add --yes to erase it."))
            return
        try:
            erasure.erase(actor, intake.uuid, options["reason"])
        except erasure.ErasureBlockedError:
            raise CommandError(_("This case is under legal hold.")) from None
        except TamperedCaseError:
            raise CommandError(arguments.tampered()) from None
        self.stdout.write(_("Erased."))
        self.stdout.write(scrub_and_report())


def scrub_and_report() -> str:
    """Scrub the files of the database, and return a line that says what may be left."""
    if not erasure.scrub():
        return _(
            "Traces can stand in the database's log until other work is done. "
            "Run later: manage.py retention --apply"
        )
    if connection.vendor == "postgresql":
        return _(
            "PostgreSQL wrote the tables with keys anew. "
            "Its own log can still hold the key for some time: see docs/privacy.md."
        )
    return _("Nothing of it is left in the database's files. Older backups still hold it until they go.")
