"""Name the device of a session, and remember on a device who signed in there lately."""

from typing import Final

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

DEVICE_COOKIE: Final = "__Host-device"
_COOKIE_SECONDS: Final = 180 * 24 * 60 * 60
#: Until 0.2.0 the cookie held the user name, under another salt.
_SALT: Final = "stalkcheck.known-device"
#: So many people share a device at most; who signed in there before these is not known there any more.
_MOST_PEOPLE: Final = 5
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


def remember(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Store in a signed cookie who signed in on this device, before whoever did earlier.

    Nobody can read a name from it.
    """
    digest = _digest(username)
    others = [other for other in known_people(request) if other != digest]
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps([digest, *others][:_MOST_PEOPLE], salt=_SALT),
        max_age=_COOKIE_SECONDS,
        secure=True,
        httponly=True,
        samesite="Lax",
    )


def known_people(request: HttpRequest) -> list[str]:
    """Return what stands for the people who signed in on this device, the last one first."""
    try:
        kept = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=_SALT, max_age=_COOKIE_SECONDS)
    except signing.BadSignature:
        return []
    return [str(digest) for digest in kept]


def is_device_of(request: HttpRequest, username: str) -> bool:
    """Return whether the person with this user name signed in on this device before."""
    digest = _digest(username)
    return any(constant_time_compare(known, digest) for known in known_people(request))


def _digest(username: str) -> str:
    """Return the keyed hash of a user name: without the secret key nobody finds the name by trying."""
    return salted_hmac(_SALT, username, algorithm="sha256").hexdigest()[:32]
