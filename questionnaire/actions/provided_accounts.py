"""Bring an account in line with what its identity provider says of the person, whenever that signs them in.

A provider whose settings have `roles` decides who has which role. It makes the account when the settings say
so, and closes it when no group of the person gives a role any more; with the group the account opens again.
An account that an administrator closed stays closed: a provider opens only what it closed itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import Enum
from itertools import count
from typing import Final

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from questionnaire.accounts import factors
from questionnaire.accounts.backend import closing_provider, is_closed_by_event
from questionnaire.accounts.identity_providers import Claimed, IdentityProvider
from questionnaire.actions.accounts import is_name_free, was_unlinked
from questionnaire.actions.memberships import are_compatible, set_provided_roles, store_active
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.text import clean_text
from questionnaire.models import Membership, Team, User

Role: Final = Membership.Role
_MAX_NAME: Final = 150
_ROOM_FOR_NUMBER: Final = 6


class Refusal(Enum):
    """Why somebody whom the provider signed in does not get in here; the words are for the log."""

    UNKNOWN = "no account is linked to this person"
    CHANGED = "something else than this program changed the account: run manage.py verify_rights"
    CLOSED = "the account is closed"
    UNLINKED = "the account of this person was unlinked: an administrator links it again"
    FIRST = "there is no account yet, and the first one is that of an administrator"
    NO_TEAM = "a team of the settings is not there: make it in Beheer, or change the settings"
    NO_ROLE = "no group of this person gives a role"
    CONFLICT = "the groups give roles that nobody has together"


def admit(provider: IdentityProvider, claimed: Claimed, session: str | None = None) -> Refusal | None:
    """Do what the claims say about the account of this person; return why they do not get in, or None.

    `session` is the key of the session that signs in. Others of theirs end when their roles change.
    What is refused can have changed something all the same: an account without any role is closed.
    """
    try:
        with transaction.atomic():
            return _admit(provider, claimed, session)
    except IntegrityError:  # another window made the same account at the same moment
        with transaction.atomic():
            return _admit(provider, claimed, session)


def _admit(provider: IdentityProvider, claimed: Claimed, session: str | None) -> Refusal | None:
    user = _linked(provider, claimed.subject)
    if user and not (user.is_as_written and factors.are_as_written(user)):
        return Refusal.CHANGED
    if not provider.roles:
        return Refusal.UNKNOWN if user is None else None if user.is_active else Refusal.CLOSED
    roles = provider.roles_for(claimed.groups)
    if not are_compatible(role for _team, role in roles):
        return Refusal.CONFLICT
    if user is None and (refusal := _refusal_of_new(provider, claimed, roles)):
        return refusal
    if not User.objects.exists():
        _make_teams(provider)
    given = _with_teams(roles)
    if given is None:
        return Refusal.NO_TEAM
    if user:
        return _bring_in_line(provider, user, given, session)
    _make(provider, claimed, given)
    return None


def _refusal_of_new(
    provider: IdentityProvider, claimed: Claimed, roles: Collection[tuple[str, str]]
) -> Refusal | None:
    """Return why nobody gets an account by this, or None."""
    if not provider.make_accounts:
        return Refusal.UNKNOWN
    if not roles:
        return Refusal.NO_ROLE
    if was_unlinked(provider.id, claimed.subject):
        return Refusal.UNLINKED
    administers = any(role == Role.ADMINISTRATOR for _team, role in roles)
    return None if administers or User.objects.exists() else Refusal.FIRST


def _linked(provider: IdentityProvider, subject: str) -> User | None:
    link = SocialAccount.objects.filter(provider=provider.id, uid=subject).first()
    # A full lock would also wait for others who add rows about this person.
    return User.objects.select_for_update(no_key=True).get(pk=link.user_id) if link else None


def _bring_in_line(
    provider: IdentityProvider, user: User, roles: Sequence[tuple[Team, str]], session: str | None
) -> Refusal | None:
    if is_closed_by_event(user):
        if closing_provider(user) != provider.id:
            return Refusal.CLOSED
        if roles:
            store_active(None, user, is_active=True, provider=provider.id)
    set_provided_roles(provider.id, user, roles, session)
    if not roles and user.is_active:
        store_active(None, user, is_active=False, provider=provider.id)
    return None if roles else Refusal.NO_ROLE


def _make(provider: IdentityProvider, claimed: Claimed, roles: Sequence[tuple[Team, str]]) -> None:
    """Make an account without a password, with the roles that the groups give."""
    teams = {team for team, _role in roles}
    name = _usable(claimed.name)
    if not is_name_free(name, teams, None):
        name = ""  # a colleague has it, and documents are signed with it: the person chooses another
    user = User.objects.create_user(_free_username(claimed, teams), None, name)
    audit_log.record(None, EventCode.ACCOUNT_MADE, subject=user.pk, details={"provider": provider.id})
    SocialAccount.objects.create(user=user, provider=provider.id, uid=claimed.subject)
    audit_log.record(None, EventCode.ACCOUNT_TIED, subject=user.pk, details={"provider": provider.id})
    set_provided_roles(provider.id, user, roles)


def _make_teams(provider: IdentityProvider) -> None:
    """Make the teams of the settings, in an installation without any account."""
    for name in {row.team.casefold(): row.team for row in provider.roles}.values():
        team = Team.objects.create(name=name)
        details = {"provider": provider.id}
        audit_log.record(None, EventCode.TEAM_MADE, reason=f"team {team.pk}", details=details)


def _with_teams(roles: Iterable[tuple[str, str]]) -> list[tuple[Team, str]] | None:
    """Return the roles with their teams; None when one is not there, such as after another name in Beheer.

    It is not made: a second one would hold none of the cases.
    """
    teams = {team.name.casefold(): team for team in Team.objects.all()}
    if not all(name.casefold() in teams for name, _role in roles):
        return None
    return [(teams[name.casefold()], role) for name, role in sorted(roles)]


def _usable(name: str) -> str:
    """Return the name as it is stored; "" for one that cannot be."""
    try:
        return clean_text(name)[:_MAX_NAME].strip()
    except InvalidInputError:
        return ""


def _free_username(claimed: Claimed, teams: Collection[Team]) -> str:
    """Return a user name that nobody has, and by which nobody is taken for a colleague."""
    return next(
        name
        for name in _usernames(claimed)
        if not User.objects.filter(username=name).exists() and is_name_free(name, teams, None)
    )


def _usernames(claimed: Claimed) -> Iterator[str]:
    wanted = unicodedata.normalize("NFKC", claimed.username or claimed.subject).lower()
    base = re.sub(r"[^\w.@+-]", "-", wanted)[: _MAX_NAME - _ROOM_FOR_NUMBER]
    yield base
    yield from (f"{base}-{number}" for number in count(2))
