"""Forms of the second factor: codes from an app, recovery codes and passkeys."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.base import forms as base
from allauth.mfa.signals import authentication_failed
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from allauth.mfa.webauthn.internal import auth
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.dispatch import receiver
from django.forms import Field, HiddenInput
from django.utils.translation import gettext_lazy as _

from questionnaire.accounts import attempts, factors
from questionnaire.accounts.attempts import Way
from questionnaire.accounts.form_labels import OwnLabelsMixin
from questionnaire.accounts.second_factor import MFAAdapter
from questionnaire.accounts.session_store import SECONDS_IN_COOKIE
from questionnaire.audit import account_signals, limit_events
from questionnaire.audit.limits import LimitName

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
        if not factors.are_as_written(self.user):
            account_signals.record_refusal(self.user)
            raise MFAAdapter().validation_error("incorrect_code")
        used = f"code:{self.user.pk}:{normalize_user_code(code)}"
        if not cache.add(used, "used", timeout=_CODE_SECONDS):
            _record_refused_code(self.user)
            raise MFAAdapter().validation_error("incorrect_code")
        return code


class _GuessedCodeMixin(_CodeMixin):
    """A code that someone can guess: after too many wrong ones none is looked at."""

    def clean_code(self) -> str:
        known = attempts.is_known(context.request, self.user.get_username())
        if attempts.are_too_many(self.user, Way.CODE, known=known):
            limit_events.record_met(LimitName.CODES, subject=self.user.pk)
            raise get_account_adapter().validation_error("too_many_login_attempts")
        return super().clean_code()


@receiver(authentication_failed)
def _record_refused_code(user: AbstractBaseUser, **kwargs: Any) -> None:
    known = attempts.is_known(context.request, user.get_username())
    account_signals.record_refusal(user, attempts.details_of(Way.CODE, known=known))


class AuthenticateForm(_GuessedCodeMixin, base.AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The second factor at signing in."""


class ReauthenticateForm(_GuessedCodeMixin, base.ReauthenticateForm):  # type: ignore[misc]
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
        state = auth.get_state()
        try:
            super().full_clean()  # type: ignore[misc]  # of allauth's form
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
            # fido2 takes the posted JSON apart without validating it first.
            self.cleaned_data: dict[str, Any] = {}
            self.refuse()
        if state and self.is_bound and not self.errors and not _is_first_use(state["challenge"]):  # type: ignore[attr-defined]
            self.refuse()

    def refuse(self) -> None:
        """Refuse the passkey as a wrong one is."""
        self.add_error("credential", MFAAdapter().validation_error("incorrect_code"))  # type: ignore[attr-defined]


def _is_first_use(challenge: str) -> bool:
    """Return whether no passkey answered this challenge yet: a copy of the cookie would offer it again."""
    used = f"challenge:{hashlib.sha256(challenge.encode()).hexdigest()}"
    return bool(cache.add(used, "used", timeout=SECONDS_IN_COOKIE))


class _KnownUserCredentialMixin(_CredentialMixin):
    """A passkey of a person who is known: a refusal is an audit event."""

    user: AbstractBaseUser

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and not self.errors and not factors.are_as_written(self.user):  # type: ignore[attr-defined]
            self.refuse()
        if self.is_bound and self.errors:  # type: ignore[attr-defined]  # of allauth's form
            account_signals.record_refusal(self.user)


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
