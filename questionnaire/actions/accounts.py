"""Make accounts, and change how someone signs in. What ends a right to sign in ends the sessions too.

Whoever administers people does this for accounts of which they administer every team, and never for their
own. A command does it for whoever keeps the server: then `by` is None.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from questionnaire.accounts import factors
from questionnaire.accounts.session_store import end_sessions
from questionnaire.actions import proposals
from questionnaire.actions.memberships import (
    RoleConflictError,
    add_membership,
    are_compatible,
    is_administrator,
)
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.encryption.macs import is_authentic, mac_of
from questionnaire.models import ROLES_WITH_POWER, Event, Membership, Team, User, members_of
from questionnaire.queries.people import administers

#: The signs of a password that is read out: none that looks or sounds like another.
_SIGNS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS: Final = (6, 6, 6)
#: The key of the ids, as MACs, that an account was linked by until the event.
_FORMER: Final = "former"


class UnusableNameError(Exception):
    """No account can have this user name: it has other signs than those allowed, or it is in use."""


class NameInUseError(Exception):
    """Someone in the same team has this name, and documents are signed with it."""


class TamperedAccountError(Exception):
    """Something else than this program changed the account: only whoever keeps the server makes it good."""


class SubjectInUseError(Exception):
    """The provider signs someone else in by this id."""


class SignsInElsewhereError(Exception):
    """The organisation signs this person in, so that they have no password here."""


def new_password() -> str:
    """Return a password of 89 bits that can be read out."""
    return "-".join("".join(secrets.choice(_SIGNS) for _sign in range(size)) for size in _GROUPS)


def create_account(
    by: User | None, team: Team, username: str, name: str = "", *, must_change: bool = True
) -> tuple[User, str]:
    """Make an account for a team, and return it with its password. Raise ValidationError for the user name.

    The caller opens the transaction, and gives it its roles. As long as it has none, who administers the team
    administers it.
    """
    password = new_password()
    user = User.objects.create_user(username, password, name, must_change_password=must_change)
    audit_log.record(by, EventCode.ACCOUNT_MADE, subject=user.pk, details={"team": team.pk})
    return user, password


def add_person(
    by: User, team: Team, username: str, name: str, roles: Iterable[Membership.Role]
) -> tuple[User, str]:
    """Make an account with roles in a team that `by` administers; return it with its password.

    Roles that give power wait for a second person, see `actions.proposals`. Raise UnusableNameError,
    NameInUseError, RoleConflictError or PermissionDenied.
    """
    roles = list(roles)
    if not are_compatible(roles):
        raise RoleConflictError
    try:
        with transaction.atomic():
            if not is_administrator(by, team):
                raise PermissionDenied
            _require_free_name(name, [team], None)
            user, password = create_account(by, team, username, name)
            for role in roles:
                if role in ROLES_WITH_POWER:
                    proposals.ask(by, proposals.Kind.ROLE, team, subject=user, what=role.value)
                else:
                    add_membership(by, user, team, role)
    except (ValidationError, IntegrityError):
        raise UnusableNameError from None
    return user, password


def renew_password(by: User, of: User) -> str:
    """Give someone a new password, which they change when they sign in with it; return it.

    Raise PermissionDenied, TamperedAccountError or SignsInElsewhereError.
    """
    with transaction.atomic():
        of = _lock_whole(by, of)
        # Also while no provider is set: a password would go round what the provider asks once it is.
        if SocialAccount.objects.filter(user_id=of.pk).exists():
            raise SignsInElsewhereError
        return _renew_password(by, of)


def _renew_password(by: User, of: User, details: Mapping[str, Any] | None = None) -> str:
    password = new_password()
    of.set_password(password)
    of.must_change_password = True
    of.save(update_fields=["password", "must_change_password"])
    end_sessions(of)
    audit_log.record(by, EventCode.PASSWORD_RENEWED, subject=of.pk, details=details)
    return password


def link_account(by: User, of: User, provider_id: str, subject: str) -> None:
    """Let a provider sign someone in from now on, and nothing else.

    Raise PermissionDenied, TamperedAccountError or SubjectInUseError.
    """
    with transaction.atomic():
        of = _lock_whole(by, of)
        if not factors.are_as_written(of):
            raise TamperedAccountError
        store_link(by, of, provider_id, subject)


def store_link(by: User | None, of: User, provider_id: str, subject: str) -> None:
    """Link an account to what a provider calls the person, in place of any other link.

    Its password stops working, which would go round what the provider asks, and its sessions end. The caller
    opens the transaction. Raise SubjectInUseError.
    """
    if SocialAccount.objects.filter(provider=provider_id, uid=subject).exclude(user_id=of.pk).exists():
        raise SubjectInUseError
    former = _unlink(of)
    SocialAccount.objects.create(user_id=of.pk, provider=provider_id, uid=subject)
    of.set_unusable_password()
    of.must_change_password = False
    of.save(update_fields=["password", "must_change_password"])
    end_sessions(of)
    details = {"provider": provider_id, **({_FORMER: former} if former else {})}
    audit_log.record(by, EventCode.ACCOUNT_TIED, subject=of.pk, details=details)


def unlink_account(by: User, of: User) -> str:
    """Let someone sign in here again, by a new password, which this returns, and at no provider.

    Raise PermissionDenied or TamperedAccountError.
    """
    with transaction.atomic():
        of = _lock_whole(by, of)
        if not factors.are_as_written(of):
            raise TamperedAccountError
        providers = SocialAccount.objects.filter(user_id=of.pk).values_list("provider", flat=True)
        details = {"no_longer_at": list(providers), _FORMER: _unlink(of)}
        return _renew_password(by, of, details)


def _unlink(of: User) -> list[str]:
    """Delete the links of an account; return what later tells their ids, and shows none."""
    former = []
    for link in SocialAccount.objects.filter(user_id=of.pk):
        former.append(mac_of(_FORMER, link.provider, link.uid))
        link.delete()  # one by one: the MAC over the ways to sign in is made anew after each
    return former


def was_unlinked(provider_id: str, subject: str) -> bool:
    """Return whether an account had this id until an administrator, or a command, took it away."""
    codes = (EventCode.ACCOUNT_TIED, EventCode.PASSWORD_RENEWED)
    events = Event.objects.filter(code__in=codes, details__has_key=_FORMER)
    return any(
        is_authentic(mac, _FORMER, provider_id, subject)
        for event in events
        for mac in (event.details or {})[_FORMER]
    )


def remove_factors(by: User, of: User) -> None:
    """Take away app, passkeys and recovery codes of someone who lost them.

    Raise PermissionDenied or TamperedAccountError.
    """
    with transaction.atomic():
        of = _lock_whole(by, of)
        if not factors.are_as_written(of):
            raise TamperedAccountError
        deleted, _by_model = Authenticator.objects.filter(user_id=of.pk).delete()
        if deleted:
            end_sessions(of)
            audit_log.record(by, EventCode.FACTOR_REMOVED, subject=of.pk)


def forget_factors(user: User) -> None:
    """Take away the second factors; the link to the provider too when these were not as written.

    Only for whoever keeps the server, in a transaction.
    """
    if not factors.are_as_written(user):
        SocialAccount.objects.filter(user_id=user.pk).delete()
    Authenticator.objects.filter(user_id=user.pk).delete()
    factors.accept_stored(user)


def name_person(by: User, of: User, name: str) -> str:
    """Set the name of someone else; return the one before. Raise PermissionDenied or NameInUseError."""
    with transaction.atomic():
        if of.pk == by.pk or not administers(by, of, whole=True):
            raise PermissionDenied
        return _name(by, of, name)


def name_oneself(user: User, name: str) -> str:
    """Set one's own name; return the one before. Raise NameInUseError."""
    with transaction.atomic():
        return _name(user, user, name)


def restore_name(by: User, of: User, before: str, now: str) -> bool:
    """Set the name before, of oneself or someone else, if the one of now is still theirs.

    Return whether it was. Raise PermissionDenied or NameInUseError.
    """
    with transaction.atomic():
        if User.objects.select_for_update(no_key=True).get(pk=of.pk).name != now:
            return False
        name_oneself(by, before) if of.pk == by.pk else name_person(by, of, before)
    return True


def _name(by: User, of: User, name: str) -> str:
    of = User.objects.select_for_update(no_key=True).get(pk=of.pk)
    before = of.name
    if before == name:
        return before
    _require_free_name(name, [row.team_id for row in of.memberships.in_force()], of)
    of.name = name
    of.save(update_fields=["name"])
    audit_log.record(by, EventCode.ACCOUNT_NAMED, subject=of.pk)
    return before


def _require_free_name(name: str, teams: Iterable[Team | int], of: User | None) -> None:
    if not is_name_free(name, teams, of):
        raise NameInUseError


def is_name_free(name: str, teams: Iterable[Team | int], of: User | None) -> bool:
    """Return whether no colleague in these teams could be taken for the person, who may have an account."""
    colleagues = members_of(teams)
    if of:
        colleagues = colleagues.exclude(pk=of.pk)
    taken = {text.casefold() for pair in colleagues.values_list("name", "username") for text in pair if text}
    return name.casefold() not in taken


def _lock_whole(by: User, of: User) -> User:
    """Lock the account of someone else, of which `by` administers every team."""
    if of.pk == by.pk or not administers(by, of, whole=True):
        raise PermissionDenied
    of = User.objects.select_for_update(no_key=True).get(pk=of.pk)
    if not of.is_as_written:
        raise TamperedAccountError
    return of
