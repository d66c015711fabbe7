"""Make the moves of an intake: submit, review, sign off, and then correct or reassess.

Each move is made on the row as it is stored at that moment. Whoever comes second gets StaleIntakeError, and
nothing is written. Someone who may not make the move in any state gets PermissionDenied.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from questionnaire.actions import deliveries
from questionnaire.actions.ids import row_id
from questionnaire.actions.incidents import forget_removed
from questionnaire.actions.review_undo import drop_undone_remarks
from questionnaire.actions.transactions import lock_intake, store_change, update_list_columns
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.catalogue import SECTION_OF, VERSION
from questionnaire.domain.earlier_texts import REMARK, keep_answer
from questionnaire.domain.earlier_versions import EARLIER, EARLIER_STEPS, versions_of
from questionnaire.domain.fingerprints import fingerprint
from questionnaire.domain.follow_up import FollowUp
from questionnaire.domain.merge import Resolution, resolve
from questionnaire.domain.workflow import TRANSITIONS, Move, State, is_allowed, next_state
from questionnaire.models import (
    SIGNED_LOG,
    STORED,
    Document,
    Intake,
    Remark,
    SignOff,
    Step,
    User,
    sign_rights,
    stored_state,
)
from questionnaire.models.records_before import BEFORE
from questionnaire.models.stored_state import LEVEL_AT_SIGN_OFF
from questionnaire.permissions import relations_of, sees_whole_case
from questionnaire.queries import cases
from questionnaire.queries.safety_plans import safety_plan_of

#: The content that a correction begins without: drafts, and the latest saves of pages.
_NOT_COPIED: Final[Mapping[str, Any]] = {"drafts": {}, "pages": []}


class StaleIntakeError(Exception):
    """The intake is no longer as the page showed it: someone else was first."""


class UnfinishedWordsError(Exception):
    """The intake cannot be signed off: something typed in it is in no document yet."""


class NoOpenRemarkError(Exception):
    """The intake cannot be returned: there is no remark that waits for an answer."""


@dataclass(frozen=True, slots=True)
class AnswerSubmission:
    """What a page sent as the answer to one remark. `base` is the `answer_fingerprint` it is based on."""

    text: str
    base: str


def answer_fingerprint(remark: Remark) -> str:
    """Return the fingerprint of the answer to a remark that a page is based on."""
    return fingerprint(remark.content["answer"])


def submit(user: User, intake: Intake) -> Intake:
    """Submit the intake for review, which closes its answers and incidents. Raise StaleIntakeError."""
    return _move(user, intake, Move.SUBMIT, EventCode.INTAKE_SUBMITTED)


def withdraw(user: User, intake: Intake) -> Intake:
    """Take a submitted intake back, to add something. Raise StaleIntakeError."""
    return _move(user, intake, Move.WITHDRAW, EventCode.INTAKE_WITHDRAWN)


def add_remark(user: User, intake: Intake, item: str, text: str, page_id: UUID | None = None) -> Remark:
    """Add a remark on a question, or on the whole intake for the item "". Raise StaleIntakeError.

    With the `page_id` that a page was made with, sending it twice adds one, also when that is too late for
    another remark.
    """
    content = {"item": item, "text": text, "answer": ""}
    uuid = _remark_id(user, intake, page_id)
    with transaction.atomic():
        stored = intake.remarks.filter(pk=uuid).first()
        if stored and stored.content == {**content, "answer": stored.content["answer"]}:
            return stored
        intake = _lock_for_move(user, intake, Move.REMARK)
        remark = Remark(intake=intake, by=user, content=content)
        if not stored:
            remark.uuid = uuid
        remark.save(force_insert=True)
        drop_undone_remarks(user, intake)
        store_change(user, intake, EventCode.REMARK_ADDED, [SECTION_OF[item].id] if item else [])
    return remark


def has_remark(user: User, intake: Intake, page_id: UUID | None) -> bool:
    """Return whether this page of this person added its remark already."""
    return intake.remarks.filter(pk=_remark_id(user, intake, page_id)).exists()


def _remark_id(user: User, intake: Intake, page_id: UUID | None) -> UUID:
    return row_id(user, page_id, intake.pk, "remark")


def answer_remarks(user: User, intake: Intake, sent: Mapping[UUID, AnswerSubmission]) -> tuple[UUID, ...]:
    """Store the answers to remarks. Return the ids of those that someone else answered meanwhile.

    The answers to these stay as they are stored. Raise StaleIntakeError.
    """
    resolutions = {}
    with transaction.atomic():
        intake = _lock_for_move(user, intake, Move.ANSWER)
        for remark in intake.remarks.filter(pk__in=sent):
            answer = sent[remark.pk]
            resolutions[remark.pk] = resolve(remark.content["answer"], answer.text, answer.base)
            if resolutions[remark.pk] is Resolution.SAVE:
                before = remark.content["answer"]
                keep_answer(intake.content, remark.pk, before, answer.text, timezone.now())
                remark.content = {**remark.content, "answer": answer.text}
                remark.answered_by = user
                remark.save()
        if Resolution.SAVE in resolutions.values():
            store_change(user, intake, EventCode.REMARKS_ANSWERED)
    return tuple(pk for pk, resolution in resolutions.items() if resolution is Resolution.CONFLICT)


def restore_answer(user: User, intake: Intake, remark: UUID, number: int) -> bool:
    """Put an earlier answer to a remark back; return whether there is one. Raise StaleIntakeError."""
    versions = versions_of(intake.content, EARLIER, f"{REMARK} {remark}")
    row = intake.remarks.filter(pk=remark).first()
    if row is None or not 0 <= number < len(versions):
        return False
    _moment, text = versions[number]
    return not answer_remarks(user, intake, {remark: AnswerSubmission(text, answer_fingerprint(row))})


def return_intake(user: User, intake: Intake) -> Intake:
    """Return the intake to its author with remarks. Raise StaleIntakeError or NoOpenRemarkError."""
    with transaction.atomic():
        current = _lock_for_move(user, intake, Move.RETURN)
        if all(remark.content["answer"] for remark in current.remarks.all()):
            raise NoOpenRemarkError
        return _store_move(user, current, Move.RETURN, EventCode.INTAKE_RETURNED)


def sign_off(user: User, intake: Intake, pdf: bytes, texts: Mapping[str, object]) -> SignOff:
    """Close the intake for good, with the PDF and the texts that were made of the given revision.

    It keeps the incident log as it is now, whatever is added to the log of the case later. Raise
    StaleIntakeError, also when anything was written since: what is signed off is what was read. Raise
    UnfinishedWordsError while something typed is not saved.
    """
    with transaction.atomic():
        current = _lock_for_move(user, intake, Move.SIGN_OFF)
        if current.revision != intake.revision:
            raise StaleIntakeError
        plan = safety_plan_of(current.case)
        if current.content["drafts"] or (plan and plan.content["drafts"]):
            raise UnfinishedWordsError
        document = Document(
            intake=current,
            edition="full",
            language=current.language,
            revision=current.revision,
            sha256=hashlib.sha256(pdf).hexdigest(),
            pdf=pdf,
        )
        document.save(force_insert=True)
        sign_off = SignOff(intake=current, by=user, document=document, content=texts)
        sign_off.save(force_insert=True)
        deliveries.queue(sign_off)
        for key in (EARLIER, EARLIER_STEPS, BEFORE):
            current.content.pop(key, None)
        current.content[SIGNED_LOG] = [incident.to_json() for incident in current.incident_log]
        if not current.case.intakes.exclude(state=State.SIGNED_OFF).exclude(pk=current.pk).exists():
            forget_removed(current.case)
        _store_move(user, current, Move.SIGN_OFF, EventCode.INTAKE_SIGNED_OFF, [document.sha256])
        current.signed_urgency, current.signed_rules_version = current.urgency, current.rules_version
        stored_state.note(current, *LEVEL_AT_SIGN_OFF)
        current.save(update_fields=["content", *LEVEL_AT_SIGN_OFF])
    return sign_off


def correct(user: User, intake: Intake) -> Intake:
    """Return the correction of a signed-off intake; start one, with a copy of its content, if there is none.

    It goes on in the log of the case as that is now. Raise StaleIntakeError, and PermissionDenied for someone
    who may not see another conversation of the case.
    """
    with transaction.atomic():
        current = _lock_for_move(user, intake, Move.CORRECT)
        if existing := current.corrections.first():
            return existing
        if not sees_whole_case(user, current):  # a correction opens the log of the whole case
            raise PermissionDenied
        new = _new_intake(user, current, current.on, corrects=current, previous=current.previous)
        new.content = {**current.content, **_NOT_COPIED}
        for key in (SIGNED_LOG, STORED, EARLIER, EARLIER_STEPS, BEFORE):
            new.content.pop(key, None)
        new.catalogue_version = current.catalogue_version
        new.is_followed = current.is_followed
        update_list_columns(new, new.incident_log, current.follow_up)
        stored_state.remember(new)
        new.save(force_insert=True)
        for step in current.steps.all():
            Step(intake=new, kind=step.kind, content=step.content).save(force_insert=True)
        sign_rights(current.case, audit_log.record(user, EventCode.CORRECTION_STARTED, new).seq)
    return new


def reassess(user: User, intake: Intake, on: date) -> Intake:
    """Return the next assessment of the case; start one, without answers, if there is none.

    Raise StaleIntakeError.
    """
    with transaction.atomic():
        current = _lock_for_move(user, intake, Move.REASSESS)
        if existing := cases.next_assessment(current):
            return existing
        new = _new_intake(user, current, on, previous=current)
        update_list_columns(new, new.incident_log, FollowUp())
        stored_state.remember(new)
        new.save(force_insert=True)
        for version in cases.versions(current).select_for_update().order_by("pk"):
            version.is_followed = True
            version.next_due = version.follow_up.next_due(None)
            stored_state.note(version, "is_followed")
            version.save(update_fields=["content", "is_followed", "next_due"])
        sign_rights(current.case, audit_log.record(user, EventCode.REASSESSMENT_STARTED, new).seq)
    return new


def _new_intake(user: User, current: Intake, on: date, **predecessors: Intake | None) -> Intake:
    """Return another intake in the same case, not stored yet."""
    new = Intake(
        team=current.team,
        author=user,
        case=current.case,
        on=on,
        language=current.language,
        catalogue_version=VERSION,
        **predecessors,
    )
    new.make_key()
    return new


def _lock_for_move(user: User, intake: Intake, move: Move) -> Intake:
    """Lock the case and the intake for a move, which changes what each person may do with it.

    Raise PermissionDenied, or StaleIntakeError when the move is not allowed now.
    """
    current = lock_intake(user, intake)
    relations = relations_of(user, current)
    if not any(is_allowed(move, state, relations) for state in TRANSITIONS[move].sources):
        raise PermissionDenied
    if not is_allowed(move, State(current.state), relations):
        raise StaleIntakeError
    return current


def _move(user: User, intake: Intake, move: Move, code: EventCode) -> Intake:
    with transaction.atomic():
        return _store_move(user, _lock_for_move(user, intake, move), move, code)


def _store_move(
    user: User, current: Intake, move: Move, code: EventCode, items: Sequence[str] = ()
) -> Intake:
    current.state = next_state(move, State(current.state))
    if move in (Move.SUBMIT, Move.WITHDRAW):
        # What was withdrawn counts as not submitted, and what is submitted again as not reviewed.
        current.submitted_at = timezone.now() if move is Move.SUBMIT else None
        current.reviewed_at = None
    else:
        current.reviewed_at = timezone.now()
    sign_rights(current.case, store_change(user, current, code, items).seq)
    return current
