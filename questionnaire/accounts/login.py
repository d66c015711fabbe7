"""Sign in and out, as far as allauth leaves it to us."""

from __future__ import annotations

from typing import Any, Final

from allauth.account import views
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_changed
from allauth.core import context
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from questionnaire.accounts import factors, oidc, reauthentication, renewal
from questionnaire.accounts.backend import is_trusted
from questionnaire.accounts.devices import device_name, is_device_of, known_device, remember
from questionnaire.accounts.session_store import DEVICE_KEY, end_sessions
from questionnaire.audit import account_signals
from questionnaire.models import User

#: The URL name of the page to sign in at a provider.
_ELSEWHERE: Final = "organisation"
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
        "too_many_login_attempts": _("There were too many attempts. Wait five minutes, then try again."),
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

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Return the user; None for a wrong password, and alike for a deactivated account.

        A refusal is recorded as an audit event.
        """
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None and user.is_active:
            return user
        account_signals.record_refusal_by_name(_username_in(credentials))
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
        """Store the kind of device in the session, and in a cookie on the device who signed in."""
        request.session[DEVICE_KEY] = device_name(request.headers.get("User-Agent", ""))
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember(response, user.get_username())
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # One count for each account would let a stranger lock it. So a device on which its owner signed in
        # before has a count of its own.
        username = _username_in(credentials)
        device = "known device" if is_device_of(request, username) else "elsewhere"
        return f"{device}:{username}"

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return by what attempts are counted: the address, or on a device in use who signed in there last.

        A whole office can have one address: whoever guesses there must not keep its people out.
        """
        device = known_device(request)
        return str(super().get_client_ip(request)) if device is None else f"device-{device}"

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
    """Change one's password. Raise PermissionDenied for an account that has none."""
    if not (request.user.is_authenticated and request.user.has_usable_password()):
        raise PermissionDenied
    response: HttpResponseBase = views.password_change(request)
    return response
