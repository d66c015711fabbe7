"""The writers of the review: handing in, remarks, answers, returning, signing off, and what comes after it.

Every move is made on the row as it is stored at that moment. Whoever comes second is told by `Overtaken`, and
nothing is written.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from questionnaire.actions.intakes import locked, store, update_list_columns
from questionnaire.audit import log as audit_log
from questionnaire.audit.log import Code
from questionnaire.domain.catalogue import VERSION
from questionnaire.domain.fingerprints import fingerprint
from questionnaire.domain.follow_up import FollowUp
from questionnaire.domain.merge import Resolution, resolve
from questionnaire.domain.workflow import RULES, Move, State, after, may
from questionnaire.models import Document, Incident, Intake, Remark, SignOff, Step, User
from questionnaire.permissions import parts_of
from questionnaire.queries import cases

#: What a correction does not take along: what was typed and never saved, and the pages it was typed on.
_LEFT_BEHIND: Final[Mapping[str, Any]] = {"drafts": {}, "pages": []}


class StaleIntakeError(Exception):
    """The intake is not any more as it was when the page was made: someone else was first."""


class NothingAsked(Exception):  # noqa: N818
    """An intake is returned with at least one remark that waits for an answer."""


@dataclass(frozen=True, slots=True)
class SentAnswer:
    """The answer to one remark. `base` is the `answer_digest` that the page was made with."""

    text: str
    base: str


def answer_digest(remark: Remark) -> str:
    """What a page was made with, for the answer to one remark."""
    return fingerprint(remark.content["answer"])


def submit(user: User, intake: Intake) -> Intake:
    """Hand the intake in: what was said is closed until it is returned. Raises Overtaken."""
    return _move(user, intake, Move.SUBMIT, Code.INTAKE_SUBMITTED)


def withdraw(user: User, intake: Intake) -> Intake:
    """Take it back, as something is to be added. Raises Overtaken."""
    return _move(user, intake, Move.WITHDRAW, Code.INTAKE_WITHDRAWN)


def remark(user: User, intake: Intake, item: str, text: str, uuid: UUID | None = None) -> Remark:
    """Remark something on a question, or on all of it for "". Raises Overtaken.

    With the `uuid` that the page was made with, sending it twice adds one, also when it comes too late.
    """
    content = {"item": item, "text": text, "answer": ""}
    with transaction.atomic():
        there = intake.remarks.filter(pk=uuid, by=user).first() if uuid else None
        if there and there.content == {**content, "answer": there.content["answer"]}:
            return there
        intake = _ready(user, intake, Move.REMARK)
        row = Remark(intake=intake, by=user, content=content)
        if uuid and not Remark.objects.filter(pk=uuid).exists():
            row.uuid = uuid
        row.save(force_insert=True)
        store(user, intake, Code.REMARK_ADDED, [item] if item else [])
    return row


def answer(user: User, intake: Intake, sent: Mapping[UUID, SentAnswer]) -> tuple[UUID, ...]:
    """Store the answers to remarks. Gives the ids of those that someone else answered meanwhile.

    These stay as they are stored. Raises Overtaken.
    """
    with transaction.atomic():
        intake = _ready(user, intake, Move.ANSWER)
        rows = {row.pk: row for row in intake.remarks.filter(pk__in=sent)}
        came = {pk: resolve(row.content["answer"], sent[pk].text, sent[pk].base) for pk, row in rows.items()}
        for pk in (saved := [pk for pk, found in came.items() if found is Resolution.SAVE]):
            rows[pk].content = {**rows[pk].content, "answer": sent[pk].text}
            rows[pk].answered_by = user
            rows[pk].save()
        if saved:
            store(user, intake, Code.REMARKS_ANSWERED)
    return tuple(pk for pk, found in came.items() if found is Resolution.CONFLICT)


def give_back(user: User, intake: Intake) -> Intake:
    """Return the intake with its questions. Raises Overtaken, and NothingAsked when there are none."""
    with transaction.atomic():
        current = _ready(user, intake, Move.RETURN)
        if all(row.content["answer"] for row in current.remarks.all()):
            raise NothingAsked
        return _moved(user, current, Move.RETURN, Code.INTAKE_RETURNED)


def sign_off(user: User, intake: Intake, pdf: bytes, words: Mapping[str, object]) -> SignOff:
    """Close the intake for good, with the PDF and the `words` made of it as given. Raises Overtaken.

    That is also raised when anything was written since, so that what is signed is what was read.
    """
    with transaction.atomic():
        current = _ready(user, intake, Move.SIGN_OFF)
        if current.revision != intake.revision:
            raise StaleIntakeError
        document = Document(
            intake=current,
            edition="full",
            language=current.language,
            revision=current.revision,
            sha256=hashlib.sha256(pdf).hexdigest(),
            pdf=pdf,
        )
        document.save(force_insert=True)
        signed = SignOff(intake=current, by=user, document=document, content=words)
        signed.save(force_insert=True)
        _moved(user, current, Move.SIGN_OFF, Code.INTAKE_SIGNED_OFF)
    return signed


def correct(user: User, intake: Intake) -> Intake:
    """Begin a new version of what was signed off, with all that is in it; the one begun before, if any."""
    with transaction.atomic():
        current = _ready(user, intake, Move.CORRECT)
        if begun := current.corrections.first():
            return begun
        new = _begun(user, current, current.on, corrects=current, previous=current.previous)
        new.content = {**current.content, **_LEFT_BEHIND}
        new.catalogue_version = current.catalogue_version
        new.is_followed = current.is_followed
        incidents = [incident.content for incident in current.incidents.all()]
        steps = [(step.kind, step.content) for step in current.steps.all()]
        update_list_columns(new, [incident.told for incident in current.incidents.all()], current.follow_up)
        new.save(force_insert=True)
        for content in incidents:
            Incident(intake=new, content=content).save(force_insert=True)
        for kind, content in steps:
            Step(intake=new, kind=kind, content=content).save(force_insert=True)
        audit_log.record(user, Code.CORRECTION_STARTED, new.uuid)
    return new


def reassess(user: User, intake: Intake, on: date) -> Intake:
    """Begin the next assessment of the case, in which nothing is answered; the one begun before, if any."""
    with transaction.atomic():
        # All versions, and always in one order: two who begin from two of them never wait for each other.
        versions = list(cases.versions(intake).select_for_update().order_by("pk"))
        current = _ready(user, intake, Move.REASSESS)
        if begun := cases.following(current):
            return begun
        new = _begun(user, current, on, previous=current)
        update_list_columns(new, (), FollowUp())
        new.save(force_insert=True)
        for version in versions:
            version.is_followed = True
            version.next_due = version.follow_up.next_due(None)
            version.save(update_fields=["is_followed", "next_due"])
        audit_log.record(user, Code.REASSESSMENT_STARTED, new.uuid)
    return new


def _begun(user: User, current: Intake, on: date, **comes_after: Intake | None) -> Intake:
    """Another intake in the same case, not stored yet."""
    new = Intake(
        team=current.team,
        author=user,
        case=current.case,
        shielded=current.shielded,
        reference=current.reference,
        reference_key=current.reference_key,
        on=on,
        language=current.language,
        catalogue_version=VERSION,
        **comes_after,
    )
    new.make_key()
    return new


def _ready(user: User, intake: Intake, move: Move) -> Intake:
    """The intake, locked, when this person may make the move now. Raises Overtaken or PermissionDenied."""
    current, parts = locked(intake), parts_of(user, intake)
    if not any(may(move, state, parts) for state in RULES[move].since):
        raise PermissionDenied
    if not may(move, State(current.state), parts):
        raise StaleIntakeError
    return current


def _move(user: User, intake: Intake, move: Move, code: Code) -> Intake:
    with transaction.atomic():
        return _moved(user, _ready(user, intake, move), move, code)


def _moved(user: User, current: Intake, move: Move, code: Code) -> Intake:
    current.state = after(move, State(current.state))
    _dated(current, move)
    store(user, current, code)
    return current


def _dated(current: Intake, move: Move) -> None:
    """When it was handed in, and when a reviewer was done with it: what was taken back was not handed in."""
    if move in (Move.SUBMIT, Move.WITHDRAW):
        current.submitted_at = timezone.now() if move is Move.SUBMIT else None
        current.reviewed_at = None
    elif move in (Move.RETURN, Move.SIGN_OFF):
        current.reviewed_at = timezone.now()
