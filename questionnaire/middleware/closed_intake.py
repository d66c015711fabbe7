"""Answer a write to a closed intake with 409, and store what was typed as a pending post.

A section can be open in one tab while the intake is submitted in another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from questionnaire.domain.workflow import ClosedIntakeError
from questionnaire.permissions import Requirement, intake_of, requirement_of, user_of
from questionnaire.screen import pending_posts
from questionnaire.screen.pending_posts import HAS_PENDING_KEY


class ClosedIntakeMiddleware:
    """Answer for a closed intake. It runs after the permission table, which found the intake."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        writes = requirement_of(request) is Requirement.AUTHOR_WHILE_OPEN
        return _closed(request) if writes and not intake_of(request).is_open else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer also when the intake was closed after `process_view` read its state."""
        return _closed(request) if isinstance(exception, ClosedIntakeError) else None


def _closed(request: HttpRequest) -> HttpResponse:
    intake = intake_of(request)
    if request.method != "POST":
        return redirect("review", uuid=intake.uuid)
    says_something = any(map(any, pending_posts.typed(request).values()))
    is_stored = says_something and pending_posts.store(user_of(request), request)
    if is_stored:
        request.session.pop(HAS_PENDING_KEY, None)
    if not request.accepts("text/html"):
        # Not an error, so that the page stops retrying, and its buttons then post and get the page below.
        answer = {"status": _("Closed. What you typed is kept for you."), "base": {}}
        return JsonResponse(answer) if is_stored else HttpResponse(status=409)
    return render(request, "intakes/closed.html", {"intake": intake, "is_kept": is_stored}, status=409)
