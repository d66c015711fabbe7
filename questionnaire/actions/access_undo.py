"""Undo what changed who may see a case: a hand-over, and that someone saw an opening."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from questionnaire.actions.access import HandOver, describe_grant, managed_case
from questionnaire.actions.transactions import lock_case_of
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Access, Event, Intake, Membership, User, sign_rights


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
        case.access.filter(user=row.to, kind__in=handed.given).delete()
        row.delete()
        again = current.author_id if current.author_id != row.to_id else handed.authors[str(current.pk)]
        event = audit_log.record(user, EventCode.INTAKE_HANDED_OVER, current, reason=f"user {again}")
        sign_rights(case, event.seq)
    return True


def _require_professional(author: User, intake: Intake) -> None:
    """Raise PermissionDenied unless someone who was the author can be it again."""
    roles = author.memberships.filter(team=intake.team_id, role=Membership.Role.PROFESSIONAL)
    if not author.is_active or not roles.in_force():
        raise PermissionDenied


def unsee_opening(user: User, intake: Intake, opening: int) -> bool:
    """Undo that this person saw an opening, so that it allows no copies; return whether they did."""
    with managed_case(user, intake) as current:
        row = current.case.access.filter(kind=Access.Kind.OPENED, seen_by=user, pk=opening).first()
        if row is None:
            return False
        row.seen_by, row.seen_at = None, None
        row.save(update_fields=["seen_by", "seen_at"])
        reason = describe_grant(Access.Kind.OPENED, row.user_id)
        sign_rights(current.case, audit_log.record(user, EventCode.RIGHT_TAKEN, current, reason=reason).seq)
    return True
