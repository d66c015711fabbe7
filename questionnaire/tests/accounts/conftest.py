"""An account with a password, which costs little to check, and a clock that only a test moves."""

import pytest
from django.test import Client

from questionnaire.models import User
from questionnaire.tests.people import PASSWORD, Clock, sign_in


@pytest.fixture(autouse=True)
def cheap_and_standing_still(quick_hashes: None, clock: Clock) -> None:
    """Make password hashes cheap and stop the clock, in every test of accounts."""


@pytest.fixture
def anna(db: None) -> User:
    """Return a person with a password."""
    return User.objects.create_user("anna", PASSWORD)


@pytest.fixture
def annas(client: Client, anna: User) -> Client:
    """Return the client of Anna, signed in with her password alone."""
    sign_in(client)
    return client
