"""Let a request that makes a PDF wait for its place outside the server's threads, see `renderers.places`.

Who finds no place is told at once, by a small page that sends the same again: what was typed is in it.
"""

import re
from collections.abc import Callable
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from questionnaire.accounts.session_store import CLIENT_MODE_KEY, LOCKED_KEY
from questionnaire.documents.renderers import made_ahead
from questionnaire.documents.renderers.places import PLACE, Place, PlaceState
from questionnaire.screen.asked import CONFIRMED_FIELD

#: The views that make PDFs, when they are posted to.
PDF_PAGES: Final = frozenset({"pdf", "edition", "sheet", "sign_off", "blank_log"})
#: Under a server that gives no places: one whose PDF is made, and one that waits in its thread.
_THREADS: Final = 2
_RETRY_SECONDS: Final = 10
#: The statuses by which someone learns that they may not, or not any more.
_REFUSED: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
#: The cookie by which a page learns that its file has come, and what it makes up for that.
_COOKIE: Final = "__Host-busy"
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")


class PlacesMiddleware:
    """After sign-in and before the permission table: asking costs little, and tells nothing of an intake."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._threads = BoundedSemaphore(_THREADS)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        place = request.META.setdefault(PLACE, Place(PlaceState.NONE_GIVEN))
        session = session_of(request)
        try:
            response = self.get_response(request)
            _throw_away(request, session, response.status_code)
            return _tell_busy_page(request, response)
        finally:
            if place.holds_thread:
                self._threads.release()

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Ask for a place the first time, with a response that the server does not send."""
        place: Place = request.META[PLACE]
        if not request.user.is_authenticated:
            return None
        place.asked_by = request.user.pk
        if not _makes_pdf(request):
            return None
        if place.state == PlaceState.NONE_GIVEN:
            place.holds_thread = self._threads.acquire(blocking=False)
            return None if place.holds_thread else _busy(request)
        return None if _may_be_there(request) else ask_for_place(request)


def ask_for_place(request: HttpRequest) -> HttpResponse | None:
    """Return what to respond so that this request gets a place, or is told to wait; None when it has one."""
    place: Place = request.META[PLACE]
    who = request.user.pk
    assert who is not None  # noqa: S101  (only who is signed in makes a PDF)
    if place.state == PlaceState.NOT_ASKED and place.has_room(who):
        place.wanted_by = who
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return None if place.state == PlaceState.GRANTED or place.holds_thread else _busy(request)


def _may_be_there(request: HttpRequest) -> bool:
    """Return whether a PDF lies ready for this session: then its view asks for a place if it is another."""
    shelf = made_ahead.shelf()
    is_summary = request.resolver_match is not None and request.resolver_match.view_name == "pdf"
    return is_summary and shelf is not None and shelf.has(session_of(request))


def session_of(request: HttpRequest) -> str:
    """Return for whom a PDF is made ahead: one person in one session, which has a new key after a lock."""
    return f"{request.session.session_key} {request.user.pk}"


def _throw_away(request: HttpRequest, session: str, status: int) -> None:
    """Throw away what was made ahead for a session that ended, is restricted, or was refused something."""
    shelf = made_ahead.shelf()
    if shelf is None or not shelf.has(session):
        return
    is_restricted = LOCKED_KEY in request.session or CLIENT_MODE_KEY in request.session
    if is_restricted or status in _REFUSED or session_of(request) != session:
        shelf.throw_away(session)


def _tell_busy_page(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Let the page that asked for a file know that it has come: it stays open, and says that it is busy."""
    token = request.POST.get("_busy", "")
    if _TOKEN.fullmatch(token) and "Content-Disposition" in response:
        response.set_cookie(_COOKIE, token, max_age=_RETRY_SECONDS, secure=True, samesite="Strict")
    return response


def _makes_pdf(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    if request.method == "POST" and name == "log_import":
        return "_open" in request.POST  # a file is read in a process of its own, and may take as long
    if request.method != "POST" or name not in PDF_PAGES:
        return False
    if name == "sign_off":
        return CONFIRMED_FIELD in request.POST  # before, its page only asks
    return name != "edition" or request.POST.get("_go") == "pdf"


def _busy(request: HttpRequest) -> HttpResponse:
    controls = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    context = {"controls": controls, "seconds": _RETRY_SECONDS}
    response = render(request, "busy.html", context, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = str(_RETRY_SECONDS)
    return response
