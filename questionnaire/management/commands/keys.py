"""`keys ACTION`: make, extend, lock, rotate or report on the key ring, and make the secret key."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.db import connection, transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.encryption import keyring
from questionnaire.lifecycle import data_keys, installation, key_rotation
from questionnaire.models import Installation, Intake, RunningServer


class Command(BaseCommand):
    """`manage.py keys ACTION`; see its --help."""

    help = (
        "The key ring that the intakes are locked with. create: make it, for a new installation. "
        "add: add a key, to copy the ring to every server before it is used. "
        "rotate: lock all with the newest key, while people work; after an interruption run it again. "
        "With --data what is stored is encrypted anew under new data keys: do that when someone can have "
        "a copy of the ring. "
        "status: where the ring is, how much each key locks, and which servers have which. "
        "lock: lock the file of the ring with what STALKCHECK_KEYRING_COMMAND gives. "
        "secret: take the secret key that is here as that of every server."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=[name for name in _ACTIONS if " " not in name])
        parser.add_argument("--data", action="store_true", help="with rotate: new data keys too")

    def handle(self, *_args: object, **options: Any) -> None:
        action = options["action"]
        if options["data"] and action != "rotate":
            raise CommandError(_("--data goes with rotate alone."))
        try:
            _ACTIONS["rotate --data" if options["data"] else action](Path(settings.KEYRING_PATH), self.stdout)
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
    tables = connection.introspection.table_names()
    has_intakes = Intake._meta.db_table in tables and Intake.objects.exists()
    if has_intakes or (Installation._meta.db_table in tables and installation.is_another()):
        raise CommandError(
            _(
                "This database was made with another key ring; a new one cannot open what is in it. "
                "Put that key ring at %(path)s, and the secret key beside it."
            )
            % {"path": path}
        )


def _keep_a_copy() -> str:
    return _(
        "Keep a copy of it in a safe place, apart from the backup of the database. "
        "A backup without this file is worthless: nothing opens the intakes any more."
    )


def _add(path: Path, out: OutputWrapper) -> None:
    out.write(_("Key %(key)s is added, and not used yet.") % {"key": keyring.add_key(path)})
    out.write(_("The key ring changed: %(path)s") % {"path": path})
    out.write(_("Copy it to every server. Then run: manage.py keys rotate"))


def _rotate(path: Path, out: OutputWrapper) -> None:
    with _explained(path):
        key_id, done = key_rotation.rotate()
    out.write(_("Locked with key %(key)s: %(count)s.") % {"key": key_id, "count": done})
    _say_what_rotation_is_for(path, out)


def _rotate_data(path: Path, out: OutputWrapper) -> None:
    with _explained(path):
        key_id = data_keys.begin_or_go_on()
        done, tampered = data_keys.renew()
    out.write(_("New data keys, locked with key %(key)s: %(count)s.") % {"key": key_id, "count": done})
    if tampered:
        raise CommandError(
            _(
                "Left as they were, since their rights were changed outside the program: %(cases)s. "
                "Run: manage.py verify_rights"
            )
            % {"cases": ", ".join(map(str, tampered))}
        )
    out.write(_("The key ring changed: %(path)s") % {"path": path})
    out.write(_keep_a_copy())
    out.write(_("Older backups still open with the keys of before. Delete them where you can."))


def _say_what_rotation_is_for(path: Path, out: OutputWrapper) -> None:
    out.write(_("The key ring changed: %(path)s") % {"path": path})
    out.write(_keep_a_copy())
    out.write(
        _(
            "Someone with the ring of before and an older backup still reads what is written now. "
            "Against that run: manage.py keys rotate --data"
        )
    )


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what stops a rotation into a CommandError with one line."""
    try:
        yield
    except key_rotation.KeyNotEverywhereError as error:
        if not error.key_id:
            raise CommandError(
                _("Other servers run: %(servers)s. First run: manage.py keys add, and copy the ring to them.")
                % {"servers": ", ".join(error.servers)}
            ) from None
        raise CommandError(
            _(
                "Nothing was locked with key %(key)s: these servers do not have it: %(servers)s. "
                "Copy the ring at %(path)s to them, wait a minute, and run this again."
            )
            % {"key": error.key_id, "servers": ", ".join(error.servers), "path": path}
        ) from None
    except keyring.SealError:
        raise CommandError(
            _(
                "The key ring at %(path)s does not open everything that is stored. "
                "Put the ring back that it was locked with, then run this again."
            )
            % {"path": path}
        ) from None


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
    if outdated := data_keys.count_outdated():
        out.write(_("Data keys from before the current key: %(count)s.") % {"count": outdated})

    for server in RunningServer.objects.order_by("name"):
        line = _("Server %(name)s, seen at %(at)s, has: %(keys)s") % {
            "name": server.name,
            "at": localtime(server.seen_at).strftime("%Y-%m-%d %H:%M"),
            "keys": ", ".join(server.key_ids),
        }
        out.write(line)


def _lock(path: Path, out: OutputWrapper) -> None:
    if not settings.KEYRING_COMMAND:
        raise CommandError(_("Set STALKCHECK_KEYRING_COMMAND first: it gives the key to lock the ring with."))
    keyring.lock(path)
    out.write(_("The key ring is locked: %(path)s") % {"path": path})
    out.write(_("Copies that were made before are not. Keep one in a safe: without the command it opens."))


def _secret(path: Path, out: OutputWrapper) -> None:
    installation.remember_secret()
    out.write(_("The secret key of this server is now that of the installation. Copy it to every server."))


_ACTIONS: Final[dict[str, Callable[[Path, OutputWrapper], None]]] = {
    "add": _add,
    "create": _create,
    "lock": _lock,
    "rotate": _rotate,
    "rotate --data": _rotate_data,
    "secret": _secret,
    "status": _status,
}
