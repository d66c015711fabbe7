"""`keys create|rotate|status`: make, rotate or report on the key ring, and make the secret key."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.db import connection, transaction
from django.utils.translation import gettext as _

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.encryption import keyring
from questionnaire.lifecycle import key_rotation
from questionnaire.models import Intake


class Command(BaseCommand):
    """`manage.py keys ACTION`; see its --help."""

    help = (
        "The key ring that the intakes are locked with. create: make it, for a new installation. "
        "rotate: lock all with a new key, while people work; after an interruption run it again. "
        "status: where the ring is, and how much each key locks."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=list(_ACTIONS))

    def handle(self, *_args: object, **options: Any) -> None:
        try:
            _ACTIONS[options["action"]](Path(settings.KEYRING_PATH), self.stdout)
        except keyring.KeyRingError as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"{settings.KEYRING_PATH}: {error.strerror}") from None


def _create(path: Path, out: OutputWrapper) -> None:
    if not path.exists():
        _refuse_a_second_ring(path)
    if keyring.create(path):
        if audit_log.can_record():
            with transaction.atomic():
                audit_log.record(None, EventCode.KEYS_MADE, details={"key": keyring.load(path).current})
        out.write(_("Key ring made: %(path)s") % {"path": path})
        out.write(_keep_a_copy())
    else:
        out.write(_("There is a key ring already: %(path)s") % {"path": path})
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


def _keep_a_copy() -> str:
    return _(
        "Keep a copy of it in a safe place, apart from the backup of the database. "
        "A backup without this file is worthless: nothing opens the intakes any more."
    )


def _rotate(path: Path, out: OutputWrapper) -> None:
    try:
        key_id, done = key_rotation.rotate()
    except keyring.SealError:
        raise CommandError(
            _(
                "The key ring at %(path)s does not open everything that is stored. "
                "Put the ring back that it was locked with, then run this again."
            )
            % {"path": path}
        ) from None
    out.write(_("Locked with key %(key)s: %(count)s.") % {"key": key_id, "count": done})
    out.write(_("The key ring changed: %(path)s") % {"path": path})
    out.write(_keep_a_copy())


def _status(path: Path, out: OutputWrapper) -> None:
    ring = keyring.load(path)
    out.write(_("Key ring: %(path)s") % {"path": path})
    for key_id, count in key_rotation.status().items():
        line = _("Key %(key)s locks %(count)s.") % {"key": key_id, "count": count}
        if key_id == ring.current:
            line += " " + _("It is the current one.")
        if key_id not in ring.keys:
            line += " " + _("It is not in the ring: these do not open.")
        out.write(line)


_ACTIONS: Final[dict[str, Callable[[Path, OutputWrapper], None]]] = {
    "create": _create,
    "rotate": _rotate,
    "status": _status,
}
