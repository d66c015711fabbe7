"""`upgrade_cases`: give every case its key, its rights signed and one log, after the migrations."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from questionnaire.encryption.keyring import SealError
from questionnaire.lifecycle import case_keys, case_logs


class Command(BaseCommand):
    """`manage.py upgrade_cases [--undo]`; see its --help."""

    help = (
        "Give every case a key and an incident log of its own and sign who may do what in it, once, after "
        "`migrate`, while no server runs. It signs what is there: upgrade a database that you trust. With "
        "--undo: wrap the keys of intakes by the key ring again and give each its own incidents, to migrate "
        "back to the version before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--undo", action="store_true")

    def handle(self, *_args: object, **options: Any) -> None:
        if options["undo"]:
            line = _("Cases without a key again: %(count)s. Now: manage.py migrate questionnaire 0009")
            case_logs.undo()
            self.stdout.write(line % {"count": case_keys.undo()})
            return
        try:
            count = case_keys.upgrade()
            gathered = case_logs.gather()
        except case_keys.UpgradeRefusedError as error:
            line = _("Someone changed the database: these cases have to be upgraded again: %(cases)s")
            raise CommandError(line % {"cases": error}) from None
        except SealError:
            raise CommandError(_("The key ring does not open all of it. Put the right ring back.")) from None
        self.stdout.write(_("Cases that got a key: %(count)s") % {"count": count})
        self.stdout.write(_("Cases that got one incident log: %(count)s") % {"count": gathered})
