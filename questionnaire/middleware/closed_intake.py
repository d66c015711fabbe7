"""What is answered when someone writes in an intake that is closed: nothing is stored, and nothing is lost.

The page of a section can stand open in one tab while the intake is handed in from another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from questionnaire.domain.workflow import ClosedIntakeError
from questionnaire.permissions import Who, intake_of, user_of, who_of
from questionnaire.screen import pending_posts
from questionnaire.screen.lock import KEPT


class ClosedIntakeMiddleware:
    """Stands after the permission table, which found the intake."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        writes = who_of(request) is Who.WRITER
        return _closed(request) if writes and not intake_of(request).is_open else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """It was closed between the look at its state and the saving."""
        return _closed(request) if isinstance(exception, ClosedIntakeError) else None


def _closed(request: HttpRequest) -> HttpResponse:
    """The page that tells where it stands; what was typed is kept for the person who typed it."""
    intake = intake_of(request)
    if request.method != "POST":
        return redirect("review", uuid=intake.uuid)
    is_kept = pending_posts.hold(user_of(request), request)
    request.session.pop(KEPT, None)
    if not request.accepts("text/html"):
        # Heard as an answer, so that the page stops trying and its buttons lead on to the page below.
        told = {"status": _("Closed. What you typed is kept for you."), "base": {}}
        return JsonResponse(told) if is_kept else HttpResponse(status=409)
    return render(request, "intakes/closed.html", {"intake": intake, "is_kept": is_kept}, status=409)
