"""End a session on the server after a working day, even while it is in use."""

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import logout, user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase

#: The session key for the moment its user signed in, in seconds since 1970.
SIGNED_IN_AT: Final = "signed_in_at"
#: The session key for the moment its user last did something, in seconds since 1970.
ACTIVE_AT: Final = "active_at"


@receiver(user_logged_in)
def start_the_clock(request: HttpRequest, **kwargs: Any) -> None:
    """Store when the user signed in: a session lasts from that moment."""
    request.session[SIGNED_IN_AT] = request.session[ACTIVE_AT] = int(time.time())


class SessionLimitsMiddleware:
    """Sign the user out once the session is as old as SESSION_COOKIE_AGE."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated and _has_ended(request):
            logout(request)
        return self.get_response(request)


def _has_ended(request: HttpRequest) -> bool:
    age: int = int(time.time()) - request.session.get(SIGNED_IN_AT, 0)
    return age >= settings.SESSION_COOKIE_AGE
