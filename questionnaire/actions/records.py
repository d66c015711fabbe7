"""Add, change or remove one entry of the follow-up of an intake: a consultation or a breach.

`records` are the entries of that kind in the intake. The follow-up is written in every state. What an entry
said before is in the content of the intake for as long as its change can be undone. After that nothing
gives it out, and it goes at the next change of the intake, or when `lifecycle.retention` drops it. An entry
that lost words is kept longer: see `domain.earlier_versions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from questionnaire.actions.ids import row_id
from questionnaire.actions.transactions import lock_intake, store_change
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.earlier_versions import EARLIER_STEPS, Said, keep_lost
from questionnaire.domain.fingerprints import fingerprint
from questionnaire.domain.merge import Resolution, resolve
from questionnaire.domain.workflow import Relation
from questionnaire.models import Intake, Step, User
from questionnaire.models.records_before import BEFORE, kept_before, newest_changes

#: What an audit event names as changed, by its code.
_EVENT_ITEMS: Final = {"consultation": ["consultations"], "breach": ["breaches"]}
#: What is recorded when an entry is added, changed and removed.
_CODES: Final = {
    Step.Kind.CONSULTATION: (
        EventCode.CONSULTATION_ADDED,
        EventCode.CONSULTATION_CHANGED,
        EventCode.CONSULTATION_REMOVED,
    ),
    Step.Kind.BREACH: (EventCode.BREACH_ADDED, EventCode.BREACH_CHANGED, EventCode.BREACH_REMOVED),
}


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
        _keep_before(intake, record, None)
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
            _keep_before(intake, record, record.content)
            keep_entry(intake, f"{record.kind} {record.pk}", record.content, content)
            record.content = content
            record.save()
            store_change(user, intake, code, _event_items(code))
    return resolution is not Resolution.CONFLICT


def remove_record(user: User, intake: Intake, records: QuerySet[Step], uuid: UUID, code: EventCode) -> None:
    """Remove a record; do nothing when it is gone."""
    with transaction.atomic():
        intake = lock_intake(user, intake, Relation.AUTHOR)
        record = records.filter(pk=uuid).first()
        if record:
            _keep_before(intake, record, record.content)
            keep_entry(intake, f"{record.kind} {record.pk}", record.content, None)
            record.delete()
            store_change(user, intake, code, _event_items(code))


def keep_entry(intake: Intake, key: str, before: Said | None, after: Said | None) -> None:
    """Keep what an entry of the follow-up said, if it lost words."""
    keep_lost(intake.content, EARLIER_STEPS, key, before, after, timezone.now())


def undo_record(user: User, intake: Intake, uuid: UUID, base: str) -> bool:
    """Undo the latest change to a record; return whether that could be done.

    `base` is the fingerprint of what it says since that change: whoever changed it again is not undone.
    """
    with transaction.atomic():
        intake = lock_intake(user, intake, Relation.AUTHOR)
        record = intake.steps.filter(pk=uuid).first()
        kept = [each for each in kept_before(intake.content) if each["uuid"] == str(uuid)]
        if not kept or fingerprint(record.content if record else None) != base:
            return False
        before = kept[-1]
        added, changed, removed = _CODES[Step.Kind(before["kind"])]
        code = changed if record else added
        if before["content"] is None:
            code = removed
            intake.steps.filter(pk=uuid).delete()
        else:
            _put(intake, before)
        intake.content[BEFORE] = [each for each in kept_before(intake.content) if each != before]
        store_change(user, intake, code, _event_items(code))
    return True


def _put(intake: Intake, before: Mapping[str, Any]) -> None:
    row = intake.steps.filter(pk=before["uuid"]).first()
    if row is None:
        added_at = datetime.fromisoformat(before["added_at"])
        row = Step(uuid=UUID(before["uuid"]), intake=intake, kind=before["kind"], added_at=added_at)
    row.content = before["content"]
    row.save()


def _keep_before(intake: Intake, record: Step, content: Mapping[str, object] | None) -> None:
    """Keep what a record says before it is changed: None for one that is added."""
    before = {
        "uuid": str(record.uuid),
        "kind": str(record.kind),
        "added_at": record.added_at.isoformat(),
        "at": timezone.now().isoformat(),
        "content": content,
    }
    intake.content[BEFORE] = newest_changes([*kept_before(intake.content), before])


def _event_items(code: EventCode) -> list[str]:
    return _EVENT_ITEMS[code.partition(".")[0]]
