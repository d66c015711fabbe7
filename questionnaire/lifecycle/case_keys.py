"""Give every case its key and sign its rights: the part of the upgrade to cases that needs the key ring.

Migration 0011 made the cases. Until this has run their intakes cannot be read, and the server does not start.
It runs once: otherwise whoever writes the database could have a case of their own making signed by it. The
chain of events says whether it ran. To go back to the version before, `undo` it and then migrate back.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import UPGRADE_CODES, EventCode
from questionnaire.encryption import keyring
from questionnaire.models import Case, Event, Intake, cases_without_key, sign_rights

_BATCH_SIZE = 100


class UpgradeRefusedError(Exception):
    """There are cases without a key after the upgrade; the message has their ids."""


def upgrade() -> int:
    """Give each case that has none its key, and sign its rights; return how many there were.

    An interrupted upgrade is finished by the next. Raise UpgradeRefusedError when it ran to its end before,
    and SealError for a key that the ring cannot unwrap.
    """
    without_key = cases_without_key().order_by("pk").values_list("pk", flat=True)
    if _ran_before():
        if without_key:
            raise UpgradeRefusedError(", ".join(map(str, without_key)))
        return 0
    total = 0
    while batch := list(without_key[:_BATCH_SIZE]):
        total += _upgrade_batch(batch)
    with transaction.atomic():
        mark_upgraded()
    return total


def mark_upgraded() -> None:
    """Record that no case needs its key any more, unless it is recorded. The caller opens the transaction."""
    if not _ran_before():
        audit_log.record(None, EventCode.CASES_UPGRADED)


def _ran_before() -> bool:
    last = Event.objects.filter(code__in=UPGRADE_CODES).order_by("-seq").first()
    return last is not None and last.code == EventCode.CASES_UPGRADED


def _upgrade_batch(ids: Sequence[UUID]) -> int:
    with transaction.atomic():
        newest = dict(Event.objects.newest_about_rights(ids))
        for case in Case.objects.select_for_update().filter(pk__in=ids):
            case.make_key()
            case.save(update_fields=["wrapped_key"])
            for intake in case.intakes.select_for_update().defer("content"):
                intake.case = case
                data_key = keyring.ring().unwrap(bytes(intake.wrapped_key), _binding_before(intake))
                intake.wrap_key(data_key)
                intake.save(update_fields=["wrapped_key"])
            sign_rights(case, newest.get(case.pk, 0))
    return len(ids)


def undo() -> int:
    """Wrap the keys of all intakes by the key ring again, as before cases had keys; return how many cases."""
    total = 0
    with_key = Case.objects.exclude(pk__in=cases_without_key()).order_by("pk").values_list("pk", flat=True)
    while batch := list(with_key[:_BATCH_SIZE]):
        with transaction.atomic():
            for case in Case.objects.select_for_update().filter(pk__in=batch):
                for intake in case.intakes.select_for_update().defer("content"):
                    intake.case = case
                    intake.wrapped_key = keyring.ring().wrap(intake.data_key(), _binding_before(intake))
                    intake.save(update_fields=["wrapped_key"])
                case.wrapped_key, case.mac = b"", ""
                case.save(update_fields=["wrapped_key", "mac"])
        total += len(batch)
    with transaction.atomic():
        audit_log.record(None, EventCode.CASES_DOWNGRADED)
    return total


def _binding_before(intake: Intake) -> bytes:
    """Return what the key of an intake was bound to before it had a case with a key."""
    return keyring.binding(Intake._meta.db_table, "wrapped_key", str(intake.pk))
