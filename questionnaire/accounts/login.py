"""Sign in and out, as far as allauth leaves it to us."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from allauth.account import views
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_changed
from allauth.core import context
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from questionnaire.accounts import attempts, factors, oidc, reauthentication, renewal
from questionnaire.accounts.attempts import Way
from questionnaire.accounts.backend import is_trusted
from questionnaire.accounts.devices import device_name, known_people, remember
from questionnaire.accounts.session_store import DEVICE_KEY, end_sessions
from questionnaire.audit import account_signals, limit_events, limits
from questionnaire.audit.limits import LimitError, LimitName
from questionnaire.models import User

#: The URL name of the page to sign in at a provider.
_ELSEWHERE: Final = "organisation"
_MET: Final = _(
    "Since you signed in last, a limit stopped you, or someone who tried to sign in as you. "
    "Look under “Signing in and rights”. Was it not you? Then tell whoever keeps the accounts."
)
_REAUTHENTICATION_LABELS: Final = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code"),
    "mfa_reauthenticate:webauthn": _("Use your passkey"),
    _ELSEWHERE: _("Sign in at your organisation"),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by a command; a stranger can neither sign up nor lock someone's account."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("This user name and password do not belong together."),
        "too_many_login_attempts": _(
            "There were too many attempts. Wait five minutes, then try again. "
            "Does it stay like this? Ask whoever keeps the accounts for a new password."
        ),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Return whether a redirect may go to this URL; False for one that Python cannot parse."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Look at no password after too many wrong ones: of this account, or from this address."""
        username = _username_in(credentials)
        account, known = _account_of(username), attempts.is_known(request, username)
        if attempts.are_too_many(account, Way.PASSWORD, known=known):
            limit_events.record_met(LimitName.SIGN_INS, subject=account.pk if account else None)
            raise self.validation_error("too_many_login_attempts")
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            limit_events.record_met(LimitName.ADDRESS)
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Return the user; None for a wrong password, and alike for a deactivated account.

        A refusal is recorded as an audit event. Raise ValidationError after too many.
        """
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None and user.is_active:
            return user
        username = _username_in(credentials)
        details = attempts.details_of(Way.PASSWORD, known=attempts.is_known(request, username))
        account_signals.record_refusal(_account_of(username), details)
        return None

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        """Refuse an account that something else than this program wrote, whatever way someone signs in by.

        One that a provider signs in has no other way, also while that is not in the settings: a passkey of
        one's own would outlive what the provider says.
        """
        is_whole = isinstance(user, User) and is_trusted(user) and factors.are_as_written(user)
        is_by_provider = "sociallogin" in (kwargs.get("signal_kwargs") or {})
        if is_whole and (is_by_provider or not oidc.is_linked(user)):
            response: HttpResponse | None = super().pre_login(request, user, **kwargs)
            return response
        account_signals.record_refusal(user)
        return redirect(f"{reverse('account_login')}?account=refused")

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        """Store the kind of device in the session, and in a cookie on the device who signed in.

        Tell them when a limit stopped somebody meanwhile: they, or whoever tried to be them.
        """
        request.session[DEVICE_KEY] = device_name(request.headers.get("User-Agent", ""))
        if isinstance(user, User) and limit_events.were_met_since_last_sign_in(user):
            messages.warning(request, _MET)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember(request, response, user.get_username())
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # One count for each account would let a stranger lock it. So a device on which its owner signed in
        # before has a count of its own, and a new password begins a new one.
        username = _username_in(credentials)
        device = "known device" if attempts.is_known(request, username) else "elsewhere"
        account = _account_of(username)
        password = hashlib.sha256((account.password if account else "").encode()).hexdigest()
        return f"{device}:{username}:{password}"

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return by what attempts are counted: the address, or on a device in use who signed in there last.

        A whole office can have one address: whoever guesses there must not keep its people out.
        """
        people = known_people(request)
        return f"device-{people[0]}" if people else str(super().get_client_ip(request))

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Redirect to the sign-in page, without saying that the account is deactivated."""
        return redirect("account_login")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return not reauthentication.is_recent(context.request)

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """Return how this person can reauthenticate, with our own labels."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if oidc.provider_of(user):
            methods.append({"id": _ELSEWHERE, "url": reverse(_ELSEWHERE)})
        return [{**method, "description": _REAUTHENTICATION_LABELS[method["id"]]} for method in methods]

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Store the password that its owner chose."""
        if isinstance(user, User):
            user.must_change_password = False
        super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return settings.LOGIN_REDIRECT_URL


def _username_in(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username", "")).lower()


def _account_of(username: str) -> User | None:
    return User.objects.filter(username=username).first()


@receiver(password_changed)
def _end_other_sessions(request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> None:
    renewal.remember_secret(request)
    renewal.renew(request)
    end_sessions(user, but=request.session.session_key)


def logout(request: HttpRequest) -> HttpResponseBase:
    """Sign out by POST, and have the browser erase what it stored of our pages."""
    response: HttpResponseBase = views.logout(request)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def change_password(request: HttpRequest) -> HttpResponseBase:
    """Change one's password. Raise PermissionDenied for an account that has none, and LimitError."""
    if not (request.user.is_authenticated and request.user.has_usable_password()):
        raise PermissionDenied
    again_at = limits.again_at_by(request.user, limits.PASSWORD_CHANGES)
    if request.method == "POST" and again_at:  # before anything changes: sessions end with the password
        raise LimitError(LimitName.PASSWORDS, again_at)
    response: HttpResponseBase = views.password_change(request)
    return response
