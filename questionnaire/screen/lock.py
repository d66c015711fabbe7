"""The lock of a session: its user stays known, and nothing is shown until they give their password.

It comes when someone hides the screen, and when nobody did anything for a while. What is posted meanwhile is
saved or kept, and answered without any content. While the client has the screen the same goes for every page
that is not the client's.
"""

import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from questionnaire.accounts import reauthentication
from questionnaire.accounts.session_store import LOCKED
from questionnaire.audit import log as audit_log
from questionnaire.audit.log import Code
from questionnaire.models import User
from questionnaire.permissions import CONFIRMED, TABLE, user_of
from questionnaire.screen import client_mode, pending_posts
from stalkcheck.headers import ACTIVE_AT

#: What stays open while a session is locked, by URL name. None of these shows anything of an intake.
OPEN_WHILE_LOCKED: Final = frozenset(
    {"notes", "lock", "unlock", "account_logout", "set_language", "organisation", "organisation_callback"}
)
#: The key in a session for whether text is kept for its user; absent until someone looked.
KEPT: Final = "kept"
_HIDE: Final = "_hide"
_HELD: Final = "_held"


def is_locked(request: HttpRequest) -> bool:
    """Whether the session of this request is locked."""
    return LOCKED in request.session


def lock(request: HttpRequest, page: str) -> None:
    """Lock the session of the person who is signed in and was at `page`. A lock that is there stays."""
    if is_locked(request):
        request.session[LOCKED] = request.session[LOCKED] or page
        return
    request.session[LOCKED] = page
    with transaction.atomic():
        audit_log.record(user_of(request), Code.SESSION_LOCKED)


def unlock(request: HttpRequest) -> None:
    """Open the session again under a new id, for its user, who gave their password."""
    with transaction.atomic():
        audit_log.record(user_of(request), Code.SESSION_UNLOCKED)
    del request.session[LOCKED]
    request.session.pop(KEPT, None)
    request.session[ACTIVE_AT] = int(time.time())
    reauthentication.confirm(request)
    request.session.cycle_key()


def safe_page(request: HttpRequest, target: str) -> str:
    """The target when it is one of our own pages that can be opened, else the first page."""
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        try:
            name = resolve(urlsplit(target).path).view_name
        except Resolver404:
            name = ""
        if "GET" in TABLE.get(name, {}) and name not in OPEN_WHILE_LOCKED:
            return target
    return settings.LOGIN_REDIRECT_URL


def for_templates(request: HttpRequest) -> dict[str, Any]:
    """After how many seconds without action the lock comes, and the mark of the person a page is made for."""
    user = getattr(request, "user", None)  # there is none yet when a request is refused early
    mark = pending_posts.mark_of(user) if isinstance(user, User) else ""
    return {"idle_seconds": settings.SESSION_IDLE_SECONDS, "mark": mark}


class LockMiddleware:
    """Stands before the permission table: what is locked is not looked up, and nobody's words are lost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        _lock_when_idle(request)
        response = self.get_response(request)
        if _is_unseen(request, response.status_code):
            return _nothing_to_see(request, response.status_code)
        if request.method == "POST" and response.status_code == 302 and not is_locked(request):
            _forget_what_was_given_back(request)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if (owner := pending_posts.owner_of(request)) and owner != request.user:
            return _keep_for(owner, request)
        if not isinstance(request.user, User):
            return None
        if _HIDE in request.POST:
            lock(request, request.path)
        if not is_locked(request) and not client_mode.is_on(request):
            if _must_confirm(request):
                return _ask_to_confirm(request, request.user)
            return _offer_what_is_kept(request, request.user)
        if _is_open(request):
            return None
        if _is_save(request):
            request.is_only_saved = True  # type: ignore[attr-defined]
            return None
        pending_posts.hold(request.user, request)
        return _nothing_to_see(request)


def _lock_when_idle(request: HttpRequest) -> None:
    """Lock after some time without a user's action. A page that saves by itself does not count as one."""
    if not isinstance(request.user, User) or is_locked(request):
        return
    now = int(time.time())
    if now - request.session.get(ACTIVE_AT, 0) >= settings.SESSION_IDLE_SECONDS:
        lock(request, request.path if request.method == "GET" else "")
    elif _wants_html(request):
        request.session[ACTIVE_AT] = now


def _wants_html(request: HttpRequest) -> bool:
    return request.accepts("text/html")


def _name_of(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _is_open(request: HttpRequest) -> bool:
    return _name_of(request) in OPEN_WHILE_LOCKED if is_locked(request) else client_mode.is_open(request)


def _is_save(request: HttpRequest) -> bool:
    """Whether this may be saved unseen: what cannot be read is kept too, for later."""
    by_hand = ("section", "client", "steps")
    saves = by_hand if _wants_html(request) else (*by_hand, "incidents", "incident")
    return request.method == "POST" and _name_of(request) in saves


def _is_unseen(request: HttpRequest, status: int) -> bool:
    """Whether what came of this may not be seen: it was only saved, or it went wrong."""
    if status < 400:
        return getattr(request, "is_only_saved", False)
    return is_locked(request) or (client_mode.is_on(request) and not client_mode.is_open(request))


def _nothing_to_see(request: HttpRequest, status: int = 204) -> HttpResponse:
    """No content, and no other word than whether it failed to a page that saves by itself."""
    if not _wants_html(request):
        return HttpResponse(status=status if status >= 400 else 204)
    if _HIDE in request.POST:
        return redirect("notes")
    if not is_locked(request):
        return redirect("leave")
    return redirect(f"{reverse('unlock')}?{urlencode({'next': request.get_full_path()})}")


def _keep_for(owner: User, request: HttpRequest) -> HttpResponse | None:
    """Keep what a page of someone posted who is not signed in any more. Whoever is sees nothing of it."""
    if not pending_posts.hold(owner, request):
        return None
    if not _wants_html(request):
        return HttpResponse(status=204)
    if isinstance(request.user, User):
        return render(request, "403_csrf.html", {"is_kept_for_another": True}, status=403)
    return None


def _offer_what_is_kept(request: HttpRequest, user: User) -> HttpResponse | None:
    """Lead to what is kept for this person, once after they signed in or unlocked."""
    if KEPT in request.session or request.method != "GET" or _name_of(request) in OPEN_WHILE_LOCKED:
        return None
    request.session[KEPT] = pending_posts.any_for(user)
    if not request.session[KEPT] or _name_of(request) == "kept":
        return None
    return redirect(f"{reverse('kept')}?{urlencode({'next': request.get_full_path()})}")


def _must_confirm(request: HttpRequest) -> bool:
    return (
        request.method == "POST"
        and _name_of(request) in CONFIRMED
        and not reauthentication.is_recent(request)
    )


def _ask_to_confirm(request: HttpRequest, user: User) -> HttpResponse:
    """Ask who is at work, and go back to the page where one was. What was typed is kept."""
    pending_posts.hold(user, request)
    page = (
        request.path
        if "GET" in TABLE[_name_of(request)]
        else urlsplit(request.headers.get("Referer", "")).path
    )
    ways = get_adapter().get_reauthentication_methods(user)
    target = ways[0]["url"] if ways else settings.LOGIN_REDIRECT_URL
    return redirect(f"{target}?{urlencode({'next': safe_page(request, page)})}")


def _forget_what_was_given_back(request: HttpRequest) -> None:
    if _HELD in request.POST and isinstance(request.user, User):
        pending_posts.drop(request.user, request.POST[_HELD])
        request.session[KEPT] = pending_posts.any_for(request.user)
