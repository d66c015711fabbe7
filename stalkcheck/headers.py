"""Add the headers that every response carries and that neither Django nor a library adds."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class SecurityHeadersMiddleware:
    """Isolate every response from other sites, and let no copy of it be stored but of files that style it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if not (_is_static_file(request, response) or _is_stylesheet(response)):
            response["Cache-Control"] = "no-store"
        return response


def _is_static_file(request: HttpRequest, response: HttpResponseBase) -> bool:
    return request.path_info.startswith(settings.STATIC_URL) and response.status_code in {200, 206, 304}


def _is_stylesheet(response: HttpResponseBase) -> bool:
    """Return whether it holds the colours of an organisation, and nothing else: see views.look."""
    return response.status_code == 200 and response.get("Content-Type", "").startswith("text/css")
