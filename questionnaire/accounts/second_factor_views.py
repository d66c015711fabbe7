"""Show the pages of the second factor, on top of allauth's: with our own texts, and nothing inline."""

from __future__ import annotations

import json
from typing import Any, Final

import qrcode
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth, flows
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse, reverse_lazy

from questionnaire.accounts.oidc import has_provider_second_factor
from questionnaire.accounts.second_factor import has_passkey, has_second_factor
from questionnaire.models import Membership, teams_of

_QUIET_ZONE: Final = 4  # modules of white that a camera needs around the code
_SECRET_GROUP: Final = 4


class Index(base.IndexView):  # type: ignore[misc]  # allauth has no types
    """The account of a person: their second factors, and what else is theirs to change."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        has_one = has_provider_second_factor(self.request) or has_second_factor(self.request.user)
        is_required = settings.SECOND_FACTOR_REQUIRED and not has_one
        own_teams = () if is_required else teams_of(self.request.user, Membership.Role.PROFESSIONAL)
        return {**context, "is_required": is_required, "own_teams": own_teams}


class Activate(totp.ActivateTOTPView):  # type: ignore[misc]
    """Set up an app: the secret as a QR code and as text, and the field for the first code."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super(totp.ActivateTOTPView, self).get_context_data(**kwargs)
        secret = context["form"].secret
        url = totp.get_adapter().build_totp_url(self.request.user, secret)
        starts = range(0, len(secret), _SECRET_GROUP)
        groups = [secret[start : start + _SECRET_GROUP] for start in starts]
        return {**context, "totp_url": url, "picture": draw_qr_code(url), "secret": " ".join(groups)}


def draw_qr_code(text: str) -> dict[str, Any]:
    """Return a QR code as the size of its square and the SVG path of its dark modules."""
    code = qrcode.QRCode(border=_QUIET_ZONE)
    code.add_data(text)
    rows = code.get_matrix()
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    return {"size": len(rows), "path": "".join(dark)}


class AddPasskey(webauthn.AddWebAuthnView):  # type: ignore[misc]
    """Make a passkey that can sign in by itself, and so always asks for a finger, a face or a code."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["options"] = json.dumps(auth.begin_registration(self.request.user, passwordless=True))
        return context


class Authenticate(base.AuthenticateView):  # type: ignore[misc]
    """The second factor at signing in: a code, or a passkey."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if response.get("Location") == reverse("account_login"):
            # Nobody is between the two factors, or their second one was removed: without this, the two pages
            # would redirect to each other for ever.
            clear_login(request)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = json.dumps(context["js_data"]["request_options"])
        return {**context, "options": options, "has_passkey": has_passkey(self.stage.login.user)}


class ReauthenticatePasskey(webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """The passkey of someone who is signed in."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, **kwargs, "options": json.dumps(context["js_data"]["request_options"])}


class SignInByPasskey(webauthn.LoginWebAuthnView):  # type: ignore[misc]
    """A passkey alone. The challenge that the browser signs is fetched when someone presses the button."""

    def form_valid(self, form: Any) -> HttpResponse:
        authenticator = form.cleaned_data["credential"]
        login = Login(user=authenticator.user, redirect_url=get_next_redirect_url(self.request))
        response: HttpResponse = flows.perform_passwordless_login(self.request, authenticator, login)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return HttpResponse(status=302, headers={"Location": f"{reverse('account_login')}?passkey=refused"})


# In one transaction each, so that two changes of one account come after each other: see `factors`.
activate = Activate.as_view()
add_passkey = transaction.atomic(AddPasskey.as_view())
authenticate = Authenticate.as_view()
deactivate = transaction.atomic(totp.deactivate_totp)
generate_codes = recovery.generate_recovery_codes
index = Index.as_view()
reauthenticate = base.reauthenticate
reauthenticate_passkey = ReauthenticatePasskey.as_view()
remove_passkey = transaction.atomic(
    webauthn.RemoveWebAuthnView.as_view(success_url=reverse_lazy("mfa_index"))
)
sign_in_by_passkey = SignInByPasskey.as_view()
view_codes = recovery.view_recovery_codes
