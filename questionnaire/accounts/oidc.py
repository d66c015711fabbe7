"""Ask an identity provider who someone is, by OpenID Connect, and verify what it says.

The provider must authenticate the person anew each time, so that signing in again is enough to unlock a
screen. What follows from its answer is decided in `actions.provided_accounts`.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import time
from collections.abc import Mapping
from typing import Any, Final

import jwt
from allauth.account.signals import user_logged_in
from allauth.account.utils import get_next_redirect_url
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
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from questionnaire.accounts.identity_providers import IdentityProvider, read_claims
from questionnaire.accounts.session_store import CLIENT_MODE_KEY, LOCKED_KEY

logger: Final = logging.getLogger(__name__)
_TWO_FACTORS: Final = "two_factors"
# Neither "none" nor HMAC, with which anyone could sign a token by the provider's public key.
_ALGORITHMS: Final = ("RS256", "PS256", "ES256")
_CLAIMS: Final = ("iss", "sub", "aud", "exp", "iat", "nonce", "auth_time")
_LEEWAY_SECONDS: Final = 60


def provider_with(provider_id: str) -> IdentityProvider | None:
    """Return the provider with this id; None for one that is not, or no longer, in the settings."""
    return next((each for each in settings.IDENTITY_PROVIDERS if each.id == provider_id), None)


def provider_of(user: AbstractBaseUser | AnonymousUser) -> IdentityProvider | None:
    """Return the provider that signs this person in; None for somebody who signs in here."""
    links = SocialAccount.objects.filter(user_id=user.pk) if settings.IDENTITY_PROVIDERS else []
    return next(filter(None, (provider_with(link.provider) for link in links)), None)


def is_linked(user: AbstractBaseUser) -> bool:
    """Return whether a provider signs this person in, be it in the settings or not any more."""
    return bool(SocialAccount.objects.filter(user_id=user.pk).exists())


def gives_roles_in(team: str) -> bool:
    """Return whether a provider in the settings gives roles in the team of this name."""
    return any(
        row.team.casefold() == team.casefold() for each in settings.IDENTITY_PROVIDERS for row in each.roles
    )


def offered_to(request: HttpRequest) -> tuple[IdentityProvider, ...]:
    """Return the providers to sign in at: all of them, or the one of who is signed in."""
    if not request.user.is_authenticated:
        providers: tuple[IdentityProvider, ...] = settings.IDENTITY_PROVIDERS
        return providers
    own = provider_of(request.user)
    return (own,) if own else ()


def context_processor(request: HttpRequest) -> dict[str, Any]:
    """Add to templates the providers that a page can offer to sign in at; asked for when it does."""
    return {"identity_providers": lambda: offered_to(request)}


def has_provider_second_factor(request: HttpRequest) -> bool:
    """Return whether the provider itself verified a second factor when this session began."""
    return request.session.get(_TWO_FACTORS) is True


def go_to(provider: IdentityProvider, request: HttpRequest) -> HttpResponse:
    """Redirect to the provider, with what its answer must match in the session."""
    nonce = secrets.token_urlsafe()
    allauth_provider = get_social_adapter().get_provider(request, provider.id)
    allauth_provider.get_oauth2_adapter = lambda request: _Adapter(request, provider)
    response: HttpResponse = allauth_provider.redirect(
        request,
        "login",
        next_url=get_next_redirect_url(request) or _page_in_session(request),
        scope=list(provider.scopes),
        auth_params={"nonce": nonce, "prompt": "login", "max_age": "0"},
        nonce=nonce,
        started=int(time.time()),
    )
    return response


def _page_in_session(request: HttpRequest) -> str | None:
    """Return the page to go back to of who has no open screen: the page that asks does not name it."""
    if page := request.session.get(LOCKED_KEY):
        return str(page)
    if turned := request.session.get(CLIENT_MODE_KEY):
        return reverse("client", args=turned[:2])
    return None


def come_back(provider: IdentityProvider, request: HttpRequest) -> HttpResponse:
    """Verify the answer of the provider, and sign in whom it says, as the social adapter decides."""
    response: HttpResponse = _Callback.adapter_view(_Adapter(request, provider))(request)
    return response


def as_allauth(provider: IdentityProvider) -> SocialApp:
    """Return the provider in the form that allauth takes."""
    return SocialApp(
        provider="openid_connect",
        provider_id=provider.id,
        name=provider.name,
        client_id=provider.client_id,
        secret=provider.client_secret,
        settings={"server_url": provider.server, "oauth_pkce_enabled": True, "fetch_userinfo": False},
    )


class _Callback(OAuth2CallbackView):  # type: ignore[misc]
    """Give the adapter the state of our request to the provider, so that it can verify the response."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[dict[str, Any] | None, Any]:
        state, error = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, error


class _Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Verify the ID token, for which allauth trusts the connection: its signature, nonce and age."""

    state: Mapping[str, Any]

    def __init__(self, request: HttpRequest, provider: IdentityProvider) -> None:
        super().__init__(request, provider.id)
        self.identity_provider = provider

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        # One for each provider: so an answer of one is never taken for that of another.
        path = reverse("organisation_callback", kwargs={"provider": self.identity_provider.id})
        return str(build_absolute_uri(request, path))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        provider = self.identity_provider
        try:
            claimed = read_claims(provider, self._claims(app, kwargs["response"]["id_token"]))
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, AttributeError) as error:
            # Of a token that nobody can use: its words are ours or the library's, never those of a person.
            logger.warning(
                "provider %s: the ID token is refused: %s", provider.id, error or type(error).__name__
            )
            raise OAuth2Error("the ID token does not match the request") from error
        login = self.get_provider().sociallogin_from_response(request, {"id_token": {"sub": claimed.subject}})
        login.account.extra_data = {_TWO_FACTORS: claimed.has_two_factors}  # no other claim is stored
        login.claimed = claimed
        return login

    def _claims(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        issuer = app.settings["server_url"]
        if self.openid_config["issuer"] != issuer:
            raise ValueError("the document of the provider names another issuer")
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
            raise ValueError("it is for another client, too old, or for another request")
        return claims

    def _key(self, kid: str | None) -> Any:
        with get_social_adapter().get_requests_session() as session:
            response = session.get(self.openid_config["jwks_uri"])
            response.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(response.json()).keys
        (key,) = [key for key in keys if kid is None or key.key_id == kid]  # exactly one, or ValueError
        return key.key


@receiver(user_logged_in)
def _remember_two_factors(request: HttpRequest, sociallogin: Any = None, **kwargs: Any) -> None:
    if sociallogin is not None:
        request.session[_TWO_FACTORS] = sociallogin.account.extra_data.get(_TWO_FACTORS) is True
