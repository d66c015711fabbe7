"""The second factor: what allauth leaves to us, and that nobody goes without one where it is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from allauth.mfa.webauthn.internal import auth
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.dispatch import receiver
from django.forms import Field, HiddenInput
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from questionnaire.accounts.form_labels import Plain
from questionnaire.accounts.oidc import asked_for_two_factors
from questionnaire.accounts.session_store import end_sessions
from questionnaire.audit import account_signals
from questionnaire.encryption import keyring

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

#: What is open to someone who has yet to set up a second factor, by URL name: nothing of an intake.
OPEN_WITHOUT: Final = frozenset(
    {
        *("account_logout", "set_language", "notes", "lock", "unlock", "extend", "sessions"),
        *("account_reauthenticate", "account_change_password", "mfa_reauthenticate"),
        *("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes"),
        *("mfa_reauthenticate_webauthn", "organisation", "organisation_callback"),
    }
)
_KINDS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_PURPOSE: Final = "second factor"
# A code is right during three periods: its own, and one before and after for clocks that differ.
_CODE_SECONDS: Final = 3 * 30


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Secrets are stored encrypted under the key ring, so that a stolen database makes no codes."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. Try the next one."),
    }

    def encrypt(self, text: str) -> str:
        ring = keyring.ring()
        key = ring.derived(ring.current, _PURPOSE)
        return f"{ring.current}{keyring.seal(key, text.encode(), keyring.binding(_PURPOSE)).hex()}"

    def decrypt(self, encrypted_text: str) -> str:
        """Raises SealError for anything that `encrypt` did not make with a key of this ring."""
        ring = keyring.ring()
        key_id, token = encrypted_text[: len(ring.current)], encrypted_text[len(ring.current) :]
        key = ring.derived(key_id, _PURPOSE)
        return keyring.unseal(key, bytes.fromhex(token), keyring.binding(_PURPOSE)).decode()


def has_second_factor(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this person set up an app or a passkey."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=_KINDS).exists())


def has_passkey(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this person set up a passkey."""
    passkeys = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN)
    return bool(passkeys.exists())


def passkey_options(user: AbstractBaseUser) -> str:
    """What a browser needs to ask for a passkey of this person; "" when there is none to ask for."""
    return json.dumps(auth.begin_authentication(user)) if has_passkey(user) else ""


class SecondFactorMiddleware:
    """Where a second factor is asked, a person without one first sets it up."""

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
        if name in OPEN_WITHOUT or asked_for_two_factors(request) or has_second_factor(request.user):
            return None
        return redirect("mfa_index")


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def _end_other_sessions(request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> None:
    """A session that someone else may have opened before does not outlast the change."""
    end_sessions(user, but=request.session.session_key)


class _Code(Plain):
    """A code from the app, or a recovery code. A code from the app is taken once."""

    words: Mapping[str, StrPromise] = {"code": _("Code")}
    fields: dict[str, Field]
    user: AbstractBaseUser

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # of allauth's form
        used = f"code:{self.user.pk}:{normalize_user_code(code)}"
        if not cache.add(used, "used", timeout=_CODE_SECONDS):
            account_signals.refused(self.user)
            raise MFAAdapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_Code, base.AuthenticateForm):  # type: ignore[misc]
    """The second factor at signing in."""


class ReauthenticateForm(_Code, base.ReauthenticateForm):  # type: ignore[misc]
    """The second factor of someone who is signed in."""


class ActivateForm(_Code, ActivateTOTPForm):  # type: ignore[misc]
    """The first code from the app, which shows that it holds the secret."""


class _Credential:
    """What the browser gives for a passkey. Whatever cannot be read is refused as a wrong one is."""

    fields: dict[str, Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].widget = HiddenInput()
        self.fields["credential"].label = _("Passkey")

    def full_clean(self) -> None:
        try:
            super().full_clean()  # type: ignore[misc]  # of allauth's form
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
            # fido2 reads what came as it is written, without asking whether it is.
            self.cleaned_data: dict[str, Any] = {}
            self.add_error("credential", MFAAdapter().validation_error("incorrect_code"))  # type: ignore[attr-defined]


class _OwnPasskey(_Credential):
    """A passkey of a person who is known: what is refused is written down."""

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.errors:  # type: ignore[attr-defined]  # of allauth's form
            account_signals.refused(self.user)  # type: ignore[attr-defined]


class AddPasskeyForm(_Credential, Plain, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey, and what its owner calls it."""

    words = {"name": _("What do you call it? For example: work laptop")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})["name"] = ""
        super().__init__(*args, **kwargs)
        self.fields["name"].max_length = self.fields["name"].widget.attrs["maxlength"] = 60  # type: ignore[attr-defined]
        self.fields.pop("passwordless", None)  # every passkey of ours can sign in by itself


class AuthenticatePasskeyForm(_OwnPasskey, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second factor."""


class SignInByPasskeyForm(_Credential, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone, which itself asks for a finger, a face or a code."""


class ReauthenticatePasskeyForm(_OwnPasskey, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The passkey of someone who is signed in."""
