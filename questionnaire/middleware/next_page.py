"""Put the page in the place of its token, for whoever signs in or has an open session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from questionnaire.accounts.session_store import CLIENT_MODE_KEY, LOCKED_KEY
from questionnaire.encryption import hidden_paths


class NextPageMiddleware:
    """Put the page in the place of its token, once that is to be followed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        # On a page that anyone may see the token stays.
        if request.user.is_authenticated and not {LOCKED_KEY, CLIENT_MODE_KEY} & {*request.session.keys()}:
            request.GET = _with_page(request.GET)  # type: ignore[assignment]
        request.POST = _with_page(request.POST)  # type: ignore[assignment]


def _with_page(sent: QueryDict) -> QueryDict:
    value = sent.get(REDIRECT_FIELD_NAME, "")
    if not value.startswith(hidden_paths.BEGINNING):
        return sent
    changed = sent.copy()
    changed[REDIRECT_FIELD_NAME] = hidden_paths.shown(value)
    changed._mutable = False
    return changed
