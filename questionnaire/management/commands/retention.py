"""`retention`: list and erase cases past their retention period; set the period and legal holds."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from questionnaire.lifecycle import retention
from questionnaire.lifecycle.erasure import ErasureBlockedError
from questionnaire.lifecycle.retention import Case
from questionnaire.management import arguments
from questionnaire.management.commands.erase import scrub_and_report
from questionnaire.models import Team


class Command(BaseCommand):
    """`manage.py retention`; see its --help."""

    help = (
        "List the cases that were kept long enough. Only --apply erases them. A case goes as a whole, so "
        "many days after its last change; never while it is under legal hold, and never as long as its team "
        "has not set how long it keeps."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--apply", action="store_true", help="erase them")
        act.add_argument(
            "--keep", nargs=2, metavar=("TEAM", "DAYS"), help="how long a team keeps; DAYS can be: always"
        )
        act.add_argument("--hold", type=UUID, metavar="UUID", help="place an intake under legal hold")
        act.add_argument("--release", type=UUID, metavar="UUID", help="lift its legal hold")
        parser.add_argument("--by", default="", metavar="USER", help="who decided to hold or release it")
        parser.add_argument("--reason", default="", help="why it is held or released; no name of a client")

    def handle(self, *_args: object, **options: Any) -> None:
        if options["keep"]:
            self.keep(*options["keep"])
        elif uuid := options["hold"] or options["release"]:
            self.hold(uuid, options["by"], options["reason"], is_on_hold=options["hold"] is not None)
        else:
            self.report(is_applied=options["apply"])

    def keep(self, name: str, days: str) -> None:
        team = Team.objects.filter(name=name).first()
        if team is None:
            raise CommandError(_("There is no team %(name)s.") % {"name": name})
        if days != "always" and not (days.isascii() and days.isdigit() and 0 < int(days) < 100_000):
            raise CommandError(_("Give a number of days, or: always"))
        retention.set_retention(team, None if days == "always" else int(days))
        line = (
            _("Team %(team)s keeps its cases always.")
            if days == "always"
            else _("Team %(team)s keeps a case for %(days)s days after its last change.")
        )
        self.stdout.write(line % {"team": team, "days": days})

    def hold(self, uuid: UUID, by: str, reason: str, *, is_on_hold: bool) -> None:
        intake = arguments.intake(uuid)
        if not by or not reason:
            raise CommandError(_("Say who decided this and why: --by and --reason"))
        retention.set_legal_hold(arguments.account(by), intake, reason, is_on_hold=is_on_hold)
        self.stdout.write(
            _("The case is kept until --release.") if is_on_hold else _("The legal hold is lifted.")
        )

    def report(self, *, is_applied: bool) -> None:
        erased = kept = 0
        for case in retention.expired_cases():
            is_kept = case.is_on_hold or (is_applied and not _purge(case))
            kept, erased = kept + is_kept, erased + (not is_kept)
            self.stdout.write(_describe(case, is_kept=is_kept))
        self.stdout.write(_("Past their term: %(count)s cases.") % {"count": erased + kept})
        if not is_applied:
            self.stdout.write(_("Nothing is erased. Add --apply to erase what is not under legal hold."))
            return
        self.stdout.write(_("Erased: %(erased)s. Kept: %(kept)s.") % {"erased": erased, "kept": kept})
        self.stdout.write(scrub_and_report())


def _purge(case: Case) -> bool:
    """Erase a case; return False when it is on hold or has changed meanwhile."""
    try:
        retention.purge(case)
    except ErasureBlockedError:
        return False
    return True


def _describe(case: Case, *, is_kept: bool) -> str:
    line = _("Team %(team)s, last changed %(date)s: intake %(intakes)s.") % {
        "team": case.intakes[-1].team,
        "date": localtime(case.changed_at).date(),
        "intakes": ", ".join(str(intake.uuid) for intake in case.intakes),
    }
    reason = _("It is kept: legal hold, or changed since.")
    return f"{line} {reason}" if is_kept else line
