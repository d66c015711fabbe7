"""Make and rename teams."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from questionnaire.accounts import oidc
from questionnaire.actions.memberships import ProvidedRolesError, add_membership, is_administrator
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Membership, Team, User, teams_of


class UnusableTeamNameError(Exception):
    """No team can have this name: another has it, or one that differs in capitals alone."""


class TeamInSettingsError(Exception):
    """An identity provider's settings name this team: under another name nobody would get a role in it."""


def make_team(user: User, name: str) -> Team:
    """Make a team, and its maker the administrator of it. Raise PermissionDenied or UnusableTeamNameError.

    Also raise ProvidedRolesError when a provider decides about the maker's roles, and would take this one.

    Whoever administers people may, wherever. The team is empty, so the role gives no sight of anything and
    power over nobody, and without it nobody could let anyone in. It is the one right that someone gives
    themselves.
    """
    if not teams_of(user, Membership.Role.ADMINISTRATOR).exists():
        raise PermissionDenied
    try:
        with transaction.atomic():
            _require_kept_role(user, name)
            _require_free(name)
            team = Team.objects.create(name=name)
            audit_log.record(user, EventCode.TEAM_MADE, reason=f"team {team.pk}")
            add_membership(user, user, team, Membership.Role.ADMINISTRATOR)
    except IntegrityError:
        raise UnusableTeamNameError from None
    return team


def _require_kept_role(user: User, name: str) -> None:
    provider = oidc.provider_of(user)
    if provider and provider.roles:
        names = {row.team.casefold() for row in provider.roles if row.role == Membership.Role.ADMINISTRATOR}
        if name.casefold() not in names:
            raise ProvidedRolesError


def rename_team(user: User, team: Team, name: str) -> str:
    """Rename a team that the user administers; return its name before.

    Raise PermissionDenied, TeamInSettingsError or UnusableTeamNameError.
    """
    try:
        with transaction.atomic():
            if not is_administrator(user, team):
                raise PermissionDenied
            current = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
            before = current.name
            if before == name:
                return before
            if oidc.gives_roles_in(before) and before.casefold() != name.casefold():
                raise TeamInSettingsError
            _require_free(name, but=current)
            current.name = name
            current.save(update_fields=["name"])
            audit_log.record(user, EventCode.TEAM_RENAMED, reason=f"team {team.pk}")
    except IntegrityError:
        raise UnusableTeamNameError from None
    return before


def restore_team_name(user: User, team: Team, before: str, now: str) -> bool:
    """Rename a team to its name before, if it still has the one of now. Return whether it had.

    Raise PermissionDenied, TeamInSettingsError or UnusableTeamNameError.
    """
    with transaction.atomic():
        if Team.objects.select_for_update(no_key=True).get(pk=team.pk).name != now:
            return False
        rename_team(user, team, before)
    return True


def _require_free(name: str, but: Team | None = None) -> None:
    same = Team.objects.filter(name__iexact=name)
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise UnusableTeamNameError
