"""Sign in through the organisation's own identity provider, by OpenID Connect.

The provider says who someone is, never what they may do: an administrator links an account to the provider's
own id for a person. The provider must authenticate the person anew each time, so that signing in again is
enough to unlock a screen.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Mapping
from typing import Any, Final

import jwt
from allauth.account.signals import user_logged_in
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from questionnaire.accounts.session_store import LOCKED_KEY
from questionnaire.audit import account_signals
from questionnaire.audit.event_codes import EventCode

#: The id of the one provider that there can be.
PROVIDER: Final = "organisation"
_TWO_FACTORS: Final = "two_factors"
# Neither "none" nor HMAC, with which anyone could sign a token by the provider's public key.
_ALGORITHMS: Final = ("RS256", "PS256", "ES256")
_CLAIMS: Final = ("iss", "sub", "aud", "exp", "iat", "nonce", "auth_time")
_LEEWAY_SECONDS: Final = 60


def is_offered() -> bool:
    """Return whether there is an identity provider."""
    return settings.OPENID_CONNECT is not None


def is_linked(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Return whether this person can sign in through the provider."""
    return is_offered() and SocialAccount.objects.filter(user_id=user.pk, provider=PROVIDER).exists()


def context_processor(request: HttpRequest) -> dict[str, bool]:
    """Add to templates whether pages offer to sign in through the provider."""
    return {"has_organisation": is_offered()}


def has_provider_second_factor(request: HttpRequest) -> bool:
    """Return whether the provider itself verified a second factor when this session began."""
    return request.session.get(_TWO_FACTORS) is True


def sign_in(request: HttpRequest) -> HttpResponse:
    """Show what will happen; by POST, redirect to the provider. Raise Http404 without a provider."""
    if not is_offered():
        raise Http404
    if request.method != "POST":
        context = {"redirect_field_value": get_next_redirect_url(request)}
        return render(request, "account/organisation.html", context)
    nonce = secrets.token_urlsafe()
    response: HttpResponse = _provider(request).redirect(
        request,
        "login",
        # While the session is locked, the page to go back to is in it and not on the page that asks.
        next_url=get_next_redirect_url(request) or request.session.get(LOCKED_KEY) or None,
        scope=["openid"],
        auth_params={"nonce": nonce, "prompt": "login", "max_age": "0"},
        nonce=nonce,
        started=int(time.time()),
    )
    return response


def callback(request: HttpRequest) -> HttpResponse:
    """Sign in the person whom the provider sends back, or show that it failed.

    Raise Http404 without a provider.
    """
    if not is_offered():
        raise Http404
    response: HttpResponse = _Callback.adapter_view(_Adapter(request, PROVIDER))(request)
    return response


def _provider(request: HttpRequest) -> Any:
    provider = get_social_adapter().get_provider(request, PROVIDER)
    provider.get_oauth2_adapter = lambda request: _Adapter(request, PROVIDER)
    return provider


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Nobody gets an account by signing in, and every failure shows the same page."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        # Only a token that the provider signed gets here and is recorded: anyone can post others.
        account_signals.record_account_event(None, EventCode.SIGN_IN_REFUSED)
        raise ImmediateHttpResponse(_refusal_page(request))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        raise ImmediateHttpResponse(_refusal_page(request))

    def list_apps(self, request: HttpRequest, provider: str | None = None, **kwargs: Any) -> list[SocialApp]:
        """Return the provider in the settings; the database table of providers is ignored."""
        if settings.OPENID_CONNECT is None:
            return []
        return [SocialApp(provider="openid_connect", provider_id=PROVIDER, **settings.OPENID_CONNECT)]


def _refusal_page(request: HttpRequest) -> HttpResponse:
    return render(request, "account/organisation_refused.html", status=401)


class _Callback(OAuth2CallbackView):  # type: ignore[misc]
    """Give the adapter the state of our request to the provider, so that it can verify the response."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[dict[str, Any] | None, Any]:
        state, error = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, error


class _Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Verify the ID token, for which allauth trusts the connection: its signature, nonce and age."""

    state: Mapping[str, Any]

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return str(build_absolute_uri(request, reverse("organisation_callback")))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        try:
            claims = self._claims(app, kwargs["response"]["id_token"])
            two_factors = _has_two_factors(claims)
            subject = {"sub": _subject(claims)}
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise OAuth2Error("the ID token does not match the request") from error
        login = self.get_provider().sociallogin_from_response(request, {"id_token": subject})
        login.account.extra_data = {_TWO_FACTORS: two_factors}  # no other claim is stored
        return login

    def _claims(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        issuer = app.settings["server_url"]
        if self.openid_config["issuer"] != issuer:
            raise ValueError
        claims: dict[str, Any] = jwt.decode(
            id_token,
            self._key(jwt.get_unverified_header(id_token).get("kid")),
            algorithms=_ALGORITHMS,
            audience=app.client_id,
            issuer=issuer,
            leeway=_LEEWAY_SECONDS,
            options={"require": list(_CLAIMS)},
        )
        has_other_audiences = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        is_for_us = claims.get("azp", None if has_other_audiences else app.client_id) == app.client_id
        is_fresh = claims["auth_time"] >= self.state["started"] - _LEEWAY_SECONDS
        if not (is_for_us and is_fresh and hmac.compare_digest(claims["nonce"], self.state["nonce"])):
            raise ValueError
        return claims

    def _key(self, kid: str | None) -> Any:
        with get_social_adapter().get_requests_session() as session:
            response = session.get(self.openid_config["jwks_uri"])
            response.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(response.json()).keys
        (key,) = [key for key in keys if kid is None or key.key_id == kid]  # exactly one, or ValueError
        return key.key


def _subject(claims: Mapping[str, Any]) -> str:
    if not (isinstance(claims["sub"], str) and claims["sub"]):
        raise ValueError
    return claims["sub"]


def _has_two_factors(claims: Mapping[str, Any]) -> bool:
    methods = claims.get("amr", [])
    is_by_method = isinstance(methods, list) and "mfa" in methods
    return is_by_method or claims.get("acr") in settings.OPENID_CONNECT_ACR


@receiver(user_logged_in)
def _remember_two_factors(request: HttpRequest, sociallogin: Any = None, **kwargs: Any) -> None:
    if sociallogin is not None:
        request.session[_TWO_FACTORS] = sociallogin.account.extra_data.get(_TWO_FACTORS) is True
