"""The writers of who is in a team and as what. A change of rights ends the sessions of that person."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from questionnaire.accounts.session_store import end_sessions
from questionnaire.audit import log as audit_log
from questionnaire.audit.log import Code
from questionnaire.models import Membership, Team, User, teams_of

_CONTENT: Final = (Membership.Role.PROFESSIONAL, Membership.Role.REVIEWER)


class Excluded(Exception):  # noqa: N818  (what stands in the way, not an error of ours)
    """One person does not see content and administer people: these roles exclude each other."""


def give_role(user: User, team: Team, to: User, role: Membership.Role) -> None:
    """Give someone a role in a team that the user administers. Raises PermissionDenied and Excluded."""
    with transaction.atomic():
        to = _administered(user, team, to)
        roles = set(to.memberships.values_list("role", flat=True))
        roles.add(role)
        if Membership.Role.ADMINISTRATOR in roles and roles & set(_CONTENT):
            raise Excluded
        _row, is_new = Membership.objects.get_or_create(user=to, team=team, role=role)
        if is_new:
            end_sessions(to)
            audit_log.record(user, Code.ROLE_GIVEN, reason=_told(to, team, role))


def take_role(user: User, team: Team, of: User, role: Membership.Role) -> None:
    """Take a role away. Raises PermissionDenied."""
    with transaction.atomic():
        of = _administered(user, team, of)
        taken, _by_model = Membership.objects.filter(user=of, team=team, role=role).delete()
        if taken:
            end_sessions(of)
            audit_log.record(user, Code.ROLE_TAKEN, reason=_told(of, team, role))


def set_active(user: User, team: Team, of: User, *, is_active: bool) -> None:
    """Close an account, or open it again. Raises PermissionDenied, also for who is in another team too."""
    with transaction.atomic():
        of = _administered(user, team, of)
        teams = set(of.memberships.values_list("team_id", flat=True))
        if not teams or teams - set(
            teams_of(user, Membership.Role.ADMINISTRATOR).values_list("pk", flat=True)
        ):
            raise PermissionDenied
        if of.is_active == is_active:
            return
        of.is_active = is_active
        of.save(update_fields=["is_active"])
        end_sessions(of)
        code = Code.ACCOUNT_OPENED if is_active else Code.ACCOUNT_CLOSED
        audit_log.record(user, code, reason=f"user {of.pk}")


def _administered(user: User, team: Team, person: User) -> User:
    """The person, locked, for someone who administers the team. Nobody changes their own rights."""
    is_administrator = teams_of(user, Membership.Role.ADMINISTRATOR).filter(pk=team.pk).exists()
    if not is_administrator or person.pk == user.pk:
        raise PermissionDenied
    return User.objects.select_for_update().get(pk=person.pk)


def _told(user: User, team: Team, role: Membership.Role) -> str:
    return f"user {user.pk}, team {team.pk}: {role.value}"
