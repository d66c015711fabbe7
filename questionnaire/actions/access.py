"""Change who may see a case: assign, name, lock out, shield, and break-glass access.

A change applies to the whole case. It is written under a lock on the case, so that two changes at once cannot
together take away the last person who manages access to it, and the rights are signed again after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from questionnaire.actions.access_periods import PeriodChange, period_of
from questionnaire.actions.reviewers_left import telling_of_no_reviewer
from questionnaire.actions.transactions import lock_case_of
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import (
    ROLES_FOR,
    Access,
    AccessScope,
    Case,
    Event,
    Intake,
    TamperedCaseError,
    Team,
    User,
    lock_case,
    members_of,
    sign_rights,
)

T = TypeVar("T")

BREAK_GLASS_DURATION: Final = timedelta(hours=8)
#: How many cases one person opens by break-glass within each of these periods.
OPENING_LIMITS: Final[Mapping[timedelta, int]] = {timedelta(hours=1): 3, timedelta(days=1): 6}


class LastManagerError(Exception):
    """The change would leave nobody who can read the case and manage access to it."""


class LosesAccessError(Exception):
    """The change would take the case away from whoever makes it."""


class OpeningLimitError(Exception):
    """The person opened so many cases by break-glass that they have to wait until `again_at`."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(again_at)
        self.again_at = again_at


def colleagues(intake: Intake) -> QuerySet[User]:
    """Return the members of the team to whom access to its cases can be granted or refused, by name."""
    members = members_of([intake.team_id], ROLES_FOR[Access.Kind.LOCKED_OUT]).filter(is_active=True)
    return members.order_by("name", "username")


def can_read(user: User, intake: Intake) -> bool:
    """Return whether this person may read the content of the intake now."""
    return Intake.objects.visible_to(user).filter(pk=intake.pk).exists()


def reads_all(user: User, case: Case) -> bool:
    """Return whether this person may read every conversation of the case, other than by opening it."""
    if _openings_in_force(case.access.filter(user=user)).exists():
        return False
    return not case.intakes.exclude(pk__in=Intake.objects.visible_to(user).filter(case=case)).exists()


def grant(user: User, intake: Intake, to: User, kind: Access.Kind) -> PeriodChange:
    """Grant a colleague access to the case, or lock them out, which ends their opening of it for good.

    Return what that changed. Raise PermissionDenied or LastManagerError.
    """
    with managed_case(user, intake) as current:
        require_eligible(user, current, to, kind)
        before = period_of(current.case, to, kind)
        if grant_for_good(current.case, to, kind):
            if kind is Access.Kind.LOCKED_OUT:
                end_in(current.case, of=to)
            reason = describe_grant(kind, to.pk)
            event = audit_log.record(user, EventCode.RIGHT_GIVEN, current, reason=reason, subject=to.pk)
            sign_rights(current.case, event.seq)
        return PeriodChange(before, period_of(current.case, to, kind))


def revoke(user: User, intake: Intake, of: User, kind: Access.Kind) -> PeriodChange:
    """Take back what `grant` did; return what that changed. Raise PermissionDenied or LastManagerError."""
    with managed_case(user, intake) as current:
        before = period_of(current.case, of, kind)
        revoked, _by_model = current.case.access.filter(user=of, kind=kind).delete()
        if revoked:
            reason = describe_grant(kind, of.pk)
            event = audit_log.record(user, EventCode.RIGHT_TAKEN, current, reason=reason, subject=of.pk)
            sign_rights(current.case, event.seq)
        return PeriodChange(before, ("", ""))


def shield(user: User, intake: Intake, *, is_shielded: bool = True) -> bool:
    """Shield the case, or lift that. Whoever reads all of it and shields it is named, to go on reading it.

    Return whether that is new. Shielding ends every opening by break-glass, also for when the shield is
    lifted again. Raise PermissionDenied or LastManagerError.
    """
    with managed_case(user, intake) as current:
        case = current.case
        if case.shielded == is_shielded:
            return False
        is_named = is_shielded and reads_all(user, case) and grant_for_good(case, user, Access.Kind.NAMED)
        case.shielded = is_shielded
        case.save(update_fields=["shielded"])
        if is_shielded:
            end_in(case)
        code = EventCode.CASE_SHIELDED if is_shielded else EventCode.SHIELD_LIFTED
        sign_rights(case, audit_log.record(user, code, current).seq)
    return is_named


def grant_for_good(case: Case, to: User, kind: Access.Kind) -> bool:
    """Store access without an end, also where it had one. Return whether that is a change; sign nothing."""
    row, is_new = case.access.get_or_create(user=to, kind=kind)
    if is_new or row.until is None:
        return is_new
    row.given_at, row.until = timezone.now(), None
    row.save(update_fields=["given_at", "until"])
    return True


def keeping_access(user: User, intake: Intake, change: Callable[[], T]) -> T:
    """Make a change to who may see the case, unless this person could not read it any more after that.

    Raise LosesAccessError then, and change nothing.
    """
    with transaction.atomic():
        result = change()
        if not can_read(user, intake):
            raise LosesAccessError
    return result


def open_with_reason(user: User, intake: Intake, reason: str) -> None:
    """Open a case of the team by break-glass, to read for a while. The audit event has the reason.

    It ends the opening of another case. Raise OpeningLimitError, and PermissionDenied where no reason
    suffices: for another team's case, a shielded one, one from which the person is locked out, and for
    someone who is no professional in the team.
    """
    with transaction.atomic():
        # Two openings by one person wait for each other, so that they cannot together exceed the limit.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        opened = _openings_in_force(Access.objects.filter(user=user)).values_list("case", flat=True)
        cases = _lock_cases({intake.case_id, *opened})
        current = lock_case_of(intake)
        if can_read(user, current):
            return
        scope = AccessScope.of(user)
        if not Intake.objects.filter(scope.listable, pk=current.pk, team__in=scope.professional).exists():
            raise PermissionDenied
        _require_within_limits(user)
        for case in cases:
            _end_and_sign(user, case, of=user)
        now = timezone.now()
        event = audit_log.record(user, EventCode.CASE_OPENED, current, reason=reason)
        current.case.access.create(
            user=user,
            kind=Access.Kind.OPENED,
            given_at=now,
            until=now + BREAK_GLASS_DURATION,
            event=event.seq,
        )
        sign_rights(current.case, event.seq)


def see_opening(user: User, intake: Intake, opening: int) -> None:
    """Record that someone who manages access to the case saw an opening of it; from then on it allows copies.

    Whoever opened it cannot do this. Do nothing for one that was seen. Raise PermissionDenied.
    """
    with managed_case(user, intake) as current:
        row = current.case.access.filter(kind=Access.Kind.OPENED, seen_by=None, pk=opening).first()
        if row is None:
            return
        if row.user_id == user.pk:
            raise PermissionDenied
        row.seen_by, row.seen_at = user, timezone.now()
        row.save(update_fields=["seen_by", "seen_at"])
        event = audit_log.record(user, EventCode.OPENING_SEEN, current, [str(row.event)])
        sign_rights(current.case, event.seq)


def unsee_opening(user: User, intake: Intake, opening: int) -> bool:
    """Undo that this person saw an opening, so that it allows no copies; return whether they did."""
    with managed_case(user, intake) as current:
        row = current.case.access.filter(kind=Access.Kind.OPENED, seen_by=user, pk=opening).first()
        if row is None:
            return False
        row.seen_by, row.seen_at = None, None
        row.save(update_fields=["seen_by", "seen_at"])
        reason = describe_grant(Access.Kind.OPENED, row.user_id)
        code, subject = EventCode.RIGHT_TAKEN, row.user_id
        event = audit_log.record(user, code, current, reason=reason, subject=subject)
        sign_rights(current.case, event.seq)
    return True


def end_openings(user: User | None, of: User, teams: Iterable[Team]) -> None:
    """End every opening by someone whom `user` takes out of these teams, also for when they come back."""
    opened = _openings_in_force(of.access.filter(case__team__in=teams)).values_list("case", flat=True)
    for case in _lock_cases(set(opened)):
        _end_and_sign(user, case, of)


def _openings_in_force(access: QuerySet[Access]) -> QuerySet[Access]:
    return access.filter(kind=Access.Kind.OPENED, until__gt=timezone.now())


def _lock_cases(pks: Iterable[UUID]) -> list[Case]:
    """Lock cases, always in one order, but those that were erased or tampered with: nobody reads these."""
    cases = []
    for pk in sorted(pks):
        with suppress(Case.DoesNotExist, TamperedCaseError):
            cases.append(lock_case(pk))
    return cases


def end_in(case: Case, of: User | None = None) -> bool:
    """End the openings of a locked case, by one person or by all; return whether there were any."""
    openings = _openings_in_force(case.access.all())
    return bool((openings.filter(user=of) if of else openings).update(until=timezone.now()))


def _end_and_sign(user: User | None, case: Case, of: User) -> None:
    if end_in(case, of):
        newest = case.intakes.defer("content").order_by("started_at", "pk").last()
        sign_rights(case, audit_log.record(user, EventCode.OPENING_ENDED, newest).seq)


def _require_within_limits(user: User) -> None:
    """Raise OpeningLimitError. The events are counted: nobody can empty or change these."""
    now = timezone.now()
    opened = Event.objects.filter(actor=user, code=EventCode.CASE_OPENED).order_by("-at")
    for period, most in OPENING_LIMITS.items():
        moments = opened.filter(at__gt=now - period).values_list("at", flat=True)[:most]
        if len(moments) == most:
            raise OpeningLimitError(moments[most - 1] + period)


@contextmanager
def managed_case(user: User, intake: Intake) -> Iterator[Intake]:
    """Lock the case while its access is changed, and check that somebody can still manage it afterwards.

    Raise PermissionDenied for who does not manage access to it, and LastManagerError.
    """
    with transaction.atomic():
        current = lock_case_of(intake)
        if not _can_manage(user, current):
            raise PermissionDenied
        with telling_of_no_reviewer(user, current):
            yield current
        current.refresh_from_db(fields=["author"])
        if not any(_can_manage(colleague, current) for colleague in colleagues(current)):
            raise LastManagerError


def _can_manage(user: User, intake: Intake) -> bool:
    return can_read(user, intake) and AccessScope.of(user).can_manage_access(intake)


def require_eligible(user: User, intake: Intake, to: User, kind: Access.Kind) -> None:
    """Raise PermissionDenied unless `to` can be given this access, see `is_eligible`."""
    if not is_eligible(user, intake, to, kind):
        raise PermissionDenied


def is_eligible(user: User, intake: Intake, to: User, kind: Access.Kind) -> bool:
    """Return whether `to` has a role that the access is for: only a professional can write.

    The author of one conversation decides about the whole case, and gives themselves no more of it to read.
    """
    roles = ROLES_FOR[kind]
    if not to.memberships.filter(team=intake.team_id, role__in=roles).in_force() or not to.is_active:
        return False
    return to != user or kind is Access.Kind.LOCKED_OUT or reads_all(user, intake.case)


def describe_grant(kind: Access.Kind, user_id: int) -> str:
    """Return how an event names what it gives to someone or takes away."""
    return f"{kind.value}: user {user_id}"
