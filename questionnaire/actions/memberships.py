"""Change who is in a team and in which roles. A change of rights ends the sessions of that person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from questionnaire.accounts import oidc
from questionnaire.accounts.backend import closing_provider
from questionnaire.accounts.session_store import end_sessions
from questionnaire.actions.access import end_openings
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import READING_ROLES, Event, Membership, Team, User, teams_of
from questionnaire.queries.people import administers

Role: Final = Membership.Role


class RoleConflictError(Exception):
    """Nobody both sees cases, or who did what in them, and administers accounts."""


class ProvidedRolesError(Exception):
    """The organisation's identity provider decides which roles this person has."""


def are_compatible(roles: Iterable[str]) -> bool:
    """Return whether one person can have these roles: who administers people sees nothing of a case."""
    roles = set(roles)
    about_cases = {*READING_ROLES, Role.AUDITOR}
    return Role.ADMINISTRATOR not in roles or not roles & about_cases


def is_administrator(user: User, team: Team) -> bool:
    """Return whether this person administers the people of this team now."""
    return teams_of(user, Role.ADMINISTRATOR).filter(pk=team.pk).exists()


def set_roles(user: User, team: Team, of: User, roles: Iterable[str]) -> list[str]:
    """Give someone these roles in a team and no others, all at once. Return those that they had.

    Raise PermissionDenied, ProvidedRolesError or RoleConflictError.
    """
    wanted = set(roles)
    with transaction.atomic():
        of = _lock_own_member(user, team, of)
        present = {row.role for row in of.memberships.filter(team=team).in_force()}
        for role in Role:
            if role in present - wanted:
                revoke_role(user, team, of, role)
        for role in Role:
            if role in wanted - present:
                grant_role(user, team, of, role)
    return sorted(present)


def restore_roles(user: User, team: Team, of: User, before: Iterable[str], now: Iterable[str]) -> bool:
    """Give someone the roles in a team that they had before, if those of now are still theirs.

    Return whether they were. Raise PermissionDenied, ProvidedRolesError or RoleConflictError.
    """
    with transaction.atomic():
        of = _lock_member(user, team, of)
        if {row.role for row in of.memberships.filter(team=team).in_force()} != set(now):
            return False
        set_roles(user, team, of, before)
    return True


def grant_role(user: User, team: Team, to: User, role: Membership.Role) -> None:
    """Give someone a role in a team of the user.

    Raise PermissionDenied, ProvidedRolesError or RoleConflictError.
    """
    with transaction.atomic():
        to = _lock_own_member(user, team, to)
        rows = to.memberships.in_force()
        if not are_compatible([role, *(row.role for row in rows)]):
            raise RoleConflictError
        if not any((row.team_id, row.role) == (team.pk, role) for row in rows):
            end_sessions(to)
            add_membership(user, to, team, role)


def add_membership(by: User | None, user: User, team: Team, role: str, *, provider: str = "") -> None:
    """Store a role with the event that gives it, in place of a row that does not count.

    Whoever calls this has checked that it may be given, and opened the transaction. `provider` is the id of
    the identity provider that gives it, "" for a person or a command.
    """
    Membership.objects.filter(user=user, team=team, role=role).delete()
    event = _record_role(by, EventCode.ROLE_GIVEN, user, team, role, provider)
    Membership.objects.create(user=user, team=team, role=role, given_by=event.seq)


def revoke_role(user: User, team: Team, of: User, role: Membership.Role) -> None:
    """Take a role in a team away from someone. Raise PermissionDenied or ProvidedRolesError."""
    with transaction.atomic():
        of = _lock_own_member(user, team, of)
        revoked, _by_model = Membership.objects.filter(user=of, team=team, role=role).delete()
        if revoked:
            end_sessions(of)
            if role == Role.PROFESSIONAL:
                end_openings(user, of, [team])
            _record_role(user, EventCode.ROLE_TAKEN, of, team, role)


def set_provided_roles(
    provider: str, of: User, roles: Iterable[tuple[Team, str]], session: str | None = None
) -> None:
    """Give someone the roles that their identity provider says, and no others.

    The session with the key `session` does not end: in it they sign in just now. The caller locks the account
    in a transaction, and has checked that the roles are compatible.
    """
    wanted = {(team.pk, role): team for team, role in roles}
    present = {(row.team_id, str(row.role)): row.team for row in of.memberships.in_force()}
    lost = {key: team for key, team in present.items() if key not in wanted}
    given = {key: team for key, team in wanted.items() if key not in present}
    if lost or given:
        end_sessions(of, but=session)
    # Before what is recorded about the account: events of cases come first.
    end_openings(None, of, [team for (_pk, role), team in lost.items() if role == Role.PROFESSIONAL])
    for (pk, role), team in lost.items():
        Membership.objects.filter(user=of, team=pk, role=role).delete()
        _record_role(None, EventCode.ROLE_TAKEN, of, team, role, provider)
    for (_pk, role), team in given.items():
        add_membership(None, of, team, role, provider=provider)


def _record_role(
    by: User | None, code: EventCode, of: User, team: Team, role: str, provider: str = ""
) -> Event:
    details = {"team": team.pk, "role": str(role)}
    return audit_log.record(by, code, subject=of.pk, details=details | _from(provider))


def _from(provider: str) -> dict[str, str]:
    """Return what the details of an event say more when an identity provider decided it."""
    return {"provider": provider} if provider else {}


def set_active(user: User, team: Team, of: User, *, is_active: bool) -> None:
    """Close an account, or open it again. Raise PermissionDenied.

    Whoever does this must administer every team of the account. Closing clears where and whether it is
    reminded: opening it again, also to undo, does not bring that back. The person chooses it anew.
    """
    with transaction.atomic():
        of = _lock_member(user, team, of)
        if not administers(user, of, whole=True):
            raise PermissionDenied
        # Someone closes for good what a provider closed until a group comes back.
        if of.is_active != is_active or (not is_active and closing_provider(of)):
            store_active(user, of, is_active=is_active)


def store_active(by: User | None, of: User, *, is_active: bool, provider: str = "") -> None:
    """Close a locked account, or open it again, in the transaction of who checked that it may be."""
    teams = {row.team_id for row in of.memberships.in_force()}
    of.is_active = is_active
    if not is_active:
        of.email, of.wants_reminders, of.reminder_language = "", False, ""
    of.save(update_fields=["is_active", "email", "wants_reminders", "reminder_language"])
    end_sessions(of)
    end_openings(by, of, Team.objects.filter(pk__in=teams))
    code = EventCode.ACCOUNT_OPENED if is_active else EventCode.ACCOUNT_CLOSED
    audit_log.record(by, code, subject=of.pk, details=_from(provider) or None)


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


def _lock_own_member(user: User, team: Team, member: User) -> User:
    """Do the same for a change of roles, which are the provider's where that decides about them."""
    locked = _lock_member(user, team, member)
    provider = oidc.provider_of(locked)
    if provider and provider.roles:
        raise ProvidedRolesError
    return locked
