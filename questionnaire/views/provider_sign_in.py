"""Sign in at an identity provider: by a button that leads there, and the page that it leads back to."""

from __future__ import annotations

import logging
from typing import Any, Final

from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from requests import RequestException

from questionnaire.accounts import oidc
from questionnaire.accounts.identity_providers import Claimed, IdentityProvider
from questionnaire.actions import provided_accounts
from questionnaire.actions.provided_accounts import Refusal
from questionnaire.audit import account_signals
from questionnaire.audit.event_codes import EventCode
from questionnaire.lifecycle import rights

logger: Final = logging.getLogger(__name__)


def sign_in(request: HttpRequest) -> HttpResponse:
    """Show where one can sign in; by POST, redirect there. Raise Http404 when there is no such place."""
    offered = oidc.offered_to(request)
    if not offered:
        raise Http404
    if request.method != "POST":
        context = {"redirect_field_value": get_next_redirect_url(request)}
        return render(request, "account/organisation.html", context)
    chosen = request.POST.get("provider", offered[0].id)
    provider = next((each for each in offered if each.id == chosen), None)
    if provider is None:
        raise Http404
    try:
        return oidc.go_to(provider, request)
    except RequestException as error:
        return _away(request, provider, error)


def callback(request: HttpRequest, provider: str) -> HttpResponse:
    """Sign in the person whom this provider sends back, or show that it failed. Raise Http404 for no such."""
    known = oidc.provider_with(provider)
    if known is None:
        raise Http404
    try:
        return oidc.come_back(known, request)
    except RequestException as error:
        return _away(request, known, error)


def _away(request: HttpRequest, provider: IdentityProvider, error: RequestException) -> HttpResponse:
    logger.warning("provider %s: it cannot be asked: %s", provider.id, type(error).__name__)
    return _refusal_page(request)


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Bring the account in line with what the provider says first; every refusal shows the same page."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Change roles as the provider says, and make, open or close the account. Then find it again."""
        provider = oidc.provider_with(sociallogin.account.provider)
        claimed = getattr(sociallogin, "claimed", None)
        if not (provider and isinstance(claimed, Claimed)):
            raise ImmediateHttpResponse(_refusal_page(request))
        refusal = _admit(provider, claimed, request.session.session_key)
        if refusal:
            self._refuse(request, provider, sociallogin, refusal)
        if sociallogin.is_existing:
            sociallogin.user.refresh_from_db()  # it may have been closed when it was found
        else:
            sociallogin.lookup()
        if request.user.is_authenticated and request.user.pk != sociallogin.user.pk:
            sociallogin.state["next"] = None  # the page that someone else was at

    def _refuse(
        self, request: HttpRequest, provider: IdentityProvider, login: SocialLogin, refusal: Refusal
    ) -> None:
        logger.warning("provider %s: nobody was signed in: %s", provider.id, refusal.value)
        # Only a token that the provider signed gets here and is recorded: anyone can post others.
        about = login.user if login.is_existing else None
        account_signals.record_account_event(None, EventCode.SIGN_IN_REFUSED, about)
        if request.user.is_authenticated and login.is_existing and request.user.pk == login.user.pk:
            request.session.flush()  # the account may be closed now, and the session gone with it
        raise ImmediateHttpResponse(_refusal_page(request))

    def get_requests_session(self) -> Any:
        """Return a session that follows no redirect, which would take the secret and the code elsewhere."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        raise ImmediateHttpResponse(_refusal_page(request))

    def list_apps(self, request: HttpRequest, provider: str | None = None, **kwargs: Any) -> list[SocialApp]:
        """Return the providers in the settings; the database table of providers is ignored."""
        named = settings.IDENTITY_PROVIDERS
        return [oidc.as_allauth(each) for each in named if provider in (None, each.id)]


def _admit(provider: IdentityProvider, claimed: Claimed, session: str | None) -> Refusal | None:
    with transaction.atomic():
        if provider.make_accounts:
            rights.mark_sealed()
        return provided_accounts.admit(provider, claimed, session)


def _refusal_page(request: HttpRequest) -> HttpResponse:
    return render(request, "account/organisation_refused.html", status=401)
