"""Change who is in a team and in which roles. A change of rights ends the sessions of that person."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from questionnaire.accounts.session_store import end_sessions
from questionnaire.actions.access import end_openings
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import READING_ROLES, Event, Membership, Team, User, teams_of
from questionnaire.queries.people import administers


class RoleConflictError(Exception):
    """Nobody both sees cases, or who did what in them, and administers accounts."""


def are_compatible(roles: Iterable[str]) -> bool:
    """Return whether one person can have these roles: who administers people sees nothing of a case."""
    roles = set(roles)
    about_cases = {*READING_ROLES, Membership.Role.AUDITOR}
    return Membership.Role.ADMINISTRATOR not in roles or not roles & about_cases


def is_administrator(user: User, team: Team) -> bool:
    """Return whether this person administers the people of this team now."""
    return teams_of(user, Membership.Role.ADMINISTRATOR).filter(pk=team.pk).exists()


def set_roles(user: User, team: Team, of: User, roles: Iterable[str]) -> list[str]:
    """Give someone these roles in a team and no others, all at once. Return those that they had.

    Raise PermissionDenied or RoleConflictError.
    """
    wanted = set(roles)
    with transaction.atomic():
        of = _lock_member(user, team, of)
        present = {row.role for row in of.memberships.filter(team=team).in_force()}
        for role in Membership.Role:
            if role in present - wanted:
                revoke_role(user, team, of, role)
        for role in Membership.Role:
            if role in wanted - present:
                grant_role(user, team, of, role)
    return sorted(present)


def restore_roles(user: User, team: Team, of: User, before: Iterable[str], now: Iterable[str]) -> bool:
    """Give someone the roles in a team that they had before, if those of now are still theirs.

    Return whether they were. Raise PermissionDenied or RoleConflictError.
    """
    with transaction.atomic():
        of = _lock_member(user, team, of)
        if {row.role for row in of.memberships.filter(team=team).in_force()} != set(now):
            return False
        set_roles(user, team, of, before)
    return True


def grant_role(user: User, team: Team, to: User, role: Membership.Role) -> None:
    """Give someone a role in a team of the user. Raise PermissionDenied or RoleConflictError."""
    with transaction.atomic():
        to = _lock_member(user, team, to)
        rows = to.memberships.in_force()
        if not are_compatible([role, *(row.role for row in rows)]):
            raise RoleConflictError
        if not any((row.team_id, row.role) == (team.pk, role) for row in rows):
            end_sessions(to)
            add_membership(user, to, team, role)


def add_membership(by: User | None, user: User, team: Team, role: str) -> None:
    """Store a role with the event that gives it, in place of a row that does not count.

    Whoever calls this has checked that it may be given, and opened the transaction.
    """
    Membership.objects.filter(user=user, team=team, role=role).delete()
    event = _record_role(by, EventCode.ROLE_GIVEN, user, team, role)
    Membership.objects.create(user=user, team=team, role=role, given_by=event.seq)


def revoke_role(user: User, team: Team, of: User, role: Membership.Role) -> None:
    """Take a role in a team away from someone. Raise PermissionDenied."""
    with transaction.atomic():
        of = _lock_member(user, team, of)
        revoked, _by_model = Membership.objects.filter(user=of, team=team, role=role).delete()
        if revoked:
            end_sessions(of)
            if role == Membership.Role.PROFESSIONAL:
                end_openings(user, of, [team])
            _record_role(user, EventCode.ROLE_TAKEN, of, team, role)


def _record_role(by: User | None, code: EventCode, of: User, team: Team, role: str) -> Event:
    return audit_log.record(by, code, subject=of.pk, details={"team": team.pk, "role": str(role)})


def set_active(user: User, team: Team, of: User, *, is_active: bool) -> None:
    """Close an account, or open it again. Raise PermissionDenied.

    Whoever does this must administer every team of the account. Closing clears where and whether it is
    reminded: opening it again, also to undo, does not bring that back. The person chooses it anew.
    """
    with transaction.atomic():
        of = _lock_member(user, team, of)
        if not administers(user, of, whole=True):
            raise PermissionDenied
        if of.is_active == is_active:
            return
        teams = {row.team_id for row in of.memberships.in_force()}
        of.is_active = is_active
        if not is_active:
            of.email, of.wants_reminders, of.reminder_language = "", False, ""
        of.save(update_fields=["is_active", "email", "wants_reminders", "reminder_language"])
        end_sessions(of)
        end_openings(user, of, Team.objects.filter(pk__in=teams))
        code = EventCode.ACCOUNT_OPENED if is_active else EventCode.ACCOUNT_CLOSED
        audit_log.record(user, code, subject=of.pk)


def account_subject(user_id: int) -> str:
    """Return how an event that closes or opens an account tells which in words."""
    return f"user {user_id}"


def _lock_member(user: User, team: Team, member: User) -> User:
    """Lock someone's account for whoever administers the team. Nobody changes their own rights.

    It is an account that they administer already: so nobody draws someone of another team into theirs, and
    with it the end of that person's sessions and the days of their signing in.
    """
    if not is_administrator(user, team) or member.pk == user.pk or not administers(user, member):
        raise PermissionDenied
    # A full lock would also conflict with the foreign keys of rows about the member, which others add while
    # they hold the lock on a case that this transaction may wait for.
    return User.objects.select_for_update(no_key=True).get(pk=member.pk)
