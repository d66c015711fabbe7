"""`restore`: replace an empty database by a backup, and check the result."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from questionnaire.lifecycle import backup
from questionnaire.management.commands.backup import error_line


class Command(BaseCommand):
    """`manage.py restore FILE`; see its --help."""

    help = (
        "Put a backup in the place of an empty database, while no server runs. Put the key ring back first. "
        "It ends with what is there now, whether the ring opens it, and whether all events and rights are "
        "whole. Nobody is signed in afterwards."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE")

    def handle(self, *_args: object, **options: Any) -> None:
        path: Path = options["path"]
        try:
            backup.restore(path)
        except backup.TargetInUseError:
            raise CommandError(_("The database is in use. Restore into an empty one.")) from None
        except (backup.BackupError, OSError) as error:
            raise CommandError(error_line(error, path)) from None
        call_command("migrate", interactive=False, verbosity=0)
        call_command("upgrade_cases", stdout=self.stdout)
        call_command("update_levels", stdout=self.stdout, stderr=self.stderr)
        backup.end_everything()
        for table, count in backup.row_counts().items():
            self.stdout.write(f"{table}: {count}")
        if closed := backup.count_unopenable_keys():
            raise CommandError(
                _("The key ring at %(path)s does not open %(count)s of these. Put the right ring back.")
                % {"path": settings.KEYRING_PATH, "count": closed}
            )
        self.stdout.write(_("The key ring opens all of it."))
        call_command("verify_events", stdout=self.stdout)
        call_command("verify_rights", stdout=self.stdout)
