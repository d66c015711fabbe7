"""Name the device of a session, and remember on a device who signed in there last."""

from typing import Final

from django.core import signing
from django.http import HttpRequest, HttpResponse

DEVICE_COOKIE: Final = "__Host-device"
_COOKIE_SECONDS: Final = 180 * 24 * 60 * 60
_SALT: Final = "stalkcheck.device"
# In this order: Edge and Opera also call themselves Chrome, which calls itself Safari.
_BROWSERS: Final = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrom": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS: Final = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def device_name(user_agent: str) -> str:
    """Return browser and system as far as they are known, and never a part of `user_agent` itself."""
    found = [_known(_BROWSERS, user_agent), _known(_SYSTEMS, user_agent)]
    return ", ".join(filter(None, found))


def _known(names: dict[str, str], user_agent: str) -> str:
    return next((name for token, name in names.items() if token in user_agent), "")


def remember_username(response: HttpResponse, username: str) -> None:
    """Store in a signed cookie who signed in on this device."""
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps(username, salt=_SALT),
        max_age=_COOKIE_SECONDS,
        secure=True,
        httponly=True,
        samesite="Lax",
    )


def remembered_username(request: HttpRequest) -> str | None:
    """Return the user name of the person who last signed in on this device, if anyone did."""
    try:
        username = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=_SALT, max_age=_COOKIE_SECONDS)
    except signing.BadSignature:
        return None
    return str(username)
