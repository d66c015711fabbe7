"""`restore`: replace an empty database by a backup, and check the result."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from questionnaire.encryption import keyring
from questionnaire.lifecycle import backup, backup_signature
from questionnaire.lifecycle.schema_objects import UnknownObjectsError
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
        parser.add_argument(
            "--unsigned",
            action="store_true",
            help="also without a signature, as one of before they were signed: anyone can have changed it",
        )

    def handle(self, *_args: object, **options: Any) -> None:
        path: Path = options["path"]
        try:
            backup.restore(path, is_signed=not options["unsigned"])
        except backup_signature.SignatureError as error:
            raise CommandError("\n".join(_why(error, path))) from None
        except UnknownObjectsError as error:
            raise CommandError(
                _("This program did not make all that is in %(path)s, so nothing is restored: %(names)s.")
                % {"path": path, "names": ", ".join(error.names)}
            ) from None
        except keyring.KeyRingError as error:
            raise CommandError(str(error)) from None
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


def _why(error: backup_signature.SignatureError, path: Path) -> Iterator[str]:
    """Return the lines that say why a backup is not restored."""
    signature = backup_signature.path_of(path)
    if isinstance(error, backup_signature.UnsignedError):
        yield _("There is no signature at %(path)s. Put it back beside the backup.") % {"path": signature}
        yield _("If there never was one, add --unsigned. Then trust nothing that the checks do not confirm.")
    elif isinstance(error, backup_signature.UnknownKeyError):
        yield _(
            "The key ring at %(path)s does not have key %(key)s, with which this backup was signed. "
            "Put the right ring back."
        ) % {"path": settings.KEYRING_PATH, "key": error.key_id}
    elif isinstance(error, backup_signature.ChangedError):
        yield _("%(path)s is not what was backed up. Restore another one.") % {"path": path}
        yield from map(_described, error.differences)


def _described(difference: backup_signature.Difference) -> str:
    if not difference.table:
        return _("The schema is another one.")
    return _("%(table)s: other rows. There were %(then)s, and now there are %(now)s.") % {
        "table": difference.table,
        "then": difference.then or 0,
        "now": difference.now or 0,
    }
