"""Give a session a new key and a new CSRF secret whenever someone proves who they are, or the screen changes.

A key or a secret that someone saw or copied before opens nothing afterwards. Other tabs of the same person
still have the token of their pages: the session knows the secrets of the pages that were open before, so that
what these send is taken. It does not know those of pages that anyone could see, such as the page to unlock.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.middleware.csrf import (  # type: ignore[attr-defined]
    InvalidTokenFormat,
    _check_token_format,
    _does_token_match,
    rotate_token,
)

from questionnaire.accounts.session_store import CLIENT_MODE_KEY, SessionStore

#: The session key for the CSRF secrets of pages that are open; each with whether it is one of the client's.
_SECRETS_KEY: Final = "secrets"
_MOST_SECRETS: Final = 8


def renew(request: HttpRequest) -> None:
    """Give the session a new key and CSRF secret. Raise SessionInterrupted when it ended meanwhile."""
    request.session.cycle_key()
    rotate_token(request)


def remember_secret(request: HttpRequest) -> None:
    """Go on taking what the pages send that are open now: to be called before the secret is renewed."""
    if secret := request.META.get("CSRF_COOKIE"):
        known = [each for each in request.session.get(_SECRETS_KEY, []) if each[0] != secret]
        known.append([secret, CLIENT_MODE_KEY in request.session])
        request.session[_SECRETS_KEY] = known[-_MOST_SECRETS:]


def forget_secrets_of_client(session: SessionBase) -> None:
    """Take nothing more by the token of a page that the client had."""
    session[_SECRETS_KEY] = [each for each in session.get(_SECRETS_KEY, []) if not each[1]]


def has_known_token(request: HttpRequest) -> bool:
    """Return whether this was posted by a page that was open before the secret was renewed."""
    token = request.POST.get("csrfmiddlewaretoken", "")
    with suppress(InvalidTokenFormat):
        _check_token_format(token)
        known = request.session.get(_SECRETS_KEY, [])
        return any(_does_token_match(token, secret) for secret, _is_clients in known)
    return False


def forget(request: HttpRequest) -> None:
    """Go on with this request as nobody's: its session ended, or has a new key, since it began.

    The cookie in the browser stays: it may be the newer one by now.
    """
    request.session = SessionStore()
    request.user = AnonymousUser()
