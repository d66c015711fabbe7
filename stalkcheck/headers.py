"""Add the headers that every response carries and that neither Django nor a library adds."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_DISABLED_FEATURES: Final = (
    *("accelerometer", "autoplay", "camera", "clipboard-read", "display-capture", "encrypted-media"),
    *("fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone"),
    *("midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
_OWN_FEATURES: Final = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")
#: What pages may use of the browser: nothing but the clipboard and passkeys, for themselves.
PERMISSIONS_POLICY: Final = {
    **dict.fromkeys(_DISABLED_FEATURES, "none"),
    **dict.fromkeys(_OWN_FEATURES, "self"),
}


class SecurityHeadersMiddleware:
    """Isolate every response from other sites, and let no copy of it be stored but of static files."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if not _is_static_file(request, response):
            response["Cache-Control"] = "no-store"
        return response


def _is_static_file(request: HttpRequest, response: HttpResponseBase) -> bool:
    return request.path_info.startswith(settings.STATIC_URL) and response.status_code in {200, 206, 304}
