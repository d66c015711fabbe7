"""Signing in and out, and what opens an account, as events: never a name that was typed, nor a code.

Who tried is nobody we know until they are in. So a refusal has no actor, and says about which account it was.
A change of a second factor is told once it is stored, since the library tells of it only then.
"""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth import user_logged_out
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from questionnaire.audit import log as audit_log
from questionnaire.audit.log import Code
from questionnaire.models import User


def refused_by_name(name: str) -> None:
    """Someone gave what does not open the account of this name, if there is one."""
    note(None, Code.SIGN_IN_REFUSED, User.objects.filter(username=name).first())


def refused(user: AbstractBaseUser) -> None:
    """Someone gave what does not open this account."""
    note(None, Code.SIGN_IN_REFUSED, user)


def sessions_ended(user: AbstractBaseUser) -> None:
    """A person ended other sessions of their own."""
    note(user, Code.SESSIONS_ENDED)


def note(actor: AbstractBaseUser | None, code: Code, about: AbstractBaseUser | None = None) -> None:
    """Write down what someone did to their own account, or who is not known did to this one."""
    with transaction.atomic():
        by = actor if isinstance(actor, User) else None
        audit_log.record(by, code, reason=f"user {about.pk}" if about else "")


@receiver(user_logged_in)
def _signed_in(user: User, **kwargs: Any) -> None:
    note(user, Code.SIGNED_IN)


@receiver(user_logged_out)
def _signed_out(user: User | None, **kwargs: Any) -> None:
    if isinstance(user, User):
        note(user, Code.SIGNED_OUT)


@receiver(password_changed)
def _password_changed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    note(user, Code.PASSWORD_CHANGED)


@receiver(authentication_failed)
def _code_refused(user: User, **kwargs: Any) -> None:
    refused(user)


@receiver(authenticator_added)
def _factor_added(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    note(user, Code.CODES_MADE if _is_recovery(authenticator) else Code.FACTOR_ADDED)


@receiver(authenticator_reset)
def _codes_made(user: User, **kwargs: Any) -> None:
    note(user, Code.CODES_MADE)


@receiver(authenticator_removed)
def _factor_removed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if not _is_recovery(authenticator):  # they go with the last factor, which says enough
        note(user, Code.FACTOR_REMOVED)


def _is_recovery(authenticator: Authenticator) -> bool:
    return bool(authenticator.type == Authenticator.Type.RECOVERY_CODES)
