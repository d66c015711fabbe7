"""Read the accounts that a person administers, and nothing of any other account.

An account is theirs while it has a role in a team that they administer. One without any role left belongs to
those who administer the team that it had a role in: it can join again, and its name is never free.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from allauth.mfa.models import Authenticator
from django.utils.timezone import localdate

from questionnaire.accounts.second_factor import SECOND_FACTORS
from questionnaire.models import Event, Membership, Team, User, teams_of

Role: Final = Membership.Role
_ROLE_SUBJECT: Final = re.compile(r"user ([0-9]+), team ([0-9]+): [a-z]+")


@dataclass(frozen=True, slots=True)
class TeamRoles:
    """The roles of a person in one team."""

    team: Team
    roles: tuple[Membership.Role, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """An account as whoever administers it sees it: `roles` are those in the teams that they administer.

    `is_whole` says that they administer all its teams. Only then do they decide how it signs in.
    """

    user: User
    roles: tuple[TeamRoles, ...]
    last_sign_in: date | None
    has_second_factor: bool
    is_self: bool
    is_whole: bool

    def matches(self, words: str) -> bool:
        """Return whether each of these words is in the name or the user name."""
        text = f"{self.user.name} {self.user.username}".casefold()
        return all(word in text for word in words.casefold().split())


def administered_teams(user: User) -> list[Team]:
    """Return the teams whose people this person administers, by name."""
    return list(teams_of(user, Role.ADMINISTRATOR).order_by("name"))


def administered_accounts(user: User) -> list[Account]:
    """Return the accounts that this person administers, by name."""
    teams = {team.pk: team for team in administered_teams(user)}
    roles = _roles_of(User.objects.values_list("pk", flat=True))
    left = _left_teams()
    mine = [pk for pk, by_team in roles.items() if teams.keys() & by_team.keys()]
    mine += [pk for pk, lost in left.items() if pk not in roles and teams.keys() & lost]
    people = User.objects.filter(pk__in=mine).order_by("name", "username")
    with_factor = set(
        Authenticator.objects.filter(user__in=mine, type__in=SECOND_FACTORS).values_list("user", flat=True)
    )
    return [_account(user, each, roles.get(each.pk, {}), teams, each.pk in with_factor) for each in people]


def administered_account(user: User, pk: int) -> Account | None:
    """Return one of these accounts; None for any other, and for none."""
    return next((account for account in administered_accounts(user) if account.user.pk == pk), None)


def administers(user: User, of: User, *, whole: bool = False) -> bool:
    """Return whether this person administers the account now, or with `whole` every team that it is in."""
    teams = {team.pk for team in administered_teams(user)}
    own = _roles_of([of.pk]).get(of.pk, {}).keys() or _left_teams().get(of.pk, set())
    return bool(teams & own) and not (whole and own - teams)


def _account(
    user: User, each: User, roles: dict[int, set[str]], teams: dict[int, Team], has_second_factor: bool
) -> Account:
    shown = tuple(
        TeamRoles(team, tuple(role for role in Role if role in roles[pk]))
        for pk, team in teams.items()
        if pk in roles
    )
    last = localdate(each.last_login) if each.last_login else None
    is_whole = administers(user, each, whole=True) if not roles else not roles.keys() - teams.keys()
    return Account(each, shown, last, has_second_factor, is_self=each == user, is_whole=is_whole)


def _roles_of(people: Collection[int]) -> dict[int, dict[int, set[str]]]:
    """Return the roles in force by person and team. Someone without any is not in it."""
    roles: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in Membership.objects.filter(user__in=people).in_force():
        roles[row.user_id][row.team_id].add(row.role)
    return {pk: dict(by_team) for pk, by_team in roles.items()}


def _left_teams() -> dict[int, set[int]]:
    """Return by person the teams in which they lost a role."""
    left: dict[int, set[int]] = defaultdict(set)
    for reason in Event.objects.that_took_roles().values_list("reason", flat=True):
        if match := _ROLE_SUBJECT.fullmatch(reason):
            left[int(match[1])].add(int(match[2]))
    return dict(left)
