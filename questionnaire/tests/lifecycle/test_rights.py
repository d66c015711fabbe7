"""Sealing takes accounts and roles as they are, once, but for the roles that an event took away.

It is part of a migration, so the tables are those of the version before events were in chains.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from questionnaire.accounts import factors
from questionnaire.actions.memberships import grant_role, revoke_role
from questionnaire.audit import log as audit_log
from questionnaire.audit import triggers
from questionnaire.audit.event_codes import EventCode
from questionnaire.lifecycle import rights
from questionnaire.models import Event, Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import event_codes
from questionnaire.tests.people import set_up_app

pytestmark = pytest.mark.django_db(transaction=True)

Role = Membership.Role


@pytest.fixture
def bob(team: Team) -> User:
    """Return a reviewer who was a manager, and whom no event made a professional."""
    adam, bob = account("adam", team, Role.ADMINISTRATOR), account("bob", team, Role.PROFESSIONAL)
    set_up_app(bob)
    for role in (Role.REVIEWER, Role.MANAGER):
        grant_role(adam, team, bob, role)
    manager = Membership.objects.get(user=bob, role=Role.MANAGER)
    revoke_role(adam, team, bob, Role.MANAGER)
    Membership.objects.bulk_create([manager])
    return bob


@pytest.fixture(autouse=True)
def up_to_date(db: None) -> Iterator[None]:
    yield
    migrate()


def migrate(*name: str) -> None:
    call_command("migrate", "questionnaire", *name, interactive=False, verbosity=0)


def unseal() -> Any:
    """Leave accounts and memberships as an earlier version stored them, and return the models of then."""
    User.objects.update(mac="", factors_mac="")
    Membership.objects.update(mac="", given_by=0)
    migrate("0025")
    return MigrationExecutor(connection).loader.project_state(("questionnaire", "0025_reminders")).apps


def seal(apps: Any) -> None:
    """Seal as the migration does, in a transaction."""
    with transaction.atomic():
        rights.seal(apps)


def roles_of(user: User) -> set[str]:
    return {row.role for row in user.memberships.in_force()}


def test_accounts_are_sealed_and_roles_that_no_event_took_away(bob: User) -> None:
    seal(unseal())

    migrate()
    assert User.objects.get(pk=bob.pk).is_as_written
    assert factors.are_as_written(bob)
    assert roles_of(bob) == {Role.REVIEWER, Role.PROFESSIONAL}
    assert event_codes()[-1] == EventCode.RIGHTS_SEALED
    assert audit_log.verify().first_broken is None


def test_it_is_done_once(bob: User) -> None:
    seal(unseal())
    migrate()
    apps = unseal()

    seal(apps)

    migrate()
    assert not User.objects.get(pk=bob.pk).is_as_written
    assert not roles_of(bob)
    assert event_codes().count(EventCode.RIGHTS_SEALED) == 1


def test_it_is_not_done_where_the_first_account_was_made_with_seals(db: None) -> None:
    call_command("adduser", "first")
    call_command("adduser", "second")
    seal(unseal())

    migrate()
    assert not any(user.is_as_written for user in User.objects.all())
    assert event_codes().count(EventCode.RIGHTS_SEALED) == 1
    used = [code for code in event_codes() if code != EventCode.NUMBER_UNUSED]
    assert used[0] == EventCode.RIGHTS_SEALED


def test_it_is_not_done_over_broken_events(bob: User) -> None:
    apps = unseal()
    triggers.remove(connection)
    events = apps.get_model("questionnaire", "Event").objects.filter(code=EventCode.ROLE_TAKEN)
    events.update(code=EventCode.ROLE_GIVEN)

    with pytest.raises(CommandError):
        seal(apps)

    assert not User.objects.get(pk=bob.pk).is_as_written


def test_it_is_not_done_without_the_ring(bob: User, tmp_path: Path, settings: Any) -> None:
    apps, ring = unseal(), settings.KEYRING_PATH
    settings.KEYRING_PATH = tmp_path / "missing.json"

    with pytest.raises(CommandError, match=r"missing\.json"):
        seal(apps)

    settings.KEYRING_PATH = ring


def test_without_accounts_there_is_nothing_to_seal(db: None, tmp_path: Path, settings: Any) -> None:
    settings.KEYRING_PATH = tmp_path / "missing.json"

    seal(unseal())

    migrate()
    assert not Event.objects.exists()
