"""Hand over all cases of someone who leaves, and have someone replaced while they are away.

Each case is one transaction with its event, as when one case is handed over. What cannot be done for one case
stops none of the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from questionnaire.actions.access_periods import Period, describe_days, period_of, store_period
from questionnaire.actions.handovers import record_handover
from questionnaire.actions.transactions import lock_case_of
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.dates import day_of
from questionnaire.domain.workflow import State
from questionnaire.models import (
    Access,
    Case,
    Intake,
    Membership,
    TamperedCaseError,
    Team,
    User,
    sign_rights,
    teams_of,
)
from questionnaire.queries.caseloads import (
    Division,
    HeldCase,
    Obstacle,
    divide,
    held_cases,
    last_day,
    receivers_for,
)

#: For how long someone can be replaced at most; who is away longer hands over.
MOST_DAYS_REPLACED: Final = 183
#: By case: the number of the event of a change, and from and until when someone was assigned before it.
Before = dict[str, tuple[int, str, str]]


class SeparatePeriodError(Exception):
    """The colleague replaces in one of these cases on other days, which do not touch these."""

    def __init__(self, start: date, until: date) -> None:
        super().__init__(start, until)
        self.start, self.until = start, until


def may_plan(user: User, team: Team) -> bool:
    """Return whether this person manages the team now, and so plans whose cases are whose."""
    return teams_of(user, Membership.Role.MANAGER).filter(pk=team.pk).exists()


def may_replace(user: User, team: Team, of: User) -> bool:
    """Return whether this person decides who replaces someone: the manager, or that professional."""
    is_own = user == of and teams_of(user, Membership.Role.PROFESSIONAL).filter(pk=team.pk).exists()
    return is_own or may_plan(user, team)


def hand_over_all(user: User, team: Team, of: User, receivers: Sequence[User], note: str) -> Division:
    """Make colleagues the authors of what someone has not signed off, and assign them the rest of the cases.

    Return how that went. Raise PermissionDenied for whoever does not manage the team.
    """
    if not may_plan(user, team):
        raise PermissionDenied

    def hand_over(held: HeldCase, to: User) -> None:
        current = _lock(user, held, to, may_plan(user, team))
        unsigned = current.case.intakes.exclude(state=State.SIGNED_OFF)
        unsigned.filter(author=of).update(author=to)
        record_handover(user, current, to, note)

    return _for_each(user, team, of, receivers, hand_over)


def set_replacement(
    user: User, team: Team, of: User, to: User, start: date, until: date
) -> tuple[Division, Before]:
    """Assign a colleague to the cases of someone from one day until and with another.

    Return how that went, and what was before it. It begins and ends by itself. Raise PermissionDenied or
    SeparatePeriodError, and change nothing then: a case has one period of somebody.
    """
    if not may_replace(user, team, of) or not start <= until <= start + timedelta(days=MOST_DAYS_REPLACED):
        raise PermissionDenied
    begin, end = _midnight(start), _midnight(until + timedelta(days=1))
    if apart := _period_apart(divide(held_cases(team, of), [to], user).shares[to.pk], to, begin, end):
        raise SeparatePeriodError(day_of(apart.given_at), last_day(apart))
    before: Before = {}

    def assign(held: HeldCase, to: User) -> None:
        current = _lock(user, held, to, may_replace(user, team, of))
        period = period_of(current.case, to, Access.Kind.ASSIGNED)
        if _extend(current.case, to, begin, end):
            event = _sign(user, current, EventCode.RIGHT_GIVEN, to, f", {start} - {until}")
            before[str(current.case.pk)] = (event, *period)

    return _for_each(user, team, of, [to], assign), before


def end_replacement(user: User, team: Team, of: User, to: User) -> Before:
    """End the replacement of someone by a colleague now, or before it begins. Return what was before it.

    Raise PermissionDenied.
    """
    if not may_replace(user, team, of):
        raise PermissionDenied
    before: Before = {}
    for held in held_cases(team, of):
        with transaction.atomic():
            try:
                current = _lock_let_in(user, held)
            except (TamperedCaseError, PermissionDenied, Case.DoesNotExist):
                continue
            period = period_of(current.case, to, Access.Kind.ASSIGNED)
            rows = current.case.access.filter(user=to, kind=Access.Kind.ASSIGNED, until__gt=timezone.now())
            deleted, _by_model = rows.delete()
            if deleted:
                before[str(current.case.pk)] = (_sign(user, current, EventCode.RIGHT_TAKEN, to), *period)
    return before


def restore_replacement(
    user: User, team: Team, of: User, to: User, before: Mapping[str, Sequence[Any]]
) -> bool:
    """Undo what changed who replaces someone, in all cases or in none.

    Return whether that could be done: it cannot once a right in one of these cases was changed, or the case
    handed over. Raise PermissionDenied, also when the colleague may not be assigned any more.
    """
    if not may_replace(user, team, of):
        raise PermissionDenied
    with transaction.atomic():
        held = {str(each.case.pk): each for each in held_cases(team, of)}
        if not before.keys() <= held.keys():
            return False
        locked: dict[str, Intake] = {}
        for key, (event, _begin, end) in sorted(before.items()):
            if end:
                locked[key] = _lock(user, held[key], to, is_allowed=True)
            else:
                locked[key] = _lock_let_in(user, held[key])
            if locked[key].case.rights_event != event:
                return False
        for key, (_event, begin, end) in before.items():
            _restore_period(user, locked[key], to, (begin, end))
    return True


def _restore_period(user: User, current: Intake, to: User, period: Period) -> None:
    """Store from and until when someone is assigned, or without these that they are not, and sign it."""
    store_period(current.case, to, Access.Kind.ASSIGNED, period)
    code = EventCode.RIGHT_GIVEN if period[0] else EventCode.RIGHT_TAKEN
    _sign(user, current, code, to, describe_days(period))


def _sign(user: User, current: Intake, code: EventCode, to: User, days: str = "") -> int:
    """Record that someone is assigned or not any more, and sign the rights; return the event's number."""
    reason = f"{Access.Kind.ASSIGNED.value}: user {to.pk}{days}"
    event = audit_log.record(user, code, current, reason=reason, subject=to.pk)
    sign_rights(current.case, event.seq)
    return event.seq


def _for_each(
    user: User,
    team: Team,
    of: User,
    receivers: Sequence[User],
    change: Callable[[HeldCase, User], None],
) -> Division:
    allowed = {each.pk: each for each in receivers_for(team, of, user)}
    if not receivers or any(each.pk not in allowed for each in receivers):
        raise PermissionDenied
    division = divide(held_cases(team, of), receivers, user)
    done: dict[int, list[HeldCase]] = {pk: [] for pk in division.shares}
    stay = Counter(division.stay)
    for pk, cases in division.shares.items():
        for held in cases:
            try:
                with transaction.atomic():
                    change(held, allowed[pk])
            except TamperedCaseError:
                stay[Obstacle.TAMPERED] += 1
            except (PermissionDenied, SeparatePeriodError, Case.DoesNotExist, Intake.DoesNotExist):
                stay[Obstacle.REFUSED] += 1
            else:
                done[pk].append(held)
    return Division(done, dict(stay))


def _lock(user: User, held: HeldCase, to: User, is_allowed: bool) -> Intake:
    """Lock the case, and ask once more what was asked before: rights can change between two cases.

    Raise PermissionDenied, also for a case that was shielded, denied to the receiver or handed over since.
    """
    current = _lock_let_in(user, held)
    is_eligible = to.memberships.filter(team=current.team_id, role=Membership.Role.PROFESSIONAL).in_force()
    is_denied = _is_locked_out(to, current.case)
    is_same = current.author_id == held.intake.author_id and not current.case.shielded
    is_open = User.objects.filter(pk=to.pk, is_active=True).exists()
    if not (is_allowed and is_eligible and is_open and is_same) or is_denied or to == user:
        raise PermissionDenied
    return current


def _lock_let_in(user: User, held: HeldCase) -> Intake:
    """Lock the case. Raise PermissionDenied for whoever was denied access to it, also of their own case."""
    current = lock_case_of(held.intake)
    if _is_locked_out(user, current.case):
        raise PermissionDenied
    return current


def _is_locked_out(user: User, case: Case) -> bool:
    return case.access.filter(user=user, kind=Access.Kind.LOCKED_OUT).exists()


def _period_apart(cases: Sequence[HeldCase], to: User, begin: datetime, end: datetime) -> Access | None:
    """Return when someone replaces in one of these cases, now or later, that does not touch this period."""
    rows = Access.objects.filter(
        case__in=[each.case for each in cases], user=to, kind=Access.Kind.ASSIGNED, until__gt=timezone.now()
    )
    return rows.exclude(given_at__lte=end, until__gte=begin).order_by("given_at", "pk").first()


def _extend(case: Case, to: User, begin: datetime, end: datetime) -> bool:
    """Store the period, joined with one that touches it and is not over. Return whether that is a change.

    Raise SeparatePeriodError: joined, two periods with days between would give these days too.
    """
    row = case.access.filter(user=to, kind=Access.Kind.ASSIGNED).first()
    if row is None:
        case.access.create(user=to, kind=Access.Kind.ASSIGNED, given_at=begin, until=end)
        return True
    if row.until is None:
        return False
    before = (row.given_at, row.until)
    if row.until > timezone.now():
        if begin > row.until or end < row.given_at:
            raise SeparatePeriodError(day_of(row.given_at), last_day(row))
        begin, end = min(begin, row.given_at), max(end, row.until)
    row.given_at, row.until = begin, end
    row.save(update_fields=["given_at", "until"])
    return (begin, end) != before


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
