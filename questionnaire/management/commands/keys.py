"""`keys create`: the key ring and the secret key of a new installation."""

from argparse import ArgumentParser
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from questionnaire import keyring
from questionnaire.models import Intake


class Command(BaseCommand):
    help = "Make the key ring that the intakes are locked with."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["create"])

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.KEYRING_PATH)
        if not path.exists():
            _refuse_a_second_ring(path)
        if keyring.create(path):
            self.stdout.write(_("Key ring made: %(path)s") % {"path": path})
            self.stdout.write(
                _(
                    "Keep a copy of it in a safe place, apart from the backup of the database. "
                    "A backup without this file is worthless: nothing opens the intakes any more."
                )
            )
        else:
            self.stdout.write(_("There is a key ring already: %(path)s") % {"path": path})
        keyring.write_secret(path.with_name("secret_key"), token_urlsafe(64) + "\n")


def _refuse_a_second_ring(path: Path) -> None:
    if Intake._meta.db_table in connection.introspection.table_names() and Intake.objects.exists():
        raise CommandError(
            _(
                "There are intakes that were locked with another key ring; a new one cannot open them. "
                "Put that key ring back at %(path)s."
            )
            % {"path": path}
        )
