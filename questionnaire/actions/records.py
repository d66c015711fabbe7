"""Add, change or remove one record of an intake: an incident or a consultation.

`records` are the records of that kind in the intake. Incidents can be changed as long as the intake is open;
consultations belong to the follow-up, which is written in every state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from questionnaire.actions.transactions import lock_intake, lock_open_intake, store_change
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.fingerprints import INCIDENT_DRAFT
from questionnaire.domain.merge import Resolution, resolve
from questionnaire.models import Incident, Intake, Step, User

Record = TypeVar("Record", Incident, Step)

#: What an audit event names as changed.
_EVENT_ITEMS: Final = {Incident: ["incidents"], Step: ["consultations"]}


def add_record(
    user: User, intake: Intake, records: QuerySet[Record], record: Record, uuid: UUID | None, code: EventCode
) -> Record:
    """Store a new record. A page sends the `uuid` it was made with, so that sending it twice adds one.

    The id of a record with other content is not taken over: the new one gets an id of its own. Raise
    ClosedIntakeError for an incident of a closed intake.
    """
    with transaction.atomic():
        intake = _lock_for(type(record), intake)
        if uuid and (stored := records.filter(pk=uuid).first()) and stored.content == record.content:
            return stored
        record.intake = intake
        if uuid and not type(record).objects.filter(pk=uuid).exists():
            record.uuid = uuid
        record.save(force_insert=True)
        store_change(user, intake, code, _EVENT_ITEMS[type(record)])
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
        intake = _lock_for(records.model, intake)
        record = records.get(pk=uuid)
        resolution = resolve(record.content, content, base)
        if resolution is Resolution.SAVE:
            record.content = content
            record.save()
            store_change(user, intake, code, _EVENT_ITEMS[type(record)])
    return resolution is not Resolution.CONFLICT


def remove_record(user: User, intake: Intake, records: QuerySet[Record], uuid: UUID, code: EventCode) -> None:
    """Remove a record; do nothing when it is gone. Raise ClosedIntakeError for one of a closed intake."""
    with transaction.atomic():
        intake = _lock_for(records.model, intake)
        removed, _by_model = records.filter(pk=uuid).delete()
        if removed:
            # The draft of a change to it, which nobody can save any more.
            intake.content["drafts"].pop(f"{INCIDENT_DRAFT} {uuid}", None)
            store_change(user, intake, code, _EVENT_ITEMS[records.model])


def _lock_for(kind: type[Incident | Step], intake: Intake) -> Intake:
    return lock_open_intake(intake) if kind is Incident else lock_intake(intake)
