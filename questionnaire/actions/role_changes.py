"""Change the roles of someone: what gives power waits for a second person, all else is done at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from questionnaire.actions import proposals
from questionnaire.actions.memberships import (
    RoleConflictError,
    are_compatible,
    is_administrator,
    set_roles,
)
from questionnaire.models import ROLES_WITH_POWER, Membership, Proposal, Team, User


@dataclass(frozen=True, slots=True)
class RoleChange:
    """The roles of someone in a team before a change and after it, and what waits for a second person."""

    before: tuple[str, ...]
    now: tuple[str, ...]
    waiting: tuple[Proposal, ...]


def change_roles(user: User, team: Team, of: User, roles: Iterable[str]) -> RoleChange:
    """Give someone these roles in a team and no others; those with power are asked of a second person.

    What waited and is not among these is withdrawn. Raise PermissionDenied, ProvidedRolesError or
    RoleConflictError.
    """
    wanted = {str(role) for role in roles}
    with transaction.atomic():
        present = {row.role for row in of.memberships.filter(team=team).in_force()}
        asked = {role for role in wanted - present if role in ROLES_WITH_POWER}
        elsewhere = {row.role for row in of.memberships.exclude(team=team).in_force()}
        if not are_compatible(wanted | (elsewhere if asked else set())):
            raise RoleConflictError
        before = set_roles(user, team, of, wanted - asked)
        for row in waiting_roles(of, team):
            if row.what not in wanted:
                proposals.move(row, proposals.State.WITHDRAWN, None, by=user)
        waiting = [ask_role(user, team, of, role) for role in Membership.Role if role in asked]
    return RoleChange(tuple(before), tuple(sorted(wanted - asked)), tuple(waiting))


def ask_role(by: User | None, team: Team, of: User, role: Membership.Role) -> Proposal:
    """Ask a second person to agree that someone gets a role. Raise PermissionDenied."""
    if by and (of.pk == by.pk or not is_administrator(by, team)):
        raise PermissionDenied
    return proposals.ask(by, proposals.Kind.ROLE, team, subject=of, what=role.value)


def waiting_roles(of: User, team: Team) -> list[Proposal]:
    """Return the roles of someone in a team that wait for a second person."""
    return list(proposals.open_proposals(kind=proposals.Kind.ROLE, subject=of, team=team))
