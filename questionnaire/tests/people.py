"""Signing in as a person does, with whatever that takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.http import HttpResponse
from django.test import Client

from questionnaire.models import User

PASSWORD = "vier gele paarden op het dak"
LOGIN = "/account/login/"
CODE = "/account/login/code/"
#: The secret of the app of whoever has one.
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

Clock = Callable[[int], None]


def cheapen_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make password hashes cheap: test_models checks their real cost, elsewhere it only takes time."""
    monkeypatch.setattr(Argon2PasswordHasher, "time_cost", 1)
    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 64)


def standing_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stop the clock at a moment that the test moves."""
    now = [int(time.time())]
    monkeypatch.setattr("time.time", lambda: float(now[0]))
    # The shared cache asks another clock what is past; with two of them, nothing in it would ever be.
    monkeypatch.setattr(
        "django.core.cache.backends.db.tz_now", lambda: datetime.fromtimestamp(float(now[0]), UTC)
    )

    def move(seconds: int) -> None:
        now[0] += seconds

    return move


def give_app(user: User) -> Authenticator:
    """Set up an app with codes for this person."""
    app: Authenticator = TOTP.activate(user, SECRET).instance
    return app


def code(steps: int = 0, secret: str = SECRET) -> str:
    """Return the code that the app shows now, or so many half minutes from now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def sign_in(client: Client, username: str = "anna", password: str = PASSWORD, **extra: Any) -> HttpResponse:
    return client.post(LOGIN, {"login": username, "password": password, **extra})  # type: ignore[return-value]


def is_signed_in(client: Client) -> bool:
    """Whether the list of intakes opens."""
    return client.get("/").status_code == 200


def unlock(client: Client, password: str = PASSWORD, **extra: str) -> Any:
    """Post the password to the page of a locked session."""
    return client.post("/unlock/", {"password": password, **extra})
