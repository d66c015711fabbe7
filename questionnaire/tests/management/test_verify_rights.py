"""`manage.py verify_rights` names every row that lets someone in or gives a right without the program."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from questionnaire.actions.memberships import grant_role, revoke_role, set_active
from questionnaire.models import Event, Membership, Team, User
from questionnaire.tests import tampering
from questionnaire.tests.conftest import account
from questionnaire.tests.people import set_up_app

pytestmark = pytest.mark.django_db

Role = Membership.Role
TABLE = "questionnaire_membership"


def run() -> tuple[list[str], object]:
    """Return the lines that it prints, and its exit code."""
    out = StringIO()
    try:
        call_command("verify_rights", stdout=out)
    except SystemExit as end:
        return out.getvalue().splitlines(), end.code
    return out.getvalue().splitlines(), 0


@pytest.fixture
def adam(team: Team) -> User:
    return account("adam", team, Role.ADMINISTRATOR)


def test_one_line_when_all_is_as_written(adam: User, alice: User, team: Team) -> None:
    set_up_app(alice)
    grant_role(adam, team, alice, Role.REVIEWER)
    revoke_role(adam, team, alice, Role.REVIEWER)

    lines, code = run()

    assert code == 0
    assert len(lines) == 1


def test_a_membership_that_was_added_is_named(alice: User, bob: User, other_team: Team) -> None:
    (row,) = (row for row in tampering.rows_of(TABLE) if row["user_id"] == bob.pk)
    tampering.put(TABLE, {**row, "id": 900, "team_id": other_team.pk})

    (line,), code = run()

    assert code == 1
    for named in ("900", f"user {bob.pk}, team {other_team.pk}: professional", "bob", "South"):
        assert named in line


def test_a_membership_that_was_put_back_or_removed_is_named(adam: User, bob: User, team: Team) -> None:
    grant_role(adam, team, bob, Role.REVIEWER)
    (row,) = (row for row in tampering.rows_of(TABLE) if row["role"] == Role.REVIEWER)
    revoke_role(adam, team, bob, Role.REVIEWER)
    tampering.put(TABLE, row)
    grant_role(adam, team, bob, Role.MANAGER)
    tampering.execute(f"DELETE FROM {TABLE} WHERE role = 'manager'")  # noqa: S608

    (put_back, removed), code = run()

    assert code == 1
    assert f"team {team.pk}: reviewer" in put_back
    assert f"user {bob.pk}, team {team.pk}: manager" in removed


def test_an_account_that_was_changed_or_opened_is_named(adam: User, bob: User, team: Team) -> None:
    (open_row,) = (row for row in tampering.rows_of("questionnaire_user") if row["id"] == bob.pk)
    set_active(adam, team, bob, is_active=False)
    User.objects.filter(pk=bob.pk).update(is_active=True, mac=open_row["mac"])
    User.objects.filter(pk=adam.pk).update(password=make_password("x"))

    lines, code = run()

    assert code == 1
    assert ["adam" in line for line in lines] == [True, False]
    assert "bob" in lines[1]


def test_second_factors_that_were_removed_are_named(bob: User) -> None:
    set_up_app(bob)
    tampering.execute("DELETE FROM mfa_authenticator")

    (line,), code = run()

    assert code == 1
    assert "bob" in line


@pytest.mark.usefixtures("unguarded")
def test_broken_events_are_named_as_they_say_who_has_which_role(adam: User, bob: User, team: Team) -> None:
    grant_role(adam, team, bob, Role.REVIEWER)
    Event.objects.update(reason="x")

    lines, code = run()

    assert code == 1
    assert "verify_events" in lines[-1]
