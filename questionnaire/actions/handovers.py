"""Hand a case over to a colleague with a note, take that back, and record that the note was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from questionnaire.actions.access import (
    describe_grant,
    grant_for_good,
    is_eligible,
    managed_case,
    require_eligible,
)
from questionnaire.actions.access_periods import Period, period_of, store_period
from questionnaire.actions.transactions import lock_case_of, lock_intake
from questionnaire.audit import log as audit_log
from questionnaire.audit.authorship import TAKEN_BACK_FROM
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.workflow import State
from questionnaire.models import Access, Event, Handover, Intake, Membership, User, sign_rights
from questionnaire.models.records_before import BEFORE, kept_before, newest_changes

#: What an intake keeps for ten minutes of a hand-over that was taken back.
_UNDONE_NOTE: Final = "note of a hand-over"


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a hand-over changed: its row, the authors by intake before it, and the access that it gave.

    Of each kind of access, it says from and until when the colleague had it before. `kept` says that of the
    read access of whoever handed over; None when they did not ask to go on reading.
    """

    uuid: str
    authors: Mapping[str, int]
    given: Mapping[str, Period]
    kept: Period | None = None


def may_go_on_reading(user: User, intake: Intake) -> bool:
    """Return whether this person may give themselves read access, which they do not have already."""
    has_it = intake.case.access.filter(user=user, kind=Access.Kind.NAMED, until=None).exists()
    return not has_it and is_eligible(user, intake, user, Access.Kind.NAMED)


def hand_over(
    user: User, intake: Intake, to: User, note: str, *, goes_on_reading: bool = False
) -> HandOver | None:
    """Make a colleague the author of the intakes of the case that are not signed off.

    Those that are signed off keep their author. The colleague may read them too, and is named when the case
    is shielded. Whoever `goes_on_reading` is named themselves. Return what `take_back` needs; None when the
    colleague is the author already. Raise PermissionDenied or LastManagerError.
    """
    with managed_case(user, intake) as current:
        require_eligible(user, current, to, Access.Kind.ASSIGNED)
        case = current.case
        unsigned = case.intakes.exclude(state=State.SIGNED_OFF).exclude(author=to)
        authors = {str(pk): author for pk, author in unsigned.values_list("pk", "author")}
        if not authors:
            return None
        kept = _go_on_reading(user, current) if goes_on_reading else None
        unsigned.update(author=to)
        _drop_undone_notes(user, current)
        row, given = record_handover(user, current, to, note)
    return HandOver(str(row.uuid), authors, given, kept)


def _go_on_reading(user: User, current: Intake) -> Period:
    """Name this person in the locked case, while they still read all of it; the caller signs the rights.

    Return from and until when they were named before.
    """
    require_eligible(user, current, user, Access.Kind.NAMED)
    before = period_of(current.case, user, Access.Kind.NAMED)
    if grant_for_good(current.case, user, Access.Kind.NAMED):
        reason = describe_grant(Access.Kind.NAMED, user.pk)
        audit_log.record(user, EventCode.RIGHT_GIVEN, current, reason=reason, subject=user.pk)
    return before


def record_handover(user: User, current: Intake, to: User, note: str) -> tuple[Handover, dict[str, Period]]:
    """Assign a case that was handed over, with the note and the event; `current` is in a locked case.

    Return the note, and from and until when this person had before what it gave them, by kind.
    """
    case = current.case
    kinds = (Access.Kind.ASSIGNED, Access.Kind.NAMED) if case.shielded else (Access.Kind.ASSIGNED,)
    before = {kind: period_of(case, to, kind) for kind in kinds}
    given = {kind.value: before[kind] for kind in kinds if grant_for_good(case, to, kind)}
    row = Handover(intake=current, by=user, to=to, content={"note": note})
    row.save(force_insert=True)
    code, reason = EventCode.INTAKE_HANDED_OVER, f"user {to.pk}"
    event = audit_log.record(user, code, current, reason=reason, subject=to.pk)
    sign_rights(case, event.seq)
    return row, given


def read_note(user: User, intake: Intake, handover: UUID) -> bool:
    """Record that this person read the note of a hand-over to them; return whether they had not yet.

    Raise PermissionDenied for someone who may not read the intake.
    """
    with transaction.atomic():
        current = lock_intake(user, intake)
        row = current.handovers.filter(pk=handover, to=user, read_at=None).first()
        if row is None:
            return False
        row.read_at = timezone.now()
        row.save(update_fields=["read_at"])
        audit_log.record(user, EventCode.HAND_OVER_NOTE_READ, current)
        return True


def unread_note(user: User, intake: Intake, handover: UUID) -> bool:
    """Undo that this person read the note of a hand-over to them; return whether they had.

    Raise PermissionDenied for someone who may not read the intake.
    """
    with transaction.atomic():
        current = lock_intake(user, intake)
        row = current.handovers.filter(pk=handover, to=user).exclude(read_at=None).first()
        if row is None:
            return False
        row.read_at = None
        row.save(update_fields=["read_at"])
        audit_log.record(user, EventCode.HAND_OVER_NOTE_UNREAD, current)
        return True


def take_back(user: User, intake: Intake, handed: HandOver, since: int) -> bool:
    """Undo one's own hand-over, also as someone who lost access by it; return whether that could be done.

    It cannot once the colleague did anything in the case, be it to open it, or anyone changed a right in it
    since the event with the number `since`. Raise PermissionDenied.
    """
    with transaction.atomic():
        current = lock_case_of(intake)
        case, row = current.case, current.handovers.filter(pk=handed.uuid).first()
        if row is None or case.rights_event != since:
            return False
        if row.by_id != user.pk:
            raise PermissionDenied
        if Event.objects.filter(seq__gt=since, case=case.pk, actor=row.to_id).exists():
            return False
        for pk, author in handed.authors.items():
            _require_professional(User.objects.get(pk=author), current)
            case.intakes.filter(pk=pk, author=row.to).update(author=author)
        for kind, period in handed.given.items():
            store_period(case, row.to, Access.Kind(kind), period)
        if handed.kept is not None:
            store_period(case, user, Access.Kind.NAMED, handed.kept)
        _keep_undone_note(current, row)
        row.delete()
        reason = f"{TAKEN_BACK_FROM} {row.to_id}"
        code = EventCode.INTAKE_HANDED_OVER
        event = audit_log.record(user, code, current, reason=reason, subject=row.to_id)
        sign_rights(case, event.seq)
    return True


def undone_note(user: User, intake: Intake) -> str:
    """Return the note of the last hand-over that this person took back in ten minutes, not to be typed again.

    "" when there is none, or when they handed over since.
    """
    kept = (each for each in kept_before(intake.content) if _is_undone_by(user, each))
    return next((str(each["content"]["note"]) for each in reversed(list(kept))), "")


def _keep_undone_note(current: Intake, row: Handover) -> None:
    before = {
        "uuid": str(row.pk),
        "kind": _UNDONE_NOTE,
        "by": row.by_id,
        "at": timezone.now().isoformat(),
        "content": row.content,
    }
    current.content[BEFORE] = newest_changes([*kept_before(current.content), before])
    current.save(update_fields=["content"])


def _drop_undone_notes(user: User, current: Intake) -> None:
    kept = kept_before(current.content)
    left = [each for each in kept if not _is_undone_by(user, each)]
    if left != kept:
        current.content[BEFORE] = left
        current.save(update_fields=["content"])


def _is_undone_by(user: User, before: Mapping[str, Any]) -> bool:
    return (before["kind"], before.get("by")) == (_UNDONE_NOTE, user.pk)


def _require_professional(author: User, intake: Intake) -> None:
    """Raise PermissionDenied unless someone who was the author can be it again."""
    roles = author.memberships.filter(team=intake.team_id, role=Membership.Role.PROFESSIONAL)
    if not author.is_active or not roles.in_force():
        raise PermissionDenied
