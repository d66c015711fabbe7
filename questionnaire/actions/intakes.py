"""Start an intake, save a page of its questions, and record that its content was read.

The values were parsed by a form. A save that changes nothing writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from questionnaire.actions.ids import row_id
from questionnaire.actions.transactions import (
    SaveResult,
    lock_open_intake,
    store_answers,
    store_change,
    update_list_columns,
)
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.answers import Answers
from questionnaire.domain.catalogue import SECTION_OF, VERSION
from questionnaire.domain.earlier_texts import keep_earlier, put_back, texts_of
from questionnaire.domain.follow_up import FollowUp
from questionnaire.domain.merge import Merge, Submission
from questionnaire.domain.routes import PAGES
from questionnaire.domain.summary import Summary, summarise
from questionnaire.encryption.fields import has_same_token
from questionnaire.models import (
    Case,
    Event,
    Intake,
    Membership,
    Team,
    User,
    reference_key,
    sign_rights,
    stored_state,
    teams_of,
)
from questionnaire.operations import metrics

_PAGE_ITEMS: Final = {page_id: [item.id for item in page.items] for page_id, page in PAGES.items()}


def start_intake(
    user: User, team: Team, reference: str, on: date, language: str, page_id: UUID | None = None
) -> Intake:
    """Start an intake in a case of its own. Raise PermissionDenied for someone not a professional there.

    With the `page_id` that a page was made with, sending it twice starts one.
    """
    if not teams_of(user, Membership.Role.PROFESSIONAL).filter(pk=team.pk).exists():
        raise PermissionDenied
    fields: dict[str, Any] = {"team": team, "on": on, "language": language}
    uuid = row_id(user, page_id, "intake")
    with transaction.atomic():
        # Two requests of one person wait for each other. A full lock would also conflict with the foreign
        # key of an audit event of the same person, and on PostgreSQL the two could then deadlock.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if existing := user.intakes.filter(pk=uuid, case__reference=reference, **fields).first():
            return existing
        if Intake.objects.filter(pk=uuid).exists() or Event.objects.filter(intake=uuid).exists():
            uuid = uuid4()  # the page was changed and sent again, or what it started is erased
        case = Case(team=team, reference=reference, reference_key=reference_key(reference))
        case.make_key()
        case.save(force_insert=True)
        intake = Intake(pk=uuid, case=case, author=user, catalogue_version=VERSION, **fields)
        intake.make_key()
        update_list_columns(intake, (), FollowUp())
        stored_state.remember(intake)
        intake.save(force_insert=True)
        sign_rights(case, audit_log.record(user, EventCode.INTAKE_STARTED, intake).seq)
    return intake


def save_section(user: User, intake: Intake, page_id: str, submission: Submission) -> SaveResult:
    """Merge a page of questions into the intake, item by item. Raise ClosedIntakeError.

    The parts of an item (answer, note, source, reason) are merged one by one. One that the page left alone
    stays as it is stored. One that nobody else changed is saved. Where someone else did, the stored one stays
    and what was posted becomes a draft of the item.
    """
    return _save(user, intake, submission, _PAGE_ITEMS[page_id], page_id)


def save_draft(user: User, intake: Intake, submission: Submission) -> SaveResult:
    """Store the draft of an incident, from a page without questions. Raise ClosedIntakeError."""
    return _save(user, intake, submission, (), "incidents")


@dataclass(frozen=True, slots=True)
class _Change:
    """What a submission makes of an intake: the content after it, and its summary if that is to be stored."""

    content: dict[str, Any]
    merge: Merge
    summary: Summary | None


def _save(
    user: User, intake: Intake, submission: Submission, item_ids: Sequence[str], page_id: str
) -> SaveResult:
    # Before the lock, so that nobody waits for it; once more with the lock when somebody else came between.
    change = _merged(intake, submission, item_ids)
    with transaction.atomic():
        current = lock_open_intake(user, intake)
        if not has_same_token(current, intake, "content"):
            change = _merged(current, submission, item_ids)
        if change.summary:
            current.content = change.content
            store_answers(user, current, change.summary, page_id)
    if change.merge.conflicts:
        metrics.SAVES.labels("conflict").inc()
    elif change.summary:
        metrics.SAVES.labels("saved").inc()
    return SaveResult.of(current, change.merge, change.summary)


def _merged(intake: Intake, submission: Submission, item_ids: Sequence[str]) -> _Change:
    """Merge a submission into a copy of the content of the intake."""
    content = json.loads(json.dumps(intake.content))
    before = texts_of(content)
    merge = Merge(content, submission)
    merge.merge_all(item_ids)
    if not merge.must_store:
        return _Change(content, merge, None)
    keep_earlier(content, before, timezone.now())
    answers = Answers.parse(content["answers"], until=date.max)
    return _Change(content, merge, summarise(answers, intake.incident_log, intake.on))


def restore_text(user: User, intake: Intake, key: str, number: int) -> bool:
    """Put an earlier version of a text back; return whether there is one. Raise ClosedIntakeError.

    `key` and `number` are those of `domain.earlier_versions`.
    """
    with transaction.atomic():
        current = lock_open_intake(user, intake)
        is_done = put_back(current.content, key, number, timezone.now())
        if is_done:
            store_change(user, current, EventCode.TEXT_RESTORED, [_place_of(key)])
    return is_done


def _place_of(key: str) -> str:
    """Return the page of a text by its key, or the name of a text of the intake itself, for an event."""
    item_id = key.rpartition(" ")[2]
    return SECTION_OF[item_id].id if item_id in SECTION_OF else item_id


def record_read(user: User, intake: Intake | None, code: EventCode) -> None:
    """Record that a page showed content of an intake, or of none in particular, as a list does."""
    with transaction.atomic():
        audit_log.record(user, code, intake)
