"""How recently the person at work showed who they are: by signing in, unlocking or confirming it.

What cannot be undone, or hands something out, asks for it again after a while.
"""

import time
from typing import Any, Final

from allauth.account.signals import authentication_step_completed
from django.conf import settings
from django.contrib.auth import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

_CONFIRMED_AT: Final = "confirmed_at"


def confirm(request: HttpRequest) -> None:
    """The person at work showed just now who they are."""
    request.session[_CONFIRMED_AT] = int(time.time())


def is_recent(request: HttpRequest) -> bool:
    """Whether the person at work showed recently enough who they are."""
    age: int = int(time.time()) - request.session.get(_CONFIRMED_AT, 0)
    return age < settings.CONFIRMED_SECONDS


@receiver(user_logged_in)
def _by_signing_in(request: HttpRequest, **kwargs: Any) -> None:
    confirm(request)


@receiver(authentication_step_completed)
def _by_confirming(request: HttpRequest, reauthenticated: bool = False, **kwargs: Any) -> None:
    if reauthenticated:
        confirm(request)
