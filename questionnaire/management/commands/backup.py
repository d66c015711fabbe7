"""`backup`: copy the database to one file, while people work."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from questionnaire.encryption import keyring
from questionnaire.lifecycle import backup, backup_signature


class Command(BaseCommand):
    """`manage.py backup FILE`; see its --help."""

    help = (
        "Copy the database to a new file, while people work. What they wrote is encrypted in it; "
        "references, names of accounts and events do not. The key ring is not in it: keep a copy apart."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE")

    def handle(self, *_args: object, **options: Any) -> None:
        path: Path = options["path"]
        try:
            sha256 = backup.backup(path)
        except keyring.KeyRingError as error:
            raise CommandError(str(error)) from None
        except (backup.BackupError, OSError) as error:
            raise CommandError(error_line(error, path)) from None
        self.stdout.write(f"{path}")
        self.stdout.write(f"sha256: {sha256}")
        self.stdout.write(
            _("Its signature, to keep beside it: %(path)s") % {"path": backup_signature.path_of(path)}
        )
        self.stdout.write(
            _("Without the key ring it is worthless. Keep a copy of that elsewhere: %(path)s")
            % {"path": settings.KEYRING_PATH}
        )


def error_line(error: Exception, path: Path) -> str:
    """Return one line that says why a backup or restore failed."""
    if isinstance(error, backup.InvalidBackupError):
        return _("%(path)s is no whole backup.") % {"path": path}
    if isinstance(error, backup.ToolError):
        return _("PostgreSQL's own tool did not do it: %(reason)s") % {"reason": error}
    if isinstance(error, OSError):
        return f"{path}: {error.strerror}"
    return _("%(path)s is there already, and stays as it is.") % {"path": path}
