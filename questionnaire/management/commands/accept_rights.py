"""`accept_rights`: sign the rights in a case again after something else than the program changed them."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from questionnaire.lifecycle.case_rights import accept_rights
from questionnaire.management import arguments
from questionnaire.models import Case


class Command(BaseCommand):
    """`manage.py accept_rights CASE --by USER --reason TEXT [--yes]`; see its --help."""

    help = (
        "Show who may do what in a case that verify_rights named. First put right what is wrong in it. Only "
        "with --yes are its rights signed as they are, so that the case opens again, and an event recorded."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("case", type=UUID, metavar="CASE")
        parser.add_argument("--by", required=True, metavar="USER", help="who decided this")
        parser.add_argument("--reason", required=True, help="why; no name of a client")
        parser.add_argument("--yes", action="store_true")

    def handle(self, *_args: object, **options: Any) -> None:
        actor = arguments.account(options["by"])
        with transaction.atomic():  # so that what is shown is what is signed
            case = Case.objects.select_for_update().filter(pk=options["case"]).first()
            if case is None:
                raise CommandError(_("There is no case with this number."))
            for line in _describe(case):
                self.stdout.write(line)
            if not options["yes"]:
                self.stdout.write(_("Nothing is signed yet. Add --yes to accept these rights."))
                return
            has_intakes = case.intakes.exists()
            accept_rights(actor, case, options["reason"])
        self.stdout.write(
            _("The rights are signed. The case opens again.")
            if has_intakes
            else _("The case has no conversation any more, and is erased.")
        )


def _describe(case: Case) -> Iterator[str]:
    """Yield a line for each thing that decides who may do what in the case."""
    shield = _("shielded") if case.shielded else _("not shielded")
    yield _("Case %(case)s of team %(team)s: %(shield)s.") % {
        "case": case.pk,
        "team": case.team,
        "shield": shield,
    }
    for intake in case.intakes.defer("content").select_related("author", "team").order_by("started_at", "pk"):
        yield _("Intake %(intake)s of team %(team)s: author %(author)s, state %(state)s.") % {
            "intake": intake.pk,
            "team": intake.team,
            "author": intake.author.username,
            "state": intake.state,
        }
        if intake.previous_id:
            yield "  " + _("It follows %(intake)s.") % {"intake": intake.previous_id}
        if intake.corrects_id:
            yield "  " + _("It corrects %(intake)s.") % {"intake": intake.corrects_id}
    for access in case.access.select_related("user", "seen_by").order_by("pk"):
        until = _(", until %(until)s") % {"until": access.until} if access.until else ""
        seen = _(", seen by %(who)s") % {"who": access.seen_by.username} if access.seen_by else ""
        yield f"{access.user.username}: {access.kind}{until}{seen}"
