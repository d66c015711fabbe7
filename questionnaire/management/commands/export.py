"""`export`: write everything about one case to a file, or a redacted copy for a person entitled to it."""

import os
from argparse import ArgumentParser
from errno import EEXIST
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from questionnaire.lifecycle.export import export_case
from questionnaire.management import arguments
from questionnaire.management.files import write_atomically
from questionnaire.models import TamperedCaseError


class Command(BaseCommand):
    """`manage.py export UUID FILE --by USER --reason TEXT [--redacted]`; see its --help."""

    help = (
        "Write all that is held on the case of an intake to a new zip: every row, event and PDF, readable. "
        "With --redacted: a text per conversation for a person who is entitled to it, without others, the "
        "professional's own notes and what is confidential. Read it before it goes. It is recorded as an "
        "event."
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
        try:
            path.parent.stat()  # before the export is recorded as an event
            if path.exists():
                raise FileExistsError(EEXIST, os.strerror(EEXIST))
            write_atomically(
                path, export_case(actor, intake, options["reason"], is_redacted=options["redacted"])
            )
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except TamperedCaseError:
            raise CommandError(arguments.tampered()) from None
        self.stdout.write(_("It can be read by anyone who has this file: %(path)s") % {"path": path})
        self.stdout.write(_("Carry it encrypted. Delete it here once it was handed over."))
