"""A role counts when this program gave it and did not take it away, whatever the database says."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse

from questionnaire.actions.memberships import grant_role, revoke_role
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import AccessScope, Intake, Membership, Team, User, members_of, teams_of
from questionnaire.models.audit import SUBJECT_CODES
from questionnaire.tests import tampering
from questionnaire.tests.conftest import account

pytestmark = pytest.mark.django_db

Role = Membership.Role
TABLE = "questionnaire_membership"
NOTHING: dict[str, list[str]] = {role: [] for role in Role.values}
PAGES = ("/", "/cases/", "/beheer/people/", "/numbers/", "/start/")


@pytest.fixture
def mallory(other_team: Team) -> User:
    """Return someone who writes in the database, and is a professional in another team."""
    return account("mallory", other_team, Role.PROFESSIONAL)


@pytest.fixture
def adam(team: Team, other_team: Team) -> User:
    """Return who administers both teams, as nobody draws someone of another team into their own."""
    user = account("adam", team, Role.ADMINISTRATOR)
    Membership.objects.create(user=user, team=other_team, role=Role.ADMINISTRATOR)
    return user


def rights_of(user: User) -> dict[str, list[str]]:
    return {role: sorted(team.name for team in teams_of(user, role)) for role in Role.values}


def row_of(user: User) -> dict[str, Any]:
    (row,) = (row for row in tampering.rows_of(TABLE) if row["user_id"] == user.pk)
    return row


@pytest.mark.parametrize("role", Role.values)
def test_a_membership_that_was_added_gives_no_right(
    client: Client, team: Team, intake: Intake, role: Role, mallory: User, caplog: pytest.LogCaptureFixture
) -> None:
    before, scope = rights_of(mallory), AccessScope.of(mallory)
    copied = {**row_of(mallory), "id": 900, "team_id": team.pk, "role": role}

    with caplog.at_level(logging.WARNING):
        tampering.put(TABLE, copied)

        assert rights_of(mallory) == before
        assert AccessScope.of(mallory) == scope
        assert mallory not in members_of([team])
    client.force_login(mallory)
    assert client.get(reverse("summary", args=[intake.pk])).status_code == 404
    allowed = {page: client.get(page).status_code for page in PAGES}
    Membership.objects.filter(pk=900).delete()
    assert allowed == {page: client.get(page).status_code for page in PAGES}
    assert "membership 900 gives no right" in caplog.text
    assert "mallory" not in caplog.text


@pytest.mark.parametrize("column", ["user_id", "team_id", "role"])
def test_a_membership_that_was_changed_gives_no_right(
    team: Team, bob: User, mallory: User, column: str
) -> None:
    to = {"user_id": bob.pk, "team_id": team.pk, "role": Role.ADMINISTRATOR}[column]
    bobs = rights_of(bob)

    tampering.execute(f"UPDATE {TABLE} SET {column} = %s WHERE user_id = %s", to, mallory.pk)  # noqa: S608

    assert rights_of(mallory) == NOTHING
    assert rights_of(bob) == bobs


def test_a_membership_of_someone_else_gives_no_right(alice: User, mallory: User) -> None:
    tampering.execute(f"DELETE FROM {TABLE} WHERE user_id = %s", mallory.pk)  # noqa: S608

    tampering.execute(f"UPDATE {TABLE} SET user_id = %s WHERE user_id = %s", mallory.pk, alice.pk)  # noqa: S608

    assert rights_of(mallory) == NOTHING
    assert rights_of(alice) == NOTHING


def test_saving_a_row_that_was_changed_does_not_make_it_good(team: Team, mallory: User) -> None:
    tampering.execute(f"UPDATE {TABLE} SET team_id = %s WHERE user_id = %s", team.pk, mallory.pk)  # noqa: S608

    Membership.objects.get(user=mallory).save()

    assert rights_of(mallory) == NOTHING


def test_a_role_that_was_taken_away_gives_no_right_when_its_row_is_put_back(
    adam: User, mallory: User, team: Team
) -> None:
    grant_role(adam, team, mallory, Role.MANAGER)
    (row,) = (row for row in tampering.rows_of(TABLE) if row["role"] == Role.MANAGER)
    assert rights_of(mallory)[Role.MANAGER] == ["North"]
    revoke_role(adam, team, mallory, Role.MANAGER)

    tampering.put(TABLE, row)

    assert rights_of(mallory)[Role.MANAGER] == []


def test_a_role_that_was_given_again_counts_and_its_first_row_does_not(
    adam: User, mallory: User, team: Team
) -> None:
    grant_role(adam, team, mallory, Role.MANAGER)
    (old,) = (row for row in tampering.rows_of(TABLE) if row["role"] == Role.MANAGER)
    revoke_role(adam, team, mallory, Role.MANAGER)
    grant_role(adam, team, mallory, Role.MANAGER)
    assert rights_of(mallory)[Role.MANAGER] == ["North"]

    Membership.objects.filter(role=Role.MANAGER).update(given_by=old["given_by"], mac=old["mac"])

    assert rights_of(mallory)[Role.MANAGER] == []


def test_giving_a_role_replaces_a_row_that_does_not_count(adam: User, mallory: User, team: Team) -> None:
    tampering.put(TABLE, {**row_of(mallory), "id": 900, "team_id": team.pk})

    grant_role(adam, team, mallory, Role.PROFESSIONAL)

    assert rights_of(mallory)[Role.PROFESSIONAL] == ["North", "South"]


def test_a_row_that_does_not_count_keeps_nobody_from_a_role(adam: User, mallory: User, team: Team) -> None:
    tampering.put(TABLE, {**row_of(mallory), "id": 900, "role": Role.ADMINISTRATOR})

    grant_role(adam, team, mallory, Role.REVIEWER)

    assert rights_of(mallory)[Role.REVIEWER] == ["North"]


def test_memberships_of_another_installation_give_no_right(
    alice: User, mallory: User, tmp_path: Path, settings: Any
) -> None:
    assert rights_of(alice)[Role.PROFESSIONAL] == ["North"]

    tampering.use_other_ring(tmp_path, settings)

    for user in (alice, mallory):
        assert rights_of(user) == NOTHING
    assert not members_of(Team.objects.all())


def test_the_index_is_of_these_events() -> None:
    assert set(SUBJECT_CODES) == {
        *(EventCode.ROLE_GIVEN, EventCode.ROLE_TAKEN, EventCode.ACCOUNT_CLOSED, EventCode.ACCOUNT_OPENED)
    }


def test_the_newest_event_about_a_role_is_read_by_the_index(alice: User) -> None:
    if connection.vendor != "sqlite":
        return  # PostgreSQL reads a table of a few rows whole
    plan = str(alice.memberships.all().with_newest_event().explain())

    assert "subjects_of_events" in plan
    assert "SCAN" not in plan


@pytest.mark.parametrize("role", Role.values)
def test_nobody_draws_someone_of_another_team_into_their_own(team: Team, mallory: User, role: Role) -> None:
    admin = account("ann", team, Role.ADMINISTRATOR)

    with pytest.raises(PermissionDenied):
        grant_role(admin, team, mallory, role)

    assert not mallory.memberships.filter(team=team).exists()
