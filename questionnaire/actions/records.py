"""Add, change or remove one entry of the follow-up of an intake: a consultation or a breach.

`records` are the entries of that kind in the intake. The follow-up is written in every state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from questionnaire.actions.ids import row_id
from questionnaire.actions.transactions import lock_intake, store_change
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.merge import Resolution, resolve
from questionnaire.domain.workflow import Relation
from questionnaire.models import Intake, Step, User

#: What an audit event names as changed, by its code.
_EVENT_ITEMS: Final = {"consultation": ["consultations"], "breach": ["breaches"]}


def add_record(
    user: User,
    intake: Intake,
    records: QuerySet[Step],
    record: Step,
    page_id: UUID | None,
    code: EventCode,
) -> Step:
    """Store a new record. A page sends the `page_id` it was made with, so that sending it twice adds one.

    Sent again with other content it adds another record.
    """
    with transaction.atomic():
        intake = lock_intake(user, intake, Relation.AUTHOR)
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
    records: QuerySet[Step],
    uuid: UUID,
    content: Mapping[str, object],
    base: str,
    code: EventCode,
) -> bool:
    """Change a record, unless someone else did since the page with the fingerprint `base`; then return False.

    Raise DoesNotExist when it was removed.
    """
    with transaction.atomic():
        intake = lock_intake(user, intake, Relation.AUTHOR)
        record = records.get(pk=uuid)
        resolution = resolve(record.content, content, base)
        if resolution is Resolution.SAVE:
            record.content = content
            record.save()
            store_change(user, intake, code, _event_items(code))
    return resolution is not Resolution.CONFLICT


def remove_record(user: User, intake: Intake, records: QuerySet[Step], uuid: UUID, code: EventCode) -> None:
    """Remove a record; do nothing when it is gone."""
    with transaction.atomic():
        intake = lock_intake(user, intake, Relation.AUTHOR)
        removed, _by_model = records.filter(pk=uuid).delete()
        if removed:
            store_change(user, intake, code, _event_items(code))


def _event_items(code: EventCode) -> list[str]:
    return _EVENT_ITEMS[code.partition(".")[0]]
