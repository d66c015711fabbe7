"""The administrator's page: roles and accounts of their teams, and nothing of an intake."""

import pytest
from django.test import Client

from questionnaire.accounts.session_store import sessions_of
from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Event, Intake, Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.pages import Page

Role = Membership.Role
PEOPLE = "/people/"


@pytest.fixture
def admin(client: Client, team: Team) -> User:
    user = account("ann", team, Role.ADMINISTRATOR)
    client.cookies["__Host-language"] = "en"
    client.force_login(user)
    session = client.session
    session["confirmed_at"] = 2**40
    session.save()
    return user


def post(client: Client, team: Team, person: User, do: str) -> int:
    return client.post(PEOPLE, {"team": team.pk, "person": person.pk, "do": do}).status_code


def roles(user: User) -> set[str]:
    return set(user.memberships.values_list("role", flat=True))


def test_page_lists_the_members_of_the_team_and_no_intakes(
    client: Client, admin: User, bob: User, charlie: User, intake: Intake
) -> None:
    html = Page(client, PEOPLE).html

    assert "bob</b>: professional" in html
    assert "charlie" not in html
    assert intake.case.reference not in html


def test_changing_a_role_is_recorded_and_ends_the_sessions(
    client: Client, admin: User, team: Team, bob: User
) -> None:
    for do, expected in (
        ("give reviewer", {Role.PROFESSIONAL, Role.REVIEWER}),
        ("take professional", {Role.REVIEWER}),
    ):
        Client().force_login(bob)
        assert list(sessions_of(bob))

        assert post(client, team, bob, do) == 302

        assert roles(bob) == expected
        assert not list(sessions_of(bob))
    codes = Event.objects.order_by("seq").values_list("code", "reason")
    assert list(codes) == [
        (EventCode.ROLE_GIVEN, f"user {bob.pk}, team {team.pk}: reviewer"),
        (EventCode.ROLE_TAKEN, f"user {bob.pk}, team {team.pk}: professional"),
    ]


def test_change_to_the_present_state_records_nothing(
    client: Client, admin: User, team: Team, bob: User
) -> None:
    for do in ("give professional", "take manager", "open"):
        assert post(client, team, bob, do) == 302

    assert not Event.objects.exists()


def test_account_is_closed_and_opened(client: Client, admin: User, team: Team, bob: User) -> None:
    bob_client = Client()
    bob_client.force_login(bob)

    post(client, team, bob, "close")
    assert bob_client.get("/").status_code == 302
    assert "This account is closed." in Page(client, PEOPLE).html

    post(client, team, bob, "open")
    bob.refresh_from_db()
    assert bob.is_active


def test_administrator_cannot_change_themselves(client: Client, admin: User, team: Team) -> None:
    for do in ("give reviewer", "take administrator", "close"):
        assert post(client, team, admin, do) == 403
    assert roles(admin) == {Role.ADMINISTRATOR}


@pytest.mark.parametrize(
    ("role", "other_role"), [("professional", "administrator"), ("administrator", "reviewer")]
)
def test_administrator_role_excludes_roles_that_read_content(
    client: Client, admin: User, team: Team, role: str, other_role: str
) -> None:
    dora = account("dora", team, Role(role))

    response = client.post(PEOPLE, {"team": team.pk, "person": dora.pk, "do": f"give {other_role}"})

    assert b"Take the other role away first." in response.content
    assert roles(dora) == {role}


def test_members_of_other_teams_cannot_be_changed(
    client: Client, admin: User, team: Team, other_team: Team, bob: User, charlie: User
) -> None:
    assert post(client, other_team, charlie, "take professional") == 404
    assert post(client, team, charlie, "take professional") == 404
    Membership.objects.create(user=bob, team=other_team, role=Role.PROFESSIONAL)
    assert post(client, team, bob, "close") == 403


@pytest.mark.parametrize("do", ["", "give", "give god", "take god", "burn professional"])
def test_invalid_post_is_not_found_and_changes_nothing(
    client: Client, admin: User, team: Team, bob: User, do: str
) -> None:
    assert post(client, team, bob, do) == 404
    assert client.post(PEOPLE, {"team": team.pk, "person": "x", "do": "close"}).status_code == 404
    assert not Event.objects.exists()


def test_existing_account_joins_a_team(client: Client, admin: User, team: Team, charlie: User) -> None:
    posted = {"join": "join", "username": " Charlie ", "role": "reviewer", "team": team.pk}

    assert client.post(PEOPLE, posted).status_code == 302

    assert charlie.memberships.filter(team=team, role=Role.REVIEWER).exists()
    assert b"There is no account" in client.post(PEOPLE, posted | {"username": "nobody"}).content
