"""The administrator's page: roles and accounts of their teams, and nothing of any intake."""

import pytest
from django.test import Client

from questionnaire.accounts.session_store import sessions_of
from questionnaire.audit.log import EventCode
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


def test_it_names_the_people_of_the_team_and_no_conversation(
    client: Client, admin: User, bob: User, charlie: User, intake: Intake
) -> None:
    html = Page(client, PEOPLE).html

    assert "bob</b>: professional" in html
    assert "charlie" not in html
    assert intake.reference not in html


def test_a_role_is_given_and_taken_and_ends_their_sessions(
    client: Client, admin: User, team: Team, bob: User
) -> None:
    for do, has in (
        ("give reviewer", {Role.PROFESSIONAL, Role.REVIEWER}),
        ("take professional", {Role.REVIEWER}),
    ):
        Client().force_login(bob)
        assert list(sessions_of(bob))

        assert post(client, team, bob, do) == 302

        assert roles(bob) == has
        assert not list(sessions_of(bob))
    codes = Event.objects.order_by("seq").values_list("code", "reason")
    assert list(codes) == [
        (EventCode.ROLE_GIVEN, f"user {bob.pk}, team {team.pk}: reviewer"),
        (EventCode.ROLE_TAKEN, f"user {bob.pk}, team {team.pk}: professional"),
    ]


def test_what_is_so_already_writes_nothing(client: Client, admin: User, team: Team, bob: User) -> None:
    post(client, team, bob, "give professional")
    post(client, team, bob, "take manager")
    post(client, team, bob, "open")

    assert not Event.objects.exists()


def test_an_account_is_closed_and_opened(client: Client, admin: User, team: Team, bob: User) -> None:
    theirs = Client()
    theirs.force_login(bob)

    post(client, team, bob, "close")
    assert theirs.get("/").status_code == 302
    assert "This account is closed." in Page(client, PEOPLE).html

    post(client, team, bob, "open")
    bob.refresh_from_db()
    assert bob.is_active


def test_nobody_changes_their_own(client: Client, admin: User, team: Team) -> None:
    for do in ("give reviewer", "take administrator", "close"):
        assert post(client, team, admin, do) == 403
    assert roles(admin) == {Role.ADMINISTRATOR}


@pytest.mark.parametrize(("has", "gets"), [("professional", "administrator"), ("administrator", "reviewer")])
def test_content_and_administration_exclude_each_other(
    client: Client, admin: User, team: Team, has: str, gets: str
) -> None:
    dora = account("dora", team, Role(has))

    response = client.post(PEOPLE, {"team": team.pk, "person": dora.pk, "do": f"give {gets}"})

    assert b"Take the other role away first." in response.content
    assert roles(dora) == {has}


def test_another_team_is_out_of_reach(
    client: Client, admin: User, team: Team, other_team: Team, bob: User, charlie: User
) -> None:
    assert post(client, other_team, charlie, "take professional") == 404
    assert post(client, team, charlie, "take professional") == 404
    Membership.objects.create(user=bob, team=other_team, role=Role.PROFESSIONAL)
    assert post(client, team, bob, "close") == 403


@pytest.mark.parametrize("do", ["", "give", "give god", "take god", "burn professional"])
def test_what_no_page_sends_changes_nothing(
    client: Client, admin: User, team: Team, bob: User, do: str
) -> None:
    assert post(client, team, bob, do) == 404
    assert client.post(PEOPLE, {"team": team.pk, "person": "x", "do": "close"}).status_code == 404
    assert not Event.objects.exists()


def test_someone_with_an_account_joins(client: Client, admin: User, team: Team, charlie: User) -> None:
    sent = {"join": "join", "username": " Charlie ", "role": "reviewer", "team": team.pk}

    assert client.post(PEOPLE, sent).status_code == 302

    assert charlie.memberships.filter(team=team, role=Role.REVIEWER).exists()
    assert b"There is no account" in client.post(PEOPLE, sent | {"username": "nobody"}).content
