"""Change how someone signs in: a new password, shown once, a lost second factor, or at a provider."""

from __future__ import annotations

import time
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from questionnaire.actions import accounts as account_actions
from questionnaire.actions.accounts import SignsInElsewhereError, SubjectInUseError, TamperedAccountError
from questionnaire.forms.administration import ProviderForm
from questionnaire.models import User
from questionnaire.permissions import user_of
from questionnaire.queries.people import Account
from questionnaire.views.administration.found import whole_account_or_404
from questionnaire.views.feedback import done

#: The session key of the password until it is shown. Sessions are stored encrypted.
_SHOWN_KEY: Final = "new_password"
#: How long it waits there.
_SECONDS: Final = 10 * 60


def keep_until_shown(request: HttpRequest, of: User, password: str) -> HttpResponse:
    """Keep a password for the page that shows it once, and redirect there."""
    request.session[_SHOWN_KEY] = {"person": of.pk, "password": password, "at": int(time.time())}
    return redirect("password_shown", person=of.pk)


def password_shown(request: HttpRequest, person: int) -> HttpResponse:
    """Show the password that was just made, once. Nothing else has it from then on."""
    account = whole_account_or_404(request, person)
    password = _take(request, person) if request.method == "GET" else ""
    return render(request, "administration/password_shown.html", {"account": account, "password": password})


def _take(request: HttpRequest, person: int) -> str:
    kept = request.session.get(_SHOWN_KEY)
    if not kept or kept["person"] != person:
        return ""
    del request.session[_SHOWN_KEY]
    return str(kept["password"]) if 0 <= time.time() - kept["at"] < _SECONDS else ""


def person_password(request: HttpRequest, person: int) -> HttpResponse:
    """Ask first, as the present password is gone then; by POST, make a new one."""
    account, problem = whole_account_or_404(request, person), ""
    if request.method == "POST":
        try:
            password = account_actions.renew_password(user_of(request), account.user)
        except SignsInElsewhereError:
            problem = _("The organisation signs this person in. There is no password here to renew.")
        except TamperedAccountError:
            problem = _tampered()
        else:
            return keep_until_shown(request, account.user, password)
    return _ask(request, "administration/person_password.html", account, problem)


def person_factors(request: HttpRequest, person: int) -> HttpResponse:
    """Ask first; by POST, take away app, passkeys and recovery codes."""
    account, problem = whole_account_or_404(request, person), ""
    if request.method == "POST":
        try:
            account_actions.remove_factors(user_of(request), account.user)
        except TamperedAccountError:
            problem = _tampered()
        else:
            words = {"name": account.user}
            done(request, _("The second way to sign in of %(name)s is taken away.") % words)
            return redirect("person", person=person)
    return _ask(request, "administration/person_factors.html", account, problem)


def person_provider(request: HttpRequest, person: int) -> HttpResponse:
    """Let a provider sign someone in from now on; for whom one does already, let them sign in here again."""
    account = whole_account_or_404(request, person)
    if account.signs_in_at:
        return _sign_in_here(request, account)
    providers = [
        (each.id, each.name or _("your organisation").capitalize()) for each in settings.IDENTITY_PROVIDERS
    ]
    if not providers:
        raise Http404
    form, problem = ProviderForm(request.POST or None, providers=providers), ""
    if "_go" not in request.POST and form.is_valid():
        problem = _link(request, account, form)
        if not problem and form.is_valid():
            done(
                request,
                _("%(name)s signs in at %(provider)s from now on.")
                % {"name": account.user, "provider": dict(providers)[form.cleaned_data["provider"]]},
            )
            return redirect("person", person=person)
    context = {"account": account, "form": form, "problem": problem}
    return render(request, "administration/person_provider.html", context, status=409 if problem else 200)


def _link(request: HttpRequest, account: Account, form: ProviderForm) -> str:
    """Link the account; return what is wrong outside the form, or add it to the form."""
    to = form.cleaned_data["provider"], form.cleaned_data["subject"]
    try:
        account_actions.link_account(user_of(request), account.user, *to)
    except SubjectInUseError:
        form.add_error("subject", _("Another account is tied to this already."))
    except TamperedAccountError:
        return _tampered()
    return ""


def _sign_in_here(request: HttpRequest, account: Account) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        try:
            password = account_actions.unlink_account(user_of(request), account.user)
        except TamperedAccountError:
            problem = _tampered()
        else:
            return keep_until_shown(request, account.user, password)
    return _ask(request, "administration/person_here.html", account, problem)


def _ask(request: HttpRequest, template: str, account: Account, problem: str) -> HttpResponse:
    return render(request, template, {"account": account, "problem": problem}, status=409 if problem else 200)


def _tampered() -> str:
    return _("Something outside the program changed this account. Ask who keeps the server to look at it.")
