"""Start an intake, save a page of its questions, and record that its content was read.

The values were parsed by a form. A save that changes nothing writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from questionnaire.actions.transactions import SaveResult, lock_open_intake, store_change, update_list_columns
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.catalogue import VERSION
from questionnaire.domain.follow_up import FollowUp
from questionnaire.domain.merge import Merge, Submission
from questionnaire.domain.routes import PAGES
from questionnaire.models import Intake, Membership, Team, User, reference_key, teams_of

_PAGE_ITEMS: Final = {page_id: [item.id for item in page.items] for page_id, page in PAGES.items()}


def start_intake(
    user: User, team: Team, reference: str, on: date, language: str, uuid: UUID | None = None
) -> Intake:
    """Start an intake in a team. Raise PermissionDenied for someone who is not a professional there.

    With the `uuid` that a page was made with, sending it twice starts one. When another intake has this
    uuid, whoever its author is, the new one gets a uuid of its own.
    """
    if not teams_of(user, Membership.Role.PROFESSIONAL).filter(pk=team.pk).exists():
        raise PermissionDenied
    fields: dict[str, Any] = {"team": team, "reference": reference, "on": on, "language": language}
    with transaction.atomic():
        # Two requests of one person wait for each other. A full lock would also conflict with the foreign
        # key of an audit event of the same person, and on PostgreSQL the two could then deadlock.
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if uuid and (existing := user.intakes.filter(pk=uuid, **fields).first()):
            return existing
        intake = Intake(
            author=user, reference_key=reference_key(reference), catalogue_version=VERSION, **fields
        )
        if uuid and not Intake.objects.filter(pk=uuid).exists():
            intake.uuid = uuid
        intake.make_key()
        update_list_columns(intake, (), FollowUp())
        intake.save(force_insert=True)
        audit_log.record(user, EventCode.INTAKE_STARTED, intake.uuid)
    return intake


def save_section(user: User, intake: Intake, page_id: str, submission: Submission) -> SaveResult:
    """Merge a page of questions into the intake, item by item. Raise ClosedIntakeError.

    The parts of an item (answer, note, source, reason) are merged one by one. One that the page left alone
    stays as it is stored. One that nobody else changed is saved. Where someone else did, the stored one stays
    and what was posted becomes a draft of the item.
    """
    return _save(user, intake, submission, _PAGE_ITEMS[page_id])


def save_draft(user: User, intake: Intake, submission: Submission) -> SaveResult:
    """Store the draft of an incident, from a page without questions. Raise ClosedIntakeError."""
    return _save(user, intake, submission, ())


def _save(user: User, intake: Intake, submission: Submission, item_ids: Sequence[str]) -> SaveResult:
    with transaction.atomic():
        current = lock_open_intake(intake)
        merge = Merge(current.content, submission)
        merge.merge_all(item_ids)
        if merge.must_store:
            changed = [key.partition(" ")[0] for key in merge.touched]
            store_change(user, current, EventCode.INTAKE_CHANGED, changed)
    return SaveResult.of(current, merge)


def record_read(user: User, intake: Intake | None, code: EventCode) -> None:
    """Record that a page showed content of an intake, or of none in particular, as a list does."""
    with transaction.atomic():
        audit_log.record(user, code, intake.uuid if intake else None)
