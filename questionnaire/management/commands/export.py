"""`export`: write everything about one case to a file, or the copy for one kind of person."""

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from errno import EEXIST
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from questionnaire.actions import proposals
from questionnaire.lifecycle.copies import OFFERED, Copy
from questionnaire.lifecycle.export import export_case
from questionnaire.management import agreed, arguments
from questionnaire.management.files import write_atomically
from questionnaire.models import Intake, Proposal, TamperedCaseError, User


class Command(BaseCommand):
    """`manage.py export UUID FILE --by USER --reason TEXT [--for WHOM]`; see its --help."""

    help = (
        "Write all that is held on the case of an intake to a new zip: every row, event and PDF, readable. "
        "With --for: the copy for one kind of person who is entitled to one. What a copy has by --with "
        "follows from what was told: read it before it goes. A second person has to agree first: it asks, "
        "and once they agreed, run it again. It is recorded as an event."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("uuid", type=UUID)
        parser.add_argument("path", type=Path, metavar="FILE")
        parser.add_argument("--by", required=True, metavar="USER", help="who decided this")
        parser.add_argument("--reason", required=True, help="why; no name of a client")
        parser.add_argument(
            "--for",
            dest="copy",
            choices=[copy.value for copy in Copy if copy is not Copy.WHOLE],
            default=Copy.WHOLE.value,
            help="client: what they told. person: whom it is about. authority: who can demand it by law",
        )
        parser.add_argument(
            "--with",
            dest="ticked",
            action="append",
            default=[],
            metavar="NAME",
            help="also this, of what the copy offers; may be repeated",
        )

    def handle(self, *_args: object, **options: Any) -> None:
        actor, intake = arguments.account(options["by"]), arguments.intake(options["uuid"])
        path: Path = options["path"]
        copy, ticked = Copy(options["copy"]), sorted(set(options["ticked"]))
        _require_offered(copy, ticked)
        what = " ".join([copy.value, *ticked])
        agreed.require_colleague(actor, intake)
        try:
            path.parent.stat()  # before the export is recorded as an event
            if path.exists():
                raise FileExistsError(EEXIST, os.strerror(EEXIST))
            archive = copy_if_agreed(actor, intake, copy, ticked, options["reason"])
            if archive is None:
                lines = agreed.ask(actor, Proposal.Kind.EXPORT, intake, what, options["reason"])
                self.stdout.writelines(f"{line}\n" for line in [_("No copy is made yet."), *lines])
                return
            write_atomically(path, archive)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except TamperedCaseError:
            raise CommandError(arguments.tampered()) from None
        self.stdout.write(_("It can be read by anyone who has this file: %(path)s") % {"path": path})
        self.stdout.write(_("Carry it encrypted. Delete it here once it was handed over."))


def _require_offered(copy: Copy, ticked: Sequence[str]) -> None:
    """Raise CommandError when the copy does not offer all of this."""
    if wrong := [name for name in ticked if name not in OFFERED[copy]]:
        offered = ", ".join(OFFERED[copy]) or "-"
        raise CommandError(
            _("%(names)s: not for this copy. It offers: %(offered)s.")
            % {"names": ", ".join(wrong), "offered": offered}
        )


def copy_if_agreed(
    actor: User, intake: Intake, copy: Copy, ticked: Sequence[str], reason: str
) -> bytes | None:
    """Return the copy that a second person agreed to, and record that it was made; None when nobody agreed.

    Raise TamperedCaseError.
    """
    with transaction.atomic():
        what = " ".join([copy.value, *ticked])
        if not proposals.carry_out(actor, Proposal.Kind.EXPORT, intake, what):
            return None
        return export_case(actor, intake, reason, copy, ticked)
