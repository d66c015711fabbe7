"""Bring an account in line with what its identity provider says of the person, whenever that signs them in.

A provider whose settings have `roles` decides who has which role. It makes the account when the settings say
so, and closes it when no group of the person gives a role any more; with the group the account opens again.
An account that an administrator closed stays closed: a provider opens only what it closed itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import count
from typing import Final

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from questionnaire.accounts import factors
from questionnaire.accounts.identity_providers import Claimed, IdentityProvider
from questionnaire.actions.accounts import is_name_free
from questionnaire.actions.memberships import are_compatible, set_provided_roles, store_active
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain.errors import InvalidInputError
from questionnaire.domain.text import clean_text
from questionnaire.models import Event, Team, User

_MAX_NAME: Final = 150
_ROOM_FOR_NUMBER: Final = 6


class Refusal(Enum):
    """Why somebody whom the provider signed in does not get in here; the words are for the log."""

    UNKNOWN = "no account is linked to this person"
    CHANGED = "something else than this program changed the account: run manage.py verify_rights"
    CLOSED = "the account is closed"
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
    if user is None and not provider.make_accounts:
        return Refusal.UNKNOWN
    given = _with_teams(provider, roles)
    if given is None:
        return Refusal.NO_TEAM
    if user:
        return _bring_in_line(provider, user, given, session)
    if not given:
        return Refusal.NO_ROLE
    _make(provider, claimed, given)
    return None


def _linked(provider: IdentityProvider, subject: str) -> User | None:
    link = SocialAccount.objects.filter(provider=provider.id, uid=subject).first()
    # A full lock would also wait for others who add rows about this person.
    return User.objects.select_for_update(no_key=True).get(pk=link.user_id) if link else None


def _bring_in_line(
    provider: IdentityProvider, user: User, roles: Sequence[tuple[Team, str]], session: str | None
) -> Refusal | None:
    newest = Event.objects.about_account(user.pk).first()
    if newest and newest.code == EventCode.ACCOUNT_CLOSED:
        by_provider = newest.actor_id is None and (newest.details or {}).get("provider") == provider.id
        if not (by_provider and audit_log.is_recorded(newest)):
            return Refusal.CLOSED
        if roles:
            store_active(None, user, is_active=True, provider=provider.id)
    set_provided_roles(provider.id, user, roles, session)
    if not roles and user.is_active:
        store_active(None, user, is_active=False, provider=provider.id)
    return None if roles else Refusal.NO_ROLE


def _make(provider: IdentityProvider, claimed: Claimed, roles: Sequence[tuple[Team, str]]) -> None:
    """Make an account without a password, with the roles that the groups give."""
    name = _usable(claimed.name)
    if not is_name_free(name, {team for team, _role in roles}, None):
        name = ""  # a colleague has it, and documents are signed with it: the person chooses another
    user = User.objects.create_user(_free_username(claimed), None, name)
    audit_log.record(None, EventCode.ACCOUNT_MADE, subject=user.pk, details={"provider": provider.id})
    SocialAccount.objects.create(user=user, provider=provider.id, uid=claimed.subject)
    audit_log.record(None, EventCode.ACCOUNT_TIED, subject=user.pk, details={"provider": provider.id})
    set_provided_roles(provider.id, user, roles)


def _with_teams(
    provider: IdentityProvider, roles: Iterable[tuple[str, str]]
) -> list[tuple[Team, str]] | None:
    """Return the roles with their teams; None when one is not there, such as after another name in Beheer.

    Only an installation without any account gets the team made: a second one would hold none of the cases.
    """
    found: dict[str, Team] = {}
    for name in sorted({team for team, _role in roles}):
        team = Team.objects.filter(name__iexact=name).first() or _first_team(provider, name)
        if team is None:
            return None
        found[name] = team
    return [(found[team], role) for team, role in sorted(roles)]


def _first_team(provider: IdentityProvider, name: str) -> Team | None:
    if User.objects.exists():
        return None
    team = Team.objects.create(name=name)
    details = {"provider": provider.id}
    audit_log.record(None, EventCode.TEAM_MADE, reason=f"team {team.pk}", details=details)
    return team


def _usable(name: str) -> str:
    """Return the name as it is stored; "" for one that cannot be."""
    try:
        return clean_text(name)[:_MAX_NAME].strip()
    except InvalidInputError:
        return ""


def _free_username(claimed: Claimed) -> str:
    """Return a user name that nobody has. Another account with it is never taken for theirs."""
    return next(name for name in _usernames(claimed) if not User.objects.filter(username=name).exists())


def _usernames(claimed: Claimed) -> Iterator[str]:
    wanted = unicodedata.normalize("NFKC", claimed.username or claimed.subject).lower()
    base = re.sub(r"[^\w.@+-]", "-", wanted)[: _MAX_NAME - _ROOM_FOR_NUMBER]
    yield base
    yield from (f"{base}-{number}" for number in count(2))
