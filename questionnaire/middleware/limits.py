"""Answer with 429 when someone did something so often that they have to wait; what they typed is kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from questionnaire.audit.limit_events import record_met
from questionnaire.audit.limits import LimitError, LimitName
from questionnaire.models import User
from questionnaire.permissions import user_of
from questionnaire.screen import pending_posts
from questionnaire.screen.pending_posts import HAS_PENDING_KEY

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_SAID: Final[Mapping[LimitName, StrPromise]] = {
    LimitName.SEARCHES: _("You searched very often in the last hour."),
    LimitName.CASES: _("You opened very many cases in the last hour."),
    LimitName.STARTS: _("You started very many conversations in the last hour."),
    LimitName.COPIES: _("You made very many copies in the last hour."),
    LimitName.LOGS: _("You opened very many logs in the last hour."),
    LimitName.ACCOUNTS: _("You closed very many accounts or gave very many new passwords in the last hour."),
    LimitName.PASSWORDS: _("You changed your password very often in the last hour."),
    LimitName.LOOKS: _("You asked very often for a page that is not there for you."),
}


class LimitsMiddleware:
    """Answer for an action that a limit stopped, and which was undone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer in the page of the request, after its transaction was undone."""
        if not isinstance(exception, LimitError):
            return None
        return stopped(request, exception.name, exception.again_at)


def stopped(request: HttpRequest, name: LimitName, again_at: datetime) -> HttpResponse:
    """Record that a limit stopped the person who is signed in, and say from when they can go on."""
    user = user_of(request)
    record_met(name, user)
    is_kept = pending_posts.store(user, request, was_allowed=True)
    if is_kept:
        request.session.pop(HAS_PENDING_KEY, None)
    context = {"said": _SAID[name], "again_at": again_at, "is_kept": is_kept}
    seconds = math.ceil((again_at - timezone.now()).total_seconds())
    return _answer(request, seconds, context)


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer where allauth counted too many attempts in a minute: by an address, or by who is signed in."""
    if isinstance(user := getattr(request, "user", None), User):
        record_met(LimitName.CONFIRMING, user)
    else:
        record_met(LimitName.ADDRESS)
    return _answer(request, 60, {})


def _answer(request: HttpRequest, seconds: int, context: Mapping[str, object]) -> HttpResponse:
    response = (
        render(request, "429.html", dict(context), status=429)
        if request.accepts("text/html")
        else HttpResponse(status=429)
    )
    response["Retry-After"] = str(max(seconds, 1))
    return response
