"""The people and the intake that tests are about."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

from questionnaire.accounts import reauthentication
from questionnaire.actions import intakes as intake_actions
from questionnaire.audit import triggers
from questionnaire.encryption import keyring
from questionnaire.models import Intake, Membership, Team, User

#: The middleware brings it in at the first request; a test may sign someone in before.
SIGNALS = (reauthentication,)


@pytest.fixture(scope="session")
def keyring_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key ring of its own for the tests, made once."""
    path = tmp_path_factory.mktemp("keys") / "keyring.json"
    keyring.create(path)
    return path


@pytest.fixture(autouse=True)
def own_keyring(keyring_path: Path, settings: Any) -> None:
    """No test ever reads the key ring of the machine it runs on."""
    settings.KEYRING_PATH = keyring_path
    settings.SECRET_KEY_IS_KEPT = True


@pytest.fixture(autouse=True, scope="session")
def emptied_tables() -> None:
    """Tests that commit end by emptying all tables, which the guard of the events is there to refuse.

    The signal that follows it puts the guard back.
    """
    empty = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def _fixture_teardown(test: TransactionTestCase) -> None:
        triggers.lift(connection)
        empty(test)
        triggers.install(connection)

    TransactionTestCase._fixture_teardown = _fixture_teardown  # type: ignore[attr-defined]


@pytest.fixture
def unguarded(db: None) -> None:
    """The database as its owner can make it: without the guard of the events."""
    triggers.lift(connection)


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(name="North")


@pytest.fixture
def other_team(db: None) -> Team:
    return Team.objects.create(name="South")


def account(username: str, team: Team, *roles: Membership.Role) -> User:
    """An account with roles in a team. It has no password: tests sign in by `client.force_login`."""
    user = User.objects.create_user(username)
    for role in roles:
        Membership.objects.create(user=user, team=team, role=role)
    return user


@pytest.fixture
def alice(team: Team) -> User:
    """The author of `intake`, as the first account is made: professional and manager."""
    return account("alice", team, Membership.Role.PROFESSIONAL, Membership.Role.MANAGER)


@pytest.fixture
def bob(team: Team) -> User:
    """A professional in the same team."""
    return account("bob", team, Membership.Role.PROFESSIONAL)


@pytest.fixture
def charlie(other_team: Team) -> User:
    """A professional in another team."""
    return account("charlie", other_team, Membership.Role.PROFESSIONAL)


@pytest.fixture
def rachel(team: Team) -> User:
    """The reviewer of alice's team."""
    return account("rachel", team, Membership.Role.REVIEWER)


@pytest.fixture
def intake(alice: User, team: Team) -> Intake:
    """An intake of alice in which nothing was said yet."""
    return intake_actions.start_intake(alice, team, "2026-117", date(2026, 3, 23), "nl")
