"""Count requests for whoever runs the application, and log each when STALKCHECK_LOG_LEVEL is info."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from questionnaire.operations import metrics

_LOGGER: Final = logging.getLogger(__name__)
#: Whoever sends other methods could make as many rows as they like.
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class MeasuredMiddleware:
    """Outside all others but the one that gives the id: what these answer themselves counts too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        # The name and not the path, which has the id of an intake.
        view = request.resolver_match.view_name if request.resolver_match else ""
        method = request.method if request.method in _METHODS else "other"
        metrics.REQUESTS.labels(view, method, response.status_code).inc()
        metrics.REQUEST_SECONDS.labels(view).observe(seconds)
        _LOGGER.info("%s %s %s in %.0f ms", method, view or "-", response.status_code, seconds * 1000)
        return response
