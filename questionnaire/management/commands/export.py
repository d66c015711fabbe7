"""`export`: write everything about one case to a file, or a redacted copy for a person entitled to it."""

import os
from argparse import ArgumentParser
from errno import EEXIST
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from questionnaire.actions import proposals
from questionnaire.lifecycle.export import export_case
from questionnaire.management import agreed, arguments
from questionnaire.management.files import write_atomically
from questionnaire.models import Intake, Proposal, TamperedCaseError, User

#: The copies of a case, as what someone agrees to names them.
REDACTED: Final = "redacted"
WHOLE: Final = "whole"


class Command(BaseCommand):
    """`manage.py export UUID FILE --by USER --reason TEXT [--redacted]`; see its --help."""

    help = (
        "Write all that is held on the case of an intake to a new zip: every row, event and PDF, readable. "
        "With --redacted: a text per conversation for a person who is entitled to it, without others, the "
        "professional's own notes and what is confidential. Read it before it goes. A second person "
        "has to agree first: it asks, and once they agreed, run it again. It is recorded as an event."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("uuid", type=UUID)
        parser.add_argument("path", type=Path, metavar="FILE")
        parser.add_argument("--by", required=True, metavar="USER", help="who decided this")
        parser.add_argument("--reason", required=True, help="why; no name of a client")
        parser.add_argument("--redacted", action="store_true")

    def handle(self, *_args: object, **options: Any) -> None:
        actor, intake = arguments.account(options["by"]), arguments.intake(options["uuid"])
        path: Path = options["path"]
        what = REDACTED if options["redacted"] else WHOLE
        agreed.require_colleague(actor, intake)
        try:
            path.parent.stat()  # before the export is recorded as an event
            if path.exists():
                raise FileExistsError(EEXIST, os.strerror(EEXIST))
            if (copy := copy_if_agreed(actor, intake, what, options["reason"])) is None:
                lines = agreed.ask(actor, Proposal.Kind.EXPORT, intake, what, options["reason"])
                self.stdout.writelines(f"{line}\n" for line in [_("No copy is made yet."), *lines])
                return
            write_atomically(path, copy)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except TamperedCaseError:
            raise CommandError(arguments.tampered()) from None
        self.stdout.write(_("It can be read by anyone who has this file: %(path)s") % {"path": path})
        self.stdout.write(_("Carry it encrypted. Delete it here once it was handed over."))


def copy_if_agreed(actor: User, intake: Intake, what: str, reason: str) -> bytes | None:
    """Return the copy that a second person agreed to, and record that it was made; None when nobody agreed.

    Raise TamperedCaseError.
    """
    with transaction.atomic():
        if not proposals.carry_out(actor, Proposal.Kind.EXPORT, intake, what):
            return None
        return export_case(actor, intake, reason, is_redacted=what == REDACTED)
