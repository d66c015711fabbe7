"""What every response carries, and how long a session lasts. Nothing here knows what the pages are about."""

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import logout, user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_OFF: Final = (
    "accelerometer",
    "autoplay",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
_OWN: Final = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS_POLICY: Final = ", ".join([f"{name}=()" for name in _OFF] + [f"{name}=(self)" for name in _OWN])

_SIGNED_IN_AT: Final = "signed_in_at"
_ACTIVE_AT: Final = "active_at"


class SecurityHeadersMiddleware:
    """Adds what Django's own middleware does not: isolation, features switched off, and no copies kept."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        if not _is_static_file(request, response):
            response["Cache-Control"] = "no-store"
        return response


def _is_static_file(request: HttpRequest, response: HttpResponseBase) -> bool:
    return request.path_info.startswith(settings.STATIC_URL) and response.status_code in {200, 206, 304}


@receiver(user_logged_in)
def start_the_clock(request: HttpRequest, **kwargs: Any) -> None:
    """A session lasts from the moment its user signed in."""
    request.session[_SIGNED_IN_AT] = request.session[_ACTIVE_AT] = int(time.time())


class SessionLimitsMiddleware:
    """Ends a session on the server when nobody used it for a while, and after a working day in any case."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            now = int(time.time())
            if _has_ended(request, now):
                logout(request)
            else:
                request.session[_ACTIVE_AT] = now
        return self.get_response(request)


def _has_ended(request: HttpRequest, now: int) -> bool:
    idle: int = now - request.session.get(_ACTIVE_AT, 0)
    age: int = now - request.session.get(_SIGNED_IN_AT, 0)
    return idle >= settings.SESSION_IDLE_SECONDS or age >= settings.SESSION_COOKIE_AGE
