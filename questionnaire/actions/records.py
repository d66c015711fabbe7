"""Add, change or remove one record of an intake: an incident, a consultation or a breach.

`records` are the records of that kind in the intake. Incidents can be changed as long as the intake is open;
the others belong to the follow-up, which is written in every state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from questionnaire.actions.ids import row_id
from questionnaire.actions.transactions import lock_intake, lock_open_intake, store_change
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.fingerprints import INCIDENT_DRAFT
from questionnaire.domain.merge import Resolution, resolve
from questionnaire.domain.workflow import Relation
from questionnaire.models import Incident, Intake, Step, User

Record = TypeVar("Record", Incident, Step)

#: What an audit event names as changed, by its code.
_EVENT_ITEMS: Final = {"incident": ["incidents"], "consultation": ["consultations"], "breach": ["breaches"]}


def add_record(
    user: User,
    intake: Intake,
    records: QuerySet[Record],
    record: Record,
    page_id: UUID | None,
    code: EventCode,
) -> Record:
    """Store a new record. A page sends the `page_id` it was made with, so that sending it twice adds one.

    Sent again with other content it adds another record. Raise ClosedIntakeError for an incident of a closed
    intake.
    """
    with transaction.atomic():
        intake = _lock_for(user, type(record), intake)
        record.intake = intake
        uuid = row_id(user, page_id, intake.pk, type(record).__name__)
        stored = records.filter(pk=uuid).first()
        if stored and stored.content == record.content:
            return stored
        if not stored:
            record.uuid = uuid
        record.save(force_insert=True)
        store_change(user, intake, code, _event_items(code))
    return record


def change_record(
    user: User,
    intake: Intake,
    records: QuerySet[Record],
    uuid: UUID,
    content: Mapping[str, object],
    base: str,
    code: EventCode,
) -> bool:
    """Change a record, unless someone else did since the page with the fingerprint `base`; then return False.

    Raise DoesNotExist when it was removed, and ClosedIntakeError for an incident of a closed intake.
    """
    with transaction.atomic():
        intake = _lock_for(user, records.model, intake)
        record = records.get(pk=uuid)
        resolution = resolve(record.content, content, base)
        if resolution is Resolution.SAVE:
            record.content = content
            record.save()
            store_change(user, intake, code, _event_items(code))
    return resolution is not Resolution.CONFLICT


def remove_record(user: User, intake: Intake, records: QuerySet[Record], uuid: UUID, code: EventCode) -> None:
    """Remove a record; do nothing when it is gone. Raise ClosedIntakeError for one of a closed intake."""
    with transaction.atomic():
        intake = _lock_for(user, records.model, intake)
        removed, _by_model = records.filter(pk=uuid).delete()
        if removed:
            # The draft of a change to it, which nobody can save any more.
            intake.content["drafts"].pop(f"{INCIDENT_DRAFT} {uuid}", None)
            store_change(user, intake, code, _event_items(code))


def _event_items(code: EventCode) -> list[str]:
    return _EVENT_ITEMS[code.partition(".")[0]]


def _lock_for(user: User, kind: type[Incident | Step], intake: Intake) -> Intake:
    if kind is Incident:
        return lock_open_intake(user, intake)
    return lock_intake(user, intake, Relation.AUTHOR)
