"""What every response carries, and how long a session lasts at most. It knows nothing of what pages show."""

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

#: The key in a session for the moment its user signed in, in seconds since 1970.
SIGNED_IN_AT: Final = "signed_in_at"
#: The key in a session for the moment its user last did something, in seconds since 1970.
ACTIVE_AT: Final = "active_at"


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
    request.session[SIGNED_IN_AT] = request.session[ACTIVE_AT] = int(time.time())


class SessionLimitsMiddleware:
    """Ends a session on the server after a working day, whatever is going on in it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated and _has_ended(request):
            logout(request)
        return self.get_response(request)


def _has_ended(request: HttpRequest) -> bool:
    age: int = int(time.time()) - request.session.get(SIGNED_IN_AT, 0)
    return age >= settings.SESSION_COOKIE_AGE
