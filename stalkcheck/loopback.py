"""Serve whoever is not on this computer by https alone, see also `listening`."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _

from stalkcheck.environment import is_loopback

#: How the headers begin that proxies add to the requests that they pass on. One that adds none, as nginx does
#: unless it is told to, looks like a browser on this computer.
_PROXY_HEADERS: Final = (
    *("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_ORIGINAL_"),
    *("HTTP_X_CLIENT_IP", "HTTP_X_CLUSTER_CLIENT_IP", "HTTP_TRUE_CLIENT_IP", "HTTP_CF_", "HTTP_FLY_"),
)


class LoopbackMiddleware:
    """Refuse everyone else while the settings are those for this computer alone.

    They let a password be enough and force no https, so they must serve nobody beyond it, whatever the
    address is that the server listens on, and whichever server it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.BEYOND_LOOPBACK or _is_from_this_computer(request):
            return self.get_response(request)
        with override(get_language_from_request(request)):
            text = _(
                "Not served: this installation is set up for one computer alone. Whoever runs it sets "
                "STALKCHECK_HOSTS and STALKCHECK_PROXY=1, behind a proxy that ends TLS."
            )
        return HttpResponse(
            f"{text}\n", content_type="text/plain; charset=utf-8", status=HTTPStatus.FORBIDDEN
        )


def _is_from_this_computer(request: HttpRequest) -> bool:
    """Return whether the client is here. A proxy here passes on what comes from elsewhere."""
    passed_on = any(name.startswith(_PROXY_HEADERS) for name in request.META)
    return is_loopback(request.META.get("REMOTE_ADDR", "")) and not passed_on
