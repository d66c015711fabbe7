"""People who may do something in Beheer, signed in a moment ago."""

from collections.abc import Callable

import pytest
from django.test import Client

from questionnaire.models import Membership, Team, User
from questionnaire.tests.conftest import account

SignIn = Callable[[User], Client]


@pytest.fixture
def signed_in() -> SignIn:
    """Return a function that signs someone in, in English, as one who gave their password just now."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.cookies["__Host-language"] = "en"
        client.force_login(user)
        session = client.session
        session["confirmed_at"] = 2**40
        session.save()
        return client

    return sign_in


@pytest.fixture
def admin(team: Team) -> User:
    return account("ann", team, Membership.Role.ADMINISTRATOR)


@pytest.fixture
def client(admin: User, signed_in: SignIn) -> Client:
    return signed_in(admin)
