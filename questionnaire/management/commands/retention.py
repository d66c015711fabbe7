"""`retention`: list and erase cases past their retention period; set the period and legal holds."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from questionnaire.lifecycle import retention
from questionnaire.lifecycle.erasure import ErasureBlockedError
from questionnaire.management import arguments
from questionnaire.management.commands.erase import scrub_and_report
from questionnaire.management.delivered import lines_about
from questionnaire.models import Case, TamperedCaseError, Team, User


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
        act.add_argument(
            "--keep-case", nargs=2, metavar=("UUID", "DAYS"), help="the same for one case; DAYS can be: team"
        )
        act.add_argument("--hold", type=UUID, metavar="UUID", help="place a case under legal hold")
        act.add_argument("--release", type=UUID, metavar="UUID", help="lift its legal hold")
        parser.add_argument(
            "--clock-is-right",
            action="store_true",
            help="also after weeks in which nothing was recorded",
        )
        parser.add_argument("--by", default="", metavar="USER", help="who decided this about a case")
        parser.add_argument("--reason", default="", help="why; no name of a client")

    def handle(self, *_args: object, **options: Any) -> None:
        if options["keep"]:
            self.keep(*options["keep"])
        elif options["keep_case"]:
            self.keep_case(options)
        elif uuid := options["hold"] or options["release"]:
            self.hold(uuid, options["by"], options["reason"], is_on_hold=options["hold"] is not None)
        else:
            self.report(is_applied=options["apply"], is_right=options["clock_is_right"])

    def keep(self, name: str, days: str) -> None:
        team = Team.objects.filter(name=name).first()
        if team is None:
            raise CommandError(_("There is no team %(name)s.") % {"name": name})
        retention.set_retention(team, _number_of_days(days, other="always"))
        line = (
            _("Team %(team)s keeps its cases always.")
            if days == "always"
            else _("Team %(team)s keeps a case for %(days)s days after its last change.")
        )
        self.stdout.write(line % {"team": team, "days": days})

    def keep_case(self, options: dict[str, Any]) -> None:
        uuid, days = options["keep_case"]
        case, actor = arguments.intake(_uuid(uuid)).case, _decider(options["by"], options["reason"])
        retention.set_case_retention(actor, case, _number_of_days(days, other="team"), options["reason"])
        line = (
            _("The case is kept as long as its team keeps cases.")
            if days == "team"
            else _("The case is kept for %(days)s days after its last change.")
        )
        self.stdout.write(line % {"days": days})

    def hold(self, uuid: UUID, by: str, reason: str, *, is_on_hold: bool) -> None:
        case, actor = arguments.intake(uuid).case, _decider(by, reason)
        retention.set_legal_hold(actor, case, reason, is_on_hold=is_on_hold)
        self.stdout.write(
            _("The case is kept until --release.") if is_on_hold else _("The legal hold is lifted.")
        )

    def report(self, *, is_applied: bool, is_right: bool) -> None:
        if is_applied:
            retention.drop_records_before()
        erased = kept = 0
        cases = retention.expired_cases()
        doubted = {} if is_right else retention.silences(cases)
        for case in cases:
            line, left = _describe(case), lines_about(case.intakes.all())  # before it is erased
            reason = _why_kept(case, is_doubted=case.pk in doubted, is_applied=is_applied)
            kept, erased = kept + bool(reason), erased + (not reason)
            self.stdout.write(f"{line} {reason}" if reason else line)
            self.stdout.writelines(f"{each}\n" for each in ([] if reason else left))
        self.stdout.write(_("Past their term: %(count)s cases.") % {"count": erased + kept})
        if is_applied:
            self.stdout.write(_("Erased: %(erased)s. Kept: %(kept)s.") % {"erased": erased, "kept": kept})
            self.stdout.writelines(f"{line}\n" for line in scrub_and_report())
        else:
            self.stdout.write(_("Nothing is erased. Add --apply to erase what is not under legal hold."))
        if doubted and is_applied:
            raise CommandError(
                _(
                    "Cases are kept: nothing was recorded for %(days)s days after they changed. Is the clock "
                    "of this server right, %(now)s? If it is, and nobody worked then, add --clock-is-right."
                )
                % {
                    "days": max(doubted.values()).days,
                    "now": localtime().strftime("%Y-%m-%d %H:%M"),
                }
            )


def _why_kept(case: Case, *, is_doubted: bool, is_applied: bool) -> str:
    """Erase a case when that is asked; return why it is kept, "" when it is not."""
    kept = _("It is kept: legal hold, or changed since.")
    if case.legal_hold:
        return kept
    if is_doubted:
        return _("It is kept: its term passed while nothing was recorded.")
    try:
        if is_applied:
            retention.purge(case)
    except ErasureBlockedError:
        return kept
    except TamperedCaseError:
        return _("It is kept: its rights were changed outside the program. Run: manage.py verify_rights")
    return ""


def _describe(case: Case) -> str:
    uuids = case.intakes.order_by("started_at", "pk").values_list("pk", flat=True)
    return _("Team %(team)s, last changed %(date)s: intake %(intakes)s.") % {
        "team": case.team,
        "date": localtime(case.changed_at).date(),  # type: ignore[attr-defined]  # annotated
        "intakes": ", ".join(map(str, uuids)),
    }


def _number_of_days(days: str, *, other: str) -> int | None:
    """Return a number of days, or None for the other word that can be given. Raise CommandError."""
    if days == other:
        return None
    if not (days.isascii() and days.isdigit() and 0 < int(days) < 100_000):
        raise CommandError(_("Give a number of days, or: %(other)s") % {"other": other})
    return int(days)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise CommandError(_("There is no intake with this number.")) from None


def _decider(by: str, reason: str) -> User:
    if not by or not reason:
        raise CommandError(_("Say who decided this and why: --by and --reason"))
    return arguments.account(by)
