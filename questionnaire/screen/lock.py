"""Lock a session: its user stays known, and nothing is shown until they give their password.

A session is locked when someone hides the screen, and after a while without action. What is posted meanwhile
is saved if it comes from a page that its person had open before, and else stored as a pending post; both are
answered without any content. While the client has the screen the same goes for every page that is not the
client's.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme

from questionnaire.accounts import reauthentication, renewal
from questionnaire.accounts.session_limits import ACTIVE_AT
from questionnaire.accounts.session_store import LOCKED_KEY
from questionnaire.audit import log as audit_log
from questionnaire.audit.event_codes import EventCode
from questionnaire.encryption import hidden_paths
from questionnaire.models import User
from questionnaire.permissions import (
    REAUTHENTICATION_REQUIRED,
    REAUTHENTICATION_REQUIRED_FIRST,
    TABLE,
    user_of,
)
from questionnaire.screen import asked, client_mode, left_pages, page_marks, pending_posts
from questionnaire.screen.pending_posts import HAS_PENDING_KEY

#: The URL names that stay open while a session is locked. None of these shows anything of an intake.
ALLOWED_WHILE_LOCKED: Final = frozenset(
    {"notes", "lock", "unlock", "account_logout", "set_language", "organisation", "organisation_callback"}
)
#: The pages before which no pending posts are offered: what someone asked just now comes first.
_NOT_HELD_UP: Final = ALLOWED_WHILE_LOCKED | {"asked", "look"}
#: For how many seconds after an action another one is not noted: every note is a write. So that nobody is
#: locked too early, the server locks as much later; the page itself hides in time.
NOTED_EVERY: Final = 60
_HIDE_FIELD: Final = "_hide"
#: The pages that save a post and store as drafts what does not parse; by a button, and by themselves.
_SAVING_PAGES: Final = frozenset({"section", "client", "steps", "plan"})
_AUTOSAVING_PAGES: Final = _SAVING_PAGES | {"incidents", "incident"}


def is_locked(request: HttpRequest) -> bool:
    """Return whether the session of this request is locked."""
    return LOCKED_KEY in request.session


def lock(request: HttpRequest, page: str) -> None:
    """Lock the session of the person who is signed in and was at `page`, under a new id.

    An earlier lock stays as it is. A request that comes after another tab locked the session is nobody's.
    """
    if is_locked(request):
        request.session[LOCKED_KEY] = request.session[LOCKED_KEY] or own_page(page)
        return
    renewal.remember_secret(request)
    request.session[LOCKED_KEY] = own_page(page)
    try:
        with transaction.atomic():
            renewal.renew(request)
            audit_log.record(user_of(request), EventCode.SESSION_LOCKED)
    except SessionInterrupted:
        renewal.forget(request)


def unlock(request: HttpRequest) -> None:
    """Unlock the session under a new id, for its user, who gave their password."""
    del request.session[LOCKED_KEY]
    request.session.pop(HAS_PENDING_KEY, None)
    request.session[ACTIVE_AT] = int(time.time())
    reauthentication.mark_recent(request)
    page_marks.start_stretch(request.session)
    with transaction.atomic():
        renewal.renew(request)
        audit_log.record(user_of(request), EventCode.SESSION_UNLOCKED)


def safe_next_page(target: str) -> str:
    """Return the target if it is one of our own pages that can be opened, else the first page."""
    return own_page(target) or settings.LOGIN_REDIRECT_URL


def own_page(target: str) -> str:
    """Return the target if it is one of our own pages that can be opened, else ""."""
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        try:
            name = resolve(urlsplit(target).path).view_name
        except Resolver404:
            name = ""
        if "GET" in TABLE.get(name, {}) and name not in ALLOWED_WHILE_LOCKED | {"look"}:
            return target
    return ""


def context_processor(request: HttpRequest) -> dict[str, Any]:
    """Add to templates after how many idle seconds the session locks, and the mark of the page."""
    mark = SimpleLazyObject(partial(page_marks.make, request))
    return {"idle_seconds": settings.SESSION_IDLE_SECONDS, "page_mark": mark}


def leave_for(name: str) -> HttpResponse:
    """Redirect to a page that says nothing, also not where one came from: an address names an intake."""
    response = redirect(name)
    response["Referrer-Policy"] = "no-referrer"
    return response


class LockMiddleware:
    """Enforce the lock before the permission table, so that for a locked session nothing is looked up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        _lock_when_idle(request)
        response = self.get_response(request)
        page_marks.name_browser(request, response)
        if not _is_open(request):
            _drop_messages(request)
        if _must_not_be_shown(request, response.status_code):
            return _empty_response(request, response.status_code)
        if request.method == "POST" and getattr(request, "is_allowed", False):
            asked.forget(request)
        if request.method == "POST" and response.status_code == 302 and _is_open(request):
            left_pages.discard_sent(request)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        mark = page_marks.read(request)
        if mark and mark.user_id != request.user.pk:
            return _store_for_owner(request)
        if not isinstance(request.user, User):
            return None
        was_open = _is_open(request)
        if _HIDE_FIELD in request.POST:
            lock(request, request.path)
            if not isinstance(request.user, User):
                return (mark and _store_for_owner(request)) or leave_for("notes")
        if _is_open(request):
            if pending_posts.KEEP_FIELD in request.POST:
                return left_pages.keep(request, request.user)
            if _must_reauthenticate(request):
                has_page = "GET" in TABLE[_url_name(request)]
                came_from = urlsplit(request.headers.get("Referer", "")).path
                page = safe_next_page(request.path if has_page else came_from)
                return lead_to_reauthentication(request, request.user, page)
            return _offer_pending_posts(request, request.user)
        if _is_allowed(request):
            return None
        if _is_save(request) and (was_open or page_marks.is_from_open_page(request)):
            request.is_only_saved = True  # type: ignore[attr-defined]
            return None
        return _keep_aside(request, request.user)


def _drop_messages(request: HttpRequest) -> None:
    """Forget what was to be told: whoever sees the next page may be someone else."""
    list(get_messages(request))


def _lock_when_idle(request: HttpRequest) -> None:
    """Lock after some time without a user's action. A page that saves by itself does not count as one."""
    if not isinstance(request.user, User) or is_locked(request):
        return
    now = int(time.time())
    idle = now - request.session.get(ACTIVE_AT, 0)
    if idle >= settings.SESSION_IDLE_SECONDS + NOTED_EVERY:
        lock(request, request.path if request.method == "GET" else "")
    elif not 0 <= idle < NOTED_EVERY and _wants_html(request):
        request.session[ACTIVE_AT] = now


def _wants_html(request: HttpRequest) -> bool:
    """Return whether a person waits for a page: what a page sends by itself takes JSON alone."""
    return request.accepts("text/html")


def _url_name(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _is_open(request: HttpRequest) -> bool:
    """Return whether the screen is the professional's own: neither locked nor turned to the client."""
    return not is_locked(request) and not client_mode.is_on(request)


def _is_allowed(request: HttpRequest) -> bool:
    if is_locked(request):
        return _url_name(request) in ALLOWED_WHILE_LOCKED
    return client_mode.is_allowed(request)


def _is_save(request: HttpRequest) -> bool:
    """Return whether this can be saved without showing anything: what does not parse is stored as a draft."""
    pages = _SAVING_PAGES if _wants_html(request) else _AUTOSAVING_PAGES
    return request.method == "POST" and _url_name(request) in pages


def _must_not_be_shown(request: HttpRequest, status: int) -> bool:
    """Return whether the response must stay hidden: the post was only saved, or the request failed."""
    if status < 400:
        return getattr(request, "is_only_saved", False)
    # A page of our own failure names nobody, and can hold what the client filled in.
    is_of_client = client_mode.is_on(request) and (status < 500 or not client_mode.is_allowed(request))
    return is_locked(request) or is_of_client


def _empty_response(request: HttpRequest, status: int = 204) -> HttpResponse:
    """Return no content. A page that saves by itself gets to know only whether that failed."""
    if not _wants_html(request):
        return HttpResponse(status=status if status >= 400 else 204)
    if _HIDE_FIELD in request.POST:
        return leave_for("notes")
    if not is_locked(request):
        is_error = status >= 400 and client_mode.is_allowed(request)
        return render(request, "client_mode/error.html", status=status) if is_error else leave_for("leave")
    # Where to go on is in the session, as the address of the page of an intake holds its id.
    if page := own_page(request.get_full_path()):
        request.session[LOCKED_KEY] = page
    return leave_for("unlock")


def _keep_aside(request: HttpRequest, user: User) -> HttpResponse:
    """Store a post that came in while the screen was not its person's, to be looked at when they are back."""
    is_kept = pending_posts.store(user, request)
    if is_kept:
        request.session.pop(HAS_PENDING_KEY, None)
    must_be_kept = request.method == "POST" and _url_name(request) in _AUTOSAVING_PAGES
    return _empty_response(request, 404 if must_be_kept and not is_kept else 204)


def _store_for_owner(request: HttpRequest) -> HttpResponse | None:
    """Store the post of a page whose owner is not signed in any more. Whoever is sees nothing of it.

    It is never saved as theirs, whether or not it could be stored.
    """
    owner = page_marks.owner_of(request)
    is_kept = owner is not None and pending_posts.store(owner, request)
    if is_kept and not _wants_html(request):
        return HttpResponse(status=204)
    if isinstance(request.user, User):
        return render(request, "403_csrf.html", {"is_kept_for_another": is_kept}, status=403)
    return None


def _offer_pending_posts(request: HttpRequest, user: User) -> HttpResponse | None:
    """Redirect to the pending posts of this person, once after they signed in or unlocked."""
    name = _url_name(request)
    if HAS_PENDING_KEY in request.session or request.method != "GET" or name in _NOT_HELD_UP:
        return None
    request.session[HAS_PENDING_KEY] = pending_posts.has_pending(user)
    if not request.session[HAS_PENDING_KEY] or name == "kept":
        return None
    return redirect(f"{reverse('kept')}?{urlencode({'next': hidden_paths.hidden(request.get_full_path())})}")


def _must_reauthenticate(request: HttpRequest) -> bool:
    names = REAUTHENTICATION_REQUIRED if request.method == "POST" else REAUTHENTICATION_REQUIRED_FIRST
    return _url_name(request) in names and not reauthentication.is_recent(request)


def lead_to_reauthentication(request: HttpRequest, user: User, page: str) -> HttpResponse:
    """Redirect to reauthentication, and from there to a page that shows this post again; else to `page`."""
    if pending_posts.store(user, request):
        request.session.pop(HAS_PENDING_KEY, None)  # so that it is offered once they did
    if request.method == "POST" and asked.remember(request, user, back=page):
        page = reverse("asked")
    methods = get_adapter().get_reauthentication_methods(user)
    target = methods[0]["url"] if methods else settings.LOGIN_REDIRECT_URL
    return redirect(f"{target}?{urlencode({'next': hidden_paths.hidden(page)})}")
