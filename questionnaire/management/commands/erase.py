"""`erase`: erase one intake for good: its key, its rows and its PDFs."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from questionnaire.actions import proposals
from questionnaire.lifecycle import erasure, scrubbing
from questionnaire.lifecycle.scrubbing import Scrubbed
from questionnaire.management import agreed, arguments
from questionnaire.management.delivered import lines_about
from questionnaire.models import Intake, Proposal, TamperedCaseError, User


class Command(BaseCommand):
    """`manage.py erase UUID --by USER --reason TEXT [--yes]`; see its --help."""

    help = (
        "Erase one intake with its incidents, steps, remarks and PDFs. Without --yes it only says which. "
        "With --yes it asks a second person first; once they agreed, run it again. "
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
        self.stdout.writelines(f"{line}\n" for line in lines_about([intake]))
        if not options["yes"]:
            self.stdout.write(_("Nothing is erased yet. Add --yes to erase it."))
            return
        agreed.require_colleague(actor, intake)
        try:
            is_erased = erase_if_agreed(actor, intake, options["reason"])
            lines = [] if is_erased else agreed.ask(actor, Proposal.Kind.ERASE, intake, "", options["reason"])
        except erasure.ErasureBlockedError:
            raise CommandError(_("This case is under legal hold.")) from None
        except TamperedCaseError:
            raise CommandError(arguments.tampered()) from None
        if not is_erased:
            self.stdout.writelines(f"{line}\n" for line in [_("Nothing is erased yet."), *lines])
            return
        self.stdout.write(_("Erased."))
        self.stdout.writelines(f"{line}\n" for line in scrub_and_report())


def erase_if_agreed(actor: User, intake: Intake, reason: str) -> bool:
    """Erase what a second person agreed to; return whether someone did.

    Raise ErasureBlockedError or TamperedCaseError.
    """
    with transaction.atomic():
        if intake.case.legal_hold:
            raise erasure.ErasureBlockedError
        if not proposals.carry_out(actor, Proposal.Kind.ERASE, intake):
            return False
        erasure.erase(actor, intake.uuid, reason)
    return True


def scrub_and_report() -> list[str]:
    """Scrub the files of the database, and return lines that say what was done and what is left, where."""
    result = scrubbing.scrub()
    if result is Scrubbed.NOT_ALLOWED:
        return [
            _("The keys are still in the files of the tables: this role may not write these anew."),
            _("As the owner, run: manage.py grants ROLE | psql. Then run: manage.py retention --apply"),
        ]
    if result is Scrubbed.BUSY:
        return [
            _(
                "Traces can stand in the database's files until other work is done. "
                "Run later: manage.py retention --apply"
            )
        ]
    if connection.vendor == "postgresql":
        return [*_left_by_postgresql(), _left_in_backups()]
    return [_("Nothing of it is left in the database's files."), _left_in_backups()]


def _left_by_postgresql() -> Iterator[str]:
    position, timeout, is_archived = scrubbing.log_position()
    yield _("PostgreSQL wrote the tables with keys and texts anew: none of their files has them.")
    yield _(
        "Its own log (WAL) up to %(position)s still has the keys, until PostgreSQL writes over it: not "
        "before two checkpoints (one each %(timeout)s), and not before every replica has it."
    ) % {"position": position, "timeout": timeout}
    if is_archived:
        yield _("That log is archived: the archive has the keys as long as you keep it.")


def _left_in_backups() -> str:
    now = localtime().strftime("%Y-%m-%d %H:%M")
    return _("Backups from before %(now)s still have it, until you delete them.") % {"now": now}
