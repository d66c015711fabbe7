"""Name the device of a session, and remember on a device who signed in there last."""

from typing import Final

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

DEVICE_COOKIE: Final = "__Host-device"
_COOKIE_SECONDS: Final = 180 * 24 * 60 * 60
#: Until 0.2.0 the cookie held the user name, under another salt.
_SALT: Final = "stalkcheck.known-device"
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


def remember(response: HttpResponse, username: str) -> None:
    """Store in a signed cookie who signed in on this device, by what nobody can read a name from."""
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps(_digest(username), salt=_SALT),
        max_age=_COOKIE_SECONDS,
        secure=True,
        httponly=True,
        samesite="Lax",
    )


def known_device(request: HttpRequest) -> str | None:
    """Return what stands for the person who last signed in on this device, if anyone did."""
    try:
        digest = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=_SALT, max_age=_COOKIE_SECONDS)
    except signing.BadSignature:
        return None
    return str(digest)


def is_device_of(request: HttpRequest, username: str) -> bool:
    """Return whether the person with this user name was the last to sign in on this device."""
    return constant_time_compare(known_device(request) or "", _digest(username))


def _digest(username: str) -> str:
    """Return the keyed hash of a user name: without the secret key nobody finds the name by trying."""
    return salted_hmac(_SALT, username, algorithm="sha256").hexdigest()[:32]
