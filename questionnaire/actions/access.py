"""The writers of who may see a case: assigning, naming, locking out, shielding, opening with a reason.

All of it holds for the whole case, and is written under a lock on all of its intakes, so that two changes at
once cannot together take away the last person who decides about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from questionnaire.audit import log as audit_log
from questionnaire.audit.log import Code
from questionnaire.domain.workflow import State
from questionnaire.models import Access, AccessScope, Handover, Intake, Membership, User

#: How long a case stays open for someone who opened it with a reason.
OPENED_FOR: Final = timedelta(hours=8)
_SEEING: Final = (Membership.Role.PROFESSIONAL, Membership.Role.REVIEWER)


class LastManagerError(Exception):
    """After this nobody would be left who sees the case and decides about it."""


def colleagues(intake: Intake) -> QuerySet[User]:
    """The people of the team who can be given or refused anything in its cases."""
    of_team = User.objects.filter(
        is_active=True, memberships__team=intake.team_id, memberships__role__in=_SEEING
    )
    return of_team.distinct().order_by("name", "username")


def sees(user: User, intake: Intake) -> bool:
    """Whether this person sees the content of the intake now."""
    return Intake.objects.visible_to(user).filter(pk=intake.pk).exists()


def give(user: User, intake: Intake, to: User, kind: Access.Kind) -> None:
    """Give or refuse a colleague something in the case. Raises PermissionDenied and NobodyLeft."""
    with _deciding(user, intake) as current:
        _require_colleague(current, to, kind)
        _row, is_new = Access.objects.get_or_create(case=current.case, user=to, kind=kind)
        if is_new:
            audit_log.record(user, Code.RIGHT_GIVEN, current.uuid, reason=_told(kind, to))


def take(user: User, intake: Intake, of: User, kind: Access.Kind) -> None:
    """Take back what `give` gave. Raises PermissionDenied and NobodyLeft."""
    with _deciding(user, intake) as current:
        taken, _by_model = Access.objects.filter(case=current.case, user=of, kind=kind).delete()
        if taken:
            audit_log.record(user, Code.RIGHT_TAKEN, current.uuid, reason=_told(kind, of))


def shield(user: User, intake: Intake, *, is_shielded: bool = True) -> None:
    """Shield the case, or lift that. Whoever shields it is named. Raises PermissionDenied and NobodyLeft."""
    with _deciding(user, intake) as current:
        if current.shielded == is_shielded:
            return
        Intake.objects.filter(case=current.case).update(shielded=is_shielded)
        if is_shielded:
            Access.objects.get_or_create(case=current.case, user=user, kind=Access.Kind.NAMED)
        audit_log.record(user, Code.CASE_SHIELDED if is_shielded else Code.SHIELD_LIFTED, current.uuid)


def hand_over(user: User, intake: Intake, to: User, note: str) -> None:
    """Make a colleague the author of what is not signed off in the case.

    What was signed off keeps its author. The colleague reads it too, and is named when it is shielded.
    Raises PermissionDenied and NobodyLeft.
    """
    with _deciding(user, intake) as current:
        _require_colleague(current, to, Access.Kind.ASSIGNED)
        unsigned = Intake.objects.filter(case=current.case).exclude(state=State.SIGNED_OFF)
        if not unsigned.exclude(author=to).update(author=to):
            return
        kinds = (Access.Kind.ASSIGNED, Access.Kind.NAMED) if current.shielded else (Access.Kind.ASSIGNED,)
        for kind in kinds:
            Access.objects.get_or_create(case=current.case, user=to, kind=kind)
        Handover(intake=current, by=user, to=to, content={"note": note}).save(force_insert=True)
        audit_log.record(user, Code.INTAKE_HANDED_OVER, current.uuid, reason=f"user {to.pk}")


def open_with_reason(user: User, intake: Intake, reason: str) -> None:
    """Open a case of the team for a while, to read. The reviewer sees who did, when and why.

    Raises PermissionDenied for what no reason opens: another team's case, or a shielded one.
    """
    with transaction.atomic():
        current = _locked(intake)
        sight = AccessScope.of(user)
        if sees(user, current):
            return
        if not Intake.objects.filter(sight.rows, pk=current.pk, team__in=sight.professional).exists():
            raise PermissionDenied
        until = {"given_at": timezone.now(), "until": timezone.now() + OPENED_FOR}
        Access.objects.update_or_create(case=current.case, user=user, kind=Access.Kind.OPENED, defaults=until)
        audit_log.record(user, Code.CASE_OPENED, current.uuid, reason=reason)


@contextmanager
def _deciding(user: User, intake: Intake) -> Iterator[Intake]:
    """The intake, locked with its case, for someone who decides about it; someone does afterwards too."""
    with transaction.atomic():
        current = _locked(intake)
        if not _decides(user, current):
            raise PermissionDenied
        yield current
        current.refresh_from_db(fields=["shielded", "author"])
        if not any(_decides(colleague, current) for colleague in colleagues(current)):
            raise LastManagerError


def _decides(user: User, intake: Intake) -> bool:
    return sees(user, intake) and AccessScope.of(user).holds(intake)


def _locked(intake: Intake) -> Intake:
    """The intake as stored now; nobody else writes in its case until the transaction ends."""
    of_case = Intake.objects.select_for_update().defer("content").filter(case=intake.case).order_by("pk")
    return next(each for each in of_case if each.pk == intake.pk)


def _require_colleague(intake: Intake, to: User, kind: Access.Kind) -> None:
    """Only a professional writes, and only who reads cases of the team is given or refused one."""
    roles = (Membership.Role.PROFESSIONAL,) if kind is Access.Kind.ASSIGNED else _SEEING
    if not to.memberships.filter(team=intake.team_id, role__in=roles).exists() or not to.is_active:
        raise PermissionDenied


def _told(kind: Access.Kind, user: User) -> str:
    return f"{kind.value}: user {user.pk}"
