"""Record events about accounts: signing in and out, passwords and second factors; never what was typed.

Until someone has signed in we do not know who it is, so a refusal has no actor; its subject is the account.
A change of a second factor is recorded after it was stored: only then does the library send its signal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.signals import password_changed, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth import user_logged_out
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import User


def record_refusal(user: AbstractBaseUser | None, details: Mapping[str, str] | None = None) -> None:
    """Record a refused attempt to sign in to this account, or to one that is not there.

    `details` are those of something that can be guessed.
    """
    with transaction.atomic():
        subject = user.pk if user else None
        audit_log.record(None, EventCode.SIGN_IN_REFUSED, subject=subject, details=details)


def record_sessions_ended(user: AbstractBaseUser) -> None:
    """Record that a person ended other sessions of their own."""
    record_account_event(user, EventCode.SESSIONS_ENDED)


def record_account_event(
    actor: AbstractBaseUser | None, code: EventCode, about: AbstractBaseUser | None = None
) -> None:
    """Record what a person did to their own account, or what was done `about` an account."""
    with transaction.atomic():
        by = actor if isinstance(actor, User) else None
        audit_log.record(by, code, subject=about.pk if about else None)


@receiver(user_logged_in)
def _record_sign_in(user: User, **kwargs: Any) -> None:
    record_account_event(user, EventCode.SIGNED_IN)


@receiver(user_logged_out)
def _record_sign_out(user: User | None, **kwargs: Any) -> None:
    if isinstance(user, User):
        record_account_event(user, EventCode.SIGNED_OUT)


@receiver(password_changed)
def _record_password_change(request: HttpRequest, user: User, **kwargs: Any) -> None:
    record_account_event(user, EventCode.PASSWORD_CHANGED)


@receiver(authenticator_added)
def _record_added_factor(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    record_account_event(
        user, EventCode.CODES_MADE if _is_recovery(authenticator) else EventCode.FACTOR_ADDED
    )


@receiver(authenticator_reset)
def _record_new_codes(user: User, **kwargs: Any) -> None:
    record_account_event(user, EventCode.CODES_MADE)


@receiver(authenticator_removed)
def _record_removed_factor(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if not _is_recovery(authenticator):  # recovery codes are removed with the last factor, which is recorded
        record_account_event(user, EventCode.FACTOR_REMOVED)


def _is_recovery(authenticator: Authenticator) -> bool:
    return bool(authenticator.type == Authenticator.Type.RECOVERY_CODES)
