"""Fixtures for tests of views: a signed-in client, and a fixed day."""

from datetime import date

import pytest
from django.test import Client

from questionnaire.domain import dates
from questionnaire.models import User
from questionnaire.tests.factories import TODAY


@pytest.fixture
def alice_client(client: Client, alice: User) -> Client:
    """Return a client in which alice is signed in."""
    client.force_login(alice)
    return client


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    """Set today to a fixed day, and return it."""
    monkeypatch.setattr(dates, "today", lambda: TODAY)
    return TODAY
