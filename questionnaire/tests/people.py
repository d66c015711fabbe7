"""Sign in as a person does, with a password and a code, and unlock the session."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from questionnaire.accounts.session_store import CLIENT_MODE_KEY
from questionnaire.models import Intake, User

PASSWORD = "vier gele paarden op het dak"
LOGIN = "/account/login/"
CODE = "/account/login/code/"
#: The secret of every authenticator app in these tests.
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

Clock = Callable[[int], None]


def cheapen_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make password hashes cheap: test_models checks their real cost."""
    monkeypatch.setattr(Argon2PasswordHasher, "time_cost", 1)
    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 64)


def stop_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stop the clock, and return a function that moves it by so many seconds."""
    now = [int(time.time())]
    monkeypatch.setattr("time.time", lambda: float(now[0]))
    # The cache in the database reads another clock; left to run, it would disagree with this one.
    monkeypatch.setattr(
        "django.core.cache.backends.db.tz_now", lambda: datetime.fromtimestamp(float(now[0]), UTC)
    )

    def move(seconds: int) -> None:
        now[0] += seconds

    return move


def set_up_app(user: User) -> Authenticator:
    """Set up an authenticator app for this person."""
    app: Authenticator = TOTP.activate(user, SECRET).instance
    return app


def code(steps: int = 0, secret: str = SECRET) -> str:
    """Return the code that the app shows now, or this many half minutes from now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def sign_in(client: Client, username: str = "anna", password: str = PASSWORD, **extra: Any) -> HttpResponse:
    return client.post(LOGIN, {"login": username, "password": password, **extra})  # type: ignore[return-value]


def is_signed_in(client: Client) -> bool:
    """Return whether the list of intakes opens."""
    return client.get("/").status_code == 200


def unlock(client: Client, password: str = PASSWORD, **extra: str) -> Any:
    """Post the password to the page of a locked session."""
    return client.post("/unlock/", {"password": password, **extra})


def turn_to(session: SessionBase, intake: Intake, item_id: str) -> None:
    """Turn the screen of this session to the client at this item, whatever it showed before."""
    session[CLIENT_MODE_KEY] = (str(intake.uuid), item_id, item_id)
    session.save()


@contextmanager
def moved_clock(by: timedelta) -> Iterator[None]:
    """Let the clock of the server be wrong by so much."""
    right = timezone.now
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(timezone, "now", lambda: right() + by)
        yield
