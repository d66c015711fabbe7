"""Give each request an id, which its events and its response have, so that the two can be put together."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from questionnaire.audit import acting


class ActingMiddleware:
    """First of all, so that every event of a request has its id, also what a middleware records."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with acting.in_request() as request_acts:
            request.request_id = request_acts.request_id  # type: ignore[attr-defined]
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request_acts.request_id
        return response
