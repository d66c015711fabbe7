"""Answer whatever watches over the server: /health/live, /health/ready and /metrics.

Outside the application's own pages: a balancer asks by an address that is in no list of hosts, without TLS,
and without a session. None of it tells of people, of cases, or, to a stranger, which version this is.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from prometheus_client import CONTENT_TYPE_LATEST

from questionnaire.lifecycle import readiness
from questionnaire.operations import metrics


class OperationsMiddleware:
    """Answer these addresses; all others go on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = _ANSWERS.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD"})
        response = answer(request)
        response["Cache-Control"] = "no-store"
        return response


def live(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers. When it does not, it has to be started again."""
    return JsonResponse({"live": True})


def ready(_request: HttpRequest) -> HttpResponse:
    """Say whether it can serve people; while it cannot, a balancer sends them elsewhere."""
    problems = readiness.problems()
    status = HTTPStatus.SERVICE_UNAVAILABLE if problems else HTTPStatus.OK
    parts = {"ready": not problems, "problems": problems, "warnings": readiness.warnings()}
    return JsonResponse(parts, status=status)


def counts(request: HttpRequest) -> HttpResponse:
    """Give the metrics to whoever has the token that STALKCHECK_METRICS_TOKEN names."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    return HttpResponse(metrics.exposition() + readiness.seal_age(), content_type=CONTENT_TYPE_LATEST)


_ANSWERS: Final[Mapping[str, Callable[[HttpRequest], HttpResponse]]] = {
    "/health/live": live,
    "/health/ready": ready,
    "/metrics": counts,
}
