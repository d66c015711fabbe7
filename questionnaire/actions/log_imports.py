"""Keep what a person took from a log until they add it to that of the case, or let it go.

It waits under the key of the case, for this person alone and for an hour. The file it came from is not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from questionnaire.actions.incidents import add_incidents
from questionnaire.actions.transactions import lock_open_intake
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.incidents import Incident
from questionnaire.domain.log_import.pending import PendingLog
from questionnaire.models import IMPORT_KEPT_FOR, Intake, LogImport, User


def open_log(user: User, intake: Intake, pending: PendingLog) -> LogImport:
    """Keep a log that was read, instead of the one that this person opened before.

    Raise ClosedIntakeError.
    """
    with transaction.atomic():
        intake = lock_open_intake(user, intake)
        delete_expired()
        intake.case.log_imports.filter(by=user).delete()
        row = LogImport(case=intake.case, by=user, until=_until(), content=pending.to_json())
        row.save(force_insert=True)
        audit_log.record(user, EventCode.LOG_IMPORT_MADE, intake)
    return row


def opened_log(user: User, intake: Intake) -> LogImport | None:
    """Return what this person took from a log and did not add yet; None when the hour is over."""
    return intake.case.log_imports.filter(by=user, until__gt=timezone.now()).first()


def change_log(user: User, intake: Intake, change: Callable[[PendingLog], PendingLog]) -> bool:
    """Change the choices for the log that waits; return whether there is one. Raise ClosedIntakeError."""
    with transaction.atomic():
        intake = lock_open_intake(user, intake)
        row = opened_log(user, intake)
        if row is None:
            return False
        row.content = change(PendingLog.from_json(row.content)).to_json()
        row.until = _until()
        row.save()
        audit_log.record(user, EventCode.LOG_IMPORT_CHANGED, intake)
    return True


def add_opened_log(
    user: User,
    intake: Intake,
    row: LogImport,
    incidents: Sequence[Incident],
    date_order: str,
    rest: PendingLog | None = None,
) -> None:
    """Add these incidents to the log as one batch, with the id of the import.

    The `rest`, in which lines are still in doubt, waits on as an import of its own. Raise ClosedIntakeError.
    """
    with transaction.atomic():
        removed, _by_model = LogImport.objects.filter(pk=row.pk).delete()
        if removed and rest is not None:
            waiting = LogImport(case=row.case, by=user, until=_until(), content=rest.to_json())
            waiting.save(force_insert=True)
        add_incidents(user, intake, incidents, row.uuid, date_order)


def drop_log(user: User, intake: Intake) -> None:
    """Let the log that waits go; nothing of it was added. Raise ClosedIntakeError."""
    with transaction.atomic():
        intake = lock_open_intake(user, intake)
        removed, _by_model = intake.case.log_imports.filter(by=user).delete()
        if removed:
            audit_log.record(user, EventCode.LOG_IMPORT_DROPPED, intake)


def delete_expired() -> None:
    """Delete what waited longer than an hour, of whoever."""
    LogImport.objects.filter(until__lte=timezone.now()).delete()


def _until() -> datetime:
    return timezone.now() + IMPORT_KEPT_FOR
