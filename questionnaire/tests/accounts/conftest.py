"""Fixtures for tests of accounts: Anna with a password, cheap password hashes, and a stopped clock."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from questionnaire.models import User
from questionnaire.tests.people import PASSWORD, Clock, sign_in


@pytest.fixture(autouse=True)
def cheap_hashes_and_stopped_clock(quick_hashes: None, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make password hashes cheap and stop the clock, that of events too, in every test of accounts."""
    monkeypatch.setattr(timezone, "now", lambda: datetime.fromtimestamp(time.time(), UTC))


@pytest.fixture
def anna(db: None) -> User:
    """Return a person with a password."""
    return User.objects.create_user("anna", PASSWORD)


@pytest.fixture
def anna_client(client: Client, anna: User) -> Client:
    """Return the client of Anna, signed in with her password alone."""
    sign_in(client)
    return client


@pytest.fixture(autouse=True)
def served_to_others(settings: Any) -> None:
    """Serve other computers too, as attackers come from there; the settings for one computer refuse them."""
    settings.BEYOND_LOOPBACK = True
