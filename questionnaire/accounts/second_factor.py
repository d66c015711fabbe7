"""Require the second factor where the settings say so, and store its secrets encrypted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.mfa.webauthn.internal import auth
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from questionnaire.accounts import factors, renewal
from questionnaire.accounts.oidc import has_provider_second_factor
from questionnaire.accounts.session_store import end_sessions
from questionnaire.encryption import keyring

#: The URL names that are open to someone who has yet to set up a second factor: nothing of an intake.
ALLOWED_WITHOUT_SECOND_FACTOR: Final = frozenset(
    {
        *("account_logout", "set_language", "notes", "lock", "unlock", "extend", "sessions"),
        *("account_reauthenticate", "account_change_password", "mfa_reauthenticate"),
        *("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes"),
        *("mfa_reauthenticate_webauthn", "organisation", "organisation_callback"),
    }
)
#: The kinds of authenticator that are a second factor; recovery codes are none.
SECOND_FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_PURPOSE: Final = "second factor"


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Secrets are stored encrypted under the key ring: a stolen database alone yields no codes."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. Try the next one."),
    }

    def encrypt(self, text: str) -> str:
        """Return the text sealed under the current key, after the id of that key."""
        ring = keyring.ring()
        key = ring.derive_key(ring.current, _PURPOSE)
        return f"{ring.current}{keyring.seal(key, text.encode(), keyring.binding(_PURPOSE)).hex()}"

    def decrypt(self, encrypted_text: str) -> str:
        """Return the text. Raise SealError for what `encrypt` did not make with a key of this ring."""
        ring = keyring.ring()
        key_id, token = encrypted_text[: len(ring.current)], encrypted_text[len(ring.current) :]
        key = ring.derive_key(key_id, _PURPOSE)
        return keyring.unseal(key, bytes.fromhex(token), keyring.binding(_PURPOSE)).decode()


def has_second_factor(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Return whether this person set up an app or a passkey."""
    has_one = Authenticator.objects.filter(user_id=user.pk, type__in=SECOND_FACTORS).exists()
    return bool(has_one) and factors.are_as_written(user)


def has_passkey(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Return whether this person set up a passkey."""
    passkeys = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN)
    return bool(passkeys.exists())


def passkey_options(user: AbstractBaseUser) -> str:
    """Return the JSON with which a browser asks for a passkey of this person; "" when they have none."""
    return json.dumps(auth.begin_authentication(user)) if has_passkey(user) else ""


class SecondFactorMiddleware:
    """Where a second factor is required, redirect a person without one to the page that sets it up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not (settings.SECOND_FACTOR_REQUIRED and request.user.is_authenticated):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if (
            name in ALLOWED_WITHOUT_SECOND_FACTOR
            or has_provider_second_factor(request)
            or has_second_factor(request.user)
        ):
            return None
        return redirect("mfa_index")


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def _end_other_sessions(request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> None:
    """End the sessions that someone else may have opened before the change, and give this one a new key."""
    renewal.remember_secret(request)
    renewal.renew(request)
    end_sessions(user, but=request.session.session_key)
