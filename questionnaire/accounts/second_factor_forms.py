"""Forms of the second factor: codes from an app, recovery codes and passkeys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.base import forms as base
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.forms import Field, HiddenInput
from django.utils.translation import gettext_lazy as _

from questionnaire.accounts.form_labels import OwnLabelsMixin
from questionnaire.accounts.second_factor import MFAAdapter
from questionnaire.audit import account_signals

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

# A code is right during three periods: its own, and one before and after for clocks that differ.
_CODE_SECONDS: Final = 3 * 30
_MAX_NAME_LENGTH: Final = 60


class _CodeMixin(OwnLabelsMixin):
    """A code from the app, or a recovery code. No code is accepted twice."""

    labels: Mapping[str, StrPromise] = {"code": _("Code")}
    fields: dict[str, Field]
    user: AbstractBaseUser

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # of allauth's form
        used = f"code:{self.user.pk}:{normalize_user_code(code)}"
        if not cache.add(used, "used", timeout=_CODE_SECONDS):
            account_signals.record_refusal(self.user)
            raise MFAAdapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_CodeMixin, base.AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The second factor at signing in."""


class ReauthenticateForm(_CodeMixin, base.ReauthenticateForm):  # type: ignore[misc]
    """The second factor of someone who is signed in."""


class ActivateForm(_CodeMixin, ActivateTOTPForm):  # type: ignore[misc]
    """The first code from the app, which shows that it has the secret."""


class _CredentialMixin:
    """The JSON that a browser posts for a passkey. What does not parse is refused as a wrong passkey is."""

    fields: dict[str, Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].widget = HiddenInput()
        self.fields["credential"].label = _("Passkey")

    def full_clean(self) -> None:
        try:
            super().full_clean()  # type: ignore[misc]  # of allauth's form
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
            # fido2 takes the posted JSON apart without validating it first.
            self.cleaned_data: dict[str, Any] = {}
            self.add_error("credential", MFAAdapter().validation_error("incorrect_code"))  # type: ignore[attr-defined]


class _KnownUserCredentialMixin(_CredentialMixin):
    """A passkey of a person who is known: a refusal is an audit event."""

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.errors:  # type: ignore[attr-defined]  # of allauth's form
            account_signals.record_refusal(self.user)  # type: ignore[attr-defined]


class AddPasskeyForm(_CredentialMixin, OwnLabelsMixin, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey, and the name that its owner gives it."""

    labels = {"name": _("What do you call it? For example: work laptop")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})["name"] = ""
        super().__init__(*args, **kwargs)
        name: Any = self.fields["name"]
        name.max_length = name.widget.attrs["maxlength"] = _MAX_NAME_LENGTH
        self.fields.pop("passwordless", None)  # every passkey of ours can sign in by itself


class AuthenticatePasskeyForm(_KnownUserCredentialMixin, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second factor."""


class SignInByPasskeyForm(_CredentialMixin, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone, which itself asks for a finger, a face or a code."""


class ReauthenticatePasskeyForm(_KnownUserCredentialMixin, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The passkey of someone who is signed in."""
