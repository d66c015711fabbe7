"""Write the incident log of a case: add, change and remove incidents, and undo each of these.

All of it is done from an open assessment of the case. Removed incidents and earlier contents are kept with
the log, encrypted as it is, until nothing of the case is open any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from questionnaire import models
from questionnaire.actions.ids import row_id
from questionnaire.actions.transactions import lock_open_intake, store_change, update_open_intakes
from questionnaire.audit.event_codes import LOG_WRITING_CODES, EventCode
from questionnaire.domain.fingerprints import INCIDENT_DRAFT, fingerprint
from questionnaire.domain.incidents import Incident
from questionnaire.domain.merge import Resolution, resolve
from questionnaire.models import Event, Intake, User, row_states

#: How the events name the log among what was changed.
_LOG = "incidents"


def add_incident(
    user: User, intake: Intake, incident: Incident, page_id: UUID | None = None, date_order: str = ""
) -> models.Incident:
    """Add an incident to the log. With the `page_id` that a page was made with, sending it twice adds one.

    Sent again with other content it adds another. `date_order` is what the person said of numeric dates in
    this log, "" when nobody was asked. Raise ClosedIntakeError.
    """
    content = incident.to_json()
    with transaction.atomic():
        intake = lock_open_intake(user, intake)
        _store_date_order(intake, date_order)
        uuid = row_id(user, page_id, intake.pk, models.Incident.__name__)
        stored = intake.case.incidents.filter(pk=uuid).first()
        if stored and stored.content == content and stored.removed_at is None:
            return stored
        row = models.Incident(case=intake.case, content=content)
        if not stored:
            row.uuid = uuid
        row.save(force_insert=True)
        _store(user, intake, EventCode.INCIDENT_ADDED, row.uuid)
    return row


def add_incidents(
    user: User, intake: Intake, incidents: Sequence[Incident], batch: UUID, date_order: str = ""
) -> None:
    """Add many incidents at once, which `remove_batch` takes out again together.

    Sending the same `batch` twice adds it once. Raise ClosedIntakeError.
    """
    with transaction.atomic():
        intake = lock_open_intake(user, intake)
        if intake.case.incidents.filter(batch=batch).exists():
            return
        _store_date_order(intake, date_order)
        for incident in incidents:
            row = models.Incident(case=intake.case, batch=batch, content=incident.to_json())
            row.save(force_insert=True)
        _store(user, intake, EventCode.INCIDENTS_ADDED, batch)


def change_incident(user: User, intake: Intake, uuid: UUID, incident: Incident, base: str) -> bool:
    """Change an incident. Return False, and change nothing, when someone else changed it since `base`.

    Raise models.Incident.DoesNotExist when it was removed, and ClosedIntakeError.
    """
    content: Mapping[str, Any] = incident.to_json()
    with transaction.atomic():
        intake = lock_open_intake(user, intake)
        row = intake.incidents.get(pk=uuid)
        resolution = resolve(row.content, content, base)
        if resolution is Resolution.SAVE:
            row.earlier = [*(row.earlier or ()), row.content]
            row.content = content
            row.save()
            _store(user, intake, EventCode.INCIDENT_CHANGED, uuid)
    return resolution is not Resolution.CONFLICT


def undo_change(user: User, intake: Intake, uuid: UUID, base: str) -> bool:
    """Give an incident the content from before its last change; return whether it was done.

    `base` is the fingerprint of the content that is taken back: when the incident says something else by now,
    as after the same press twice, nothing happens. What is taken back becomes the earliest of the earlier
    contents, so that it can be put back too. Raise ClosedIntakeError.
    """
    with transaction.atomic():
        intake = lock_open_intake(user, intake)
        row = intake.incidents.filter(pk=uuid).first()
        if row is None or not row.earlier or incident_fingerprint(row) != base:
            return False
        *earlier, content = row.earlier
        row.earlier, row.content = [row.content, *earlier], content
        row.save()
        _store(user, intake, EventCode.INCIDENT_CHANGE_UNDONE, uuid)
    return True


def remove_incident(user: User, intake: Intake, uuid: UUID, order: tuple[str, str] | None = None) -> bool:
    """Take an incident out of the log; return whether it was there. Raise ClosedIntakeError.

    `order` is the order of dates from before this incident and that which was said with it, to undo that too.
    """
    with transaction.atomic():
        intake = lock_open_intake(user, intake)
        removed = row_states.update(intake.incidents.filter(pk=uuid), removed_at=timezone.now())
        if removed:
            # The draft of a change to it, which nobody can save any more.
            intake.content["drafts"].pop(f"{INCIDENT_DRAFT} {uuid}", None)
            _bring_back_date_order(intake, order)
            _store(user, intake, EventCode.INCIDENT_REMOVED, uuid)
    return bool(removed)


def restore_incident(user: User, intake: Intake, uuid: UUID) -> bool:
    """Put a removed incident back where it was; return whether there is one. Raise ClosedIntakeError."""
    with transaction.atomic():
        intake = lock_open_intake(user, intake)
        restored = row_states.update(intake.case.incidents.removed().filter(pk=uuid), removed_at=None)
        if restored:
            _store(user, intake, EventCode.INCIDENT_RESTORED, uuid)
    return bool(restored)


def remove_batch(
    user: User, intake: Intake, batch: UUID, since: int = 0, order: tuple[str, str] | None = None
) -> int:
    """Take everything that was added at once out of the log again; return how many there were.

    None is when someone else changed one of these after the event with the number `since`. `order` is as for
    `remove_incident`. Raise ClosedIntakeError.
    """
    with transaction.atomic():
        intake = lock_open_intake(user, intake)
        added = intake.incidents.filter(batch=batch)
        if since and _changed_by_others(user, intake.case_id, added, since):
            return 0
        removed = row_states.update(added, removed_at=timezone.now())
        if removed:
            _bring_back_date_order(intake, order)
            _store(user, intake, EventCode.INCIDENTS_REMOVED, batch)
    return removed


def _changed_by_others(user: User, case: UUID, rows: QuerySet[models.Incident], since: int) -> bool:
    later = Event.objects.filter(case=case, seq__gt=since, code__in=LOG_WRITING_CODES).exclude(actor=user)
    written = {item for items in later.values_list("items", flat=True) for item in items}
    return bool(written & {str(pk) for pk in rows.values_list("pk", flat=True)})


def forget_removed(case: models.Case) -> None:
    """Delete what was removed from a log, and earlier contents: nobody can put these back any more.

    The caller has locked the case, and opened the transaction.
    """
    case.incidents.removed().delete()
    for row in case.incidents.in_log():
        if row.earlier:
            row.earlier = None
            row.save(update_fields=["earlier"])


def incident_fingerprint(row: models.Incident) -> str:
    """Return the fingerprint of an incident that a page is based on."""
    return fingerprint(row.content)


def _store_date_order(intake: Intake, order: str) -> None:
    if order and order != intake.case.date_order:
        intake.case.date_order = order
        intake.case.save(update_fields=["date_order"])


def _bring_back_date_order(intake: Intake, order: tuple[str, str] | None) -> None:
    """Give the log the order from before, unless another one was said since."""
    before, now = order or ("", "")
    if intake.case.date_order == now != before:
        intake.case.date_order = before
        intake.case.save(update_fields=["date_order"])


def _store(user: User, intake: Intake, code: EventCode, about: UUID) -> None:
    store_change(user, intake, code, [_LOG, str(about)])
    update_open_intakes(intake.case, but=intake)
