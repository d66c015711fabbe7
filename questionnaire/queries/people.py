"""Read the accounts that a person administers, and nothing of any other account.

An account is theirs while it has a role in a team that they administer. One without any role left belongs to
those who administer the team that it had a role in: it can join again, and its name is never free. One that
has no role yet, as a second person has to agree first, belongs to who administers the team it was made for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.utils.timezone import localdate
from django.utils.translation import gettext

from questionnaire.accounts.oidc import provider_with
from questionnaire.accounts.second_factor import SECOND_FACTORS
from questionnaire.models import Event, Membership, Team, User, teams_of
from questionnaire.models.audit import EVENT_TEAM

Role: Final = Membership.Role


@dataclass(frozen=True, slots=True)
class TeamRoles:
    """The roles of a person in one team."""

    team: Team
    roles: tuple[Membership.Role, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """An account as whoever administers it sees it: `roles` are those in the teams that they administer.

    `is_whole` says that they administer all its teams. Only then do they decide how it signs in, and see when
    it did last.
    """

    user: User
    roles: tuple[TeamRoles, ...]
    last_sign_in: date | None
    has_second_factor: bool
    is_self: bool
    is_whole: bool
    #: Where it signs in; "" for here. `has_provided_roles` says that its roles are decided there too.
    signs_in_at: str = ""
    has_provided_roles: bool = False

    def matches(self, words: str) -> bool:
        """Return whether each of these words is in the name or the user name."""
        text = f"{self.user.name} {self.user.username}".casefold()
        return all(word in text for word in words.casefold().split())


def administered_teams(user: User) -> list[Team]:
    """Return the teams whose people this person administers, by name."""
    return list(teams_of(user, Role.ADMINISTRATOR).order_by("name"))


def administered_accounts(user: User) -> list[Account]:
    """Return the accounts that this person administers, by name."""
    teams = administered_teams(user)
    members = Membership.objects.filter(team__in=teams).values_list("user", flat=True)
    lost = Event.objects.that_took_roles_in([team.pk for team in teams])
    made = _made_for({team.pk for team in teams})
    return _accounts(user, teams, {*members, *filter(None, lost), *made})


def administered_account(user: User, pk: int) -> Account | None:
    """Return one of these accounts; None for any other, and for none."""
    return next(iter(_accounts(user, administered_teams(user), {pk})), None)


def administers(user: User, of: User, *, whole: bool = False) -> bool:
    """Return whether this person administers the account now, or with `whole` every team that it is in."""
    teams = {team.pk for team in administered_teams(user)}
    own = _teams_of(_roles_of({of.pk}), {of.pk}).get(of.pk, set())
    return bool(teams & own) and not (whole and own - teams)


def _accounts(user: User, administered: Iterable[Team], accounts: set[int]) -> list[Account]:
    """Return those of these accounts that are administered by who administers these teams, by name."""
    teams = {team.pk: team for team in administered}
    roles = _roles_of(accounts)
    own = _teams_of(roles, accounts)
    mine = [each for each, of in own.items() if teams.keys() & of]
    people = User.objects.filter(pk__in=mine).order_by("name", "username")
    with_factor = set(
        Authenticator.objects.filter(user__in=mine, type__in=SECOND_FACTORS).values_list("user", flat=True)
    )
    links = dict(SocialAccount.objects.filter(user__in=mine).values_list("user", "provider"))
    return [
        _account(
            each,
            roles.get(each.pk, {}),
            teams,
            links.get(each.pk, ""),
            has_second_factor=each.pk in with_factor,
            is_self=each == user,
            is_whole=not own[each.pk] - teams.keys(),
        )
        for each in people
    ]


def _account(
    each: User, roles: dict[int, set[str]], teams: dict[int, Team], link: str, **about: bool
) -> Account:
    shown = tuple(
        TeamRoles(team, tuple(role for role in Role if role in roles[pk]))
        for pk, team in teams.items()
        if pk in roles
    )
    # Of who is in other teams too it would tell when they work there.
    last = localdate(each.last_login) if each.last_login and about["is_whole"] else None
    provider = provider_with(link)
    name = provider.name or gettext("your organisation") if provider else link
    is_provided = bool(provider and provider.roles)
    return Account(each, shown, last, **about, signs_in_at=name, has_provided_roles=is_provided)


def _roles_of(accounts: set[int]) -> dict[int, dict[int, set[str]]]:
    """Return the roles in force by person and team. Someone without any is not in it."""
    roles: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in Membership.objects.filter(user__in=accounts).in_force():
        roles[row.user_id][row.team_id].add(row.role)
    return {pk: dict(by_team) for pk, by_team in roles.items()}


def _teams_of(roles: Mapping[int, Mapping[int, set[str]]], accounts: set[int]) -> dict[int, set[int]]:
    """Return by person the teams in which they have a role; for who has none left, those where they had."""
    teams = {pk: set(by_team) for pk, by_team in roles.items()}
    events = Event.objects.that_took_roles().filter(subject__in=accounts - roles.keys())
    for subject, details in events.values_list("subject", "details"):
        if subject is not None and details:  # of any other the database was written by something else
            teams.setdefault(subject, set()).add(details["team"])
    made = Event.objects.that_made_accounts().filter(subject__in=accounts - teams.keys())
    for event in made:
        if event.subject is not None:
            teams[event.subject] = {event.details["team"]}
    return teams


def _made_for(teams: set[int]) -> set[int]:
    """Return the accounts that were made for one of these teams."""
    made = Event.objects.that_made_accounts().annotate(in_team=EVENT_TEAM).filter(in_team__in=teams)
    return set(filter(None, made.order_by().values_list("subject", flat=True)))
