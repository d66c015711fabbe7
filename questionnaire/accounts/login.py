"""Signing in: what allauth leaves to us."""

from __future__ import annotations

from typing import Any, Final

from allauth.account import forms, views
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_changed
from allauth.core import context
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from questionnaire.accounts import oidc, reauthentication
from questionnaire.accounts.devices import device
from questionnaire.accounts.form_labels import Plain
from questionnaire.accounts.session_store import DEVICE, end_sessions
from questionnaire.audit import account_signals

DEVICE_COOKIE: Final = "__Host-device"
_DEVICE_SECONDS: Final = 180 * 24 * 60 * 60
_DEVICE_SALT: Final = "stalkcheck.device"
_LEAST_BESIDE_KNOWN_WORDS: Final = 8
_WAYS: Final = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code"),
    "mfa_reauthenticate:webauthn": _("Use your passkey"),
    oidc.PROVIDER: _("Sign in at your organisation"),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by a command; strangers can neither make one nor lock one."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("This user name and password do not belong together."),
        "too_many_login_attempts": _("There were too many attempts. Wait five minutes, then try again."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Whether to go there next. An address that newer versions of Python refuse to read is not."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """A switched-off account gets the same answer as a wrong password. A refusal is an event."""
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None and user.is_active:
            return user
        account_signals.refused_by_name(str(credentials.get("username", "")).lower())
        return None

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        """Remember that this person signed in on this device."""
        request.session[DEVICE] = device(request.headers.get("User-Agent", ""))
        response: HttpResponse = super().post_login(request, user, **kwargs)
        response.set_cookie(
            DEVICE_COOKIE,
            signing.dumps(user.get_username(), salt=_DEVICE_SALT),
            max_age=_DEVICE_SECONDS,
            secure=True,
            httponly=True,
            samesite="Lax",
        )
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # One count for each account would let a stranger lock it. So a device on which its owner signed in
        # before has a count of its own.
        username = str(credentials.get("username", "")).lower()
        place = "known device" if _knows(request, username) else "elsewhere"
        return f"{place}:{username}"

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Also by passkey a switched-off account gets no other answer than a wrong one."""
        return redirect("account_login")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return not reauthentication.is_recent(context.request)

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """The ways to confirm, in our words."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if oidc.belongs_to(user):
            methods.append({"id": oidc.PROVIDER, "url": reverse("organisation")})
        return [{**method, "description": _WAYS[method["id"]]} for method in methods]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return settings.LOGIN_REDIRECT_URL


@receiver(password_changed)
def _end_other_sessions(request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> None:
    end_sessions(user, but=request.session.session_key)


def _knows(request: HttpRequest, username: str) -> bool:
    return known_here(request) == username


def known_here(request: HttpRequest) -> str | None:
    """The user name of the person who last signed in on this device, if anyone did."""
    try:
        known = signing.loads(
            request.COOKIES.get(DEVICE_COOKIE, ""), salt=_DEVICE_SALT, max_age=_DEVICE_SECONDS
        )
    except signing.BadSignature:
        return None
    return str(known)


def logout(request: HttpRequest) -> HttpResponseBase:
    """Sign out by POST, and have the browser forget what it kept of our pages."""
    response: HttpResponseBase = views.logout(request)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def change_password(request: HttpRequest) -> HttpResponseBase:
    """Change one's password, for an account that has one."""
    if not (request.user.is_authenticated and request.user.has_usable_password()):
        raise PermissionDenied
    response: HttpResponseBase = views.password_change(request)
    return response


class LoginForm(Plain, forms.LoginForm):  # type: ignore[misc]  # allauth has no types
    """User name and password."""

    words = {"login": _("User name"), "password": _("Password")}


class ReauthenticateForm(Plain, forms.ReauthenticateForm):  # type: ignore[misc]
    """The password of the person who is signed in."""

    words = {"password": _("Password")}


class ChangePasswordForm(Plain, forms.ChangePasswordForm):  # type: ignore[misc]
    """The old password, and the new one twice."""

    words = {
        "oldpassword": _("Your password now"),
        "password1": _("Your new password"),
        "password2": _("Your new password once more"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _(
            "At least 12 characters. A few words together are easy to remember."
        )


class KnownWordsValidator:
    """Refuses a password that is little more than words anyone would try here first."""

    def __init__(self, words: list[str]) -> None:
        self.words = words

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        rest = password.lower()
        for word in self.words:
            rest = rest.replace(word, "")
        if len(rest) < min(len(password), _LEAST_BESIDE_KNOWN_WORDS):
            raise ValidationError(self.get_help_text(), code="password_known_words")

    def get_help_text(self) -> str:
        return gettext("Your password cannot be built around a word that others expect here.")
