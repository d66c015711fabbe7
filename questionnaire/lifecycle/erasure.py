"""Erasing an intake: its key and its rows go, so that nothing opens it; the events that tell of it stay.

What is left are copies of the database made before. They age out; see docs/privacy.md.
"""

import time
from typing import Final
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper

from questionnaire.audit import log as audit_log
from questionnaire.audit.log import Code
from questionnaire.encryption.keyring import SealError
from questionnaire.lifecycle import key_rotation
from questionnaire.models import Access, HeldPost, Intake, User

_WAIT_SECONDS: Final = 5.0
_TRY_EVERY: Final = 0.1


class OnHold(Exception):  # noqa: N818  (what stands in the way, not an error of ours)
    """The intake is under legal hold: it is not erased, whoever asks."""


def erase(actor: User | None, uuid: UUID, reason: str) -> None:
    """Erase one intake and all that belongs to it, with what anyone still had to save in it.

    Raises OnHold, and Intake.DoesNotExist. Call `scrub` when the last one is erased.
    """
    with transaction.atomic():
        intake = Intake.objects.select_for_update().get(pk=uuid)
        if intake.legal_hold:
            raise OnHold
        for post in HeldPost.objects.all():
            if _is_about(post, uuid):
                post.delete()
        intake.delete()
        if not Intake.objects.filter(case=intake.case).exists():
            Access.objects.filter(case=intake.case).delete()
        audit_log.record(actor, Code.INTAKE_ERASED, uuid, reason=reason)


def _is_about(post: HeldPost, uuid: UUID) -> bool:
    try:
        return str(uuid) in post.content["path"]
    except SealError:
        return False  # it opens for nobody, and goes within days


def scrub() -> bool:
    """Take what was erased out of the database's own files; False when other work stood in the way.

    SQLite overwrites what is deleted, and keeps a log of what was written that is emptied here. PostgreSQL
    leaves the bytes of a deleted row in the file of its table: the tables with keys are written anew. What is
    left in other tables opens no more, but its log and the disk can hold the keys too for some time.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return _written_anew(cursor)
        until = time.monotonic() + _WAIT_SECONDS
        while True:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (is_busy, _frames, _moved) = cursor.fetchone()
            if not is_busy or time.monotonic() > until:
                return not is_busy
            time.sleep(_TRY_EVERY)


def _written_anew(cursor: CursorWrapper) -> bool:
    """Whether nobody worked in a table with keys for as long as it was waited for."""
    cursor.execute("VACUUM")
    try:
        for model in key_rotation.keyed_models():
            cursor.execute(f"VACUUM FULL {connection.ops.quote_name(model._meta.db_table)}")
    except OperationalError:
        return False
    return True
