"""Remember in the session when its user last authenticated: by signing in, unlocking or reauthenticating.

Actions that cannot be undone, or that hand out data, require that this was recent.
"""

import time
from typing import Any, Final

from allauth.account.signals import authentication_step_completed
from django.conf import settings
from django.contrib.auth import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from questionnaire.accounts import renewal

_CONFIRMED_AT: Final = "confirmed_at"


def mark_recent(request: HttpRequest) -> None:
    """Store that the user of this session authenticated just now."""
    request.session[_CONFIRMED_AT] = int(time.time())


def is_recent(request: HttpRequest) -> bool:
    """Return whether the user of this session authenticated within CONFIRMED_SECONDS."""
    age: int = int(time.time()) - request.session.get(_CONFIRMED_AT, 0)
    return age < settings.CONFIRMED_SECONDS


@receiver(user_logged_in)
def _on_login(request: HttpRequest, **kwargs: Any) -> None:
    mark_recent(request)


@receiver(authentication_step_completed)
def _on_reauthentication(request: HttpRequest, reauthenticated: bool = False, **kwargs: Any) -> None:
    if reauthenticated:
        mark_recent(request)
        renewal.remember_secret(request)
        renewal.renew(request)
