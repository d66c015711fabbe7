"""Teams: numbers by role, what is lacking, a new one, another name."""

import pytest
from django.test import Client

from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Event, Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.pages import Page, one_line
from questionnaire.tests.views.administration.conftest import SignIn

Role = Membership.Role
TEAMS = "/beheer/teams/"


def test_list_counts_open_accounts_of_own_teams_by_role(
    client: Client, alice: User, bob: User, charlie: User
) -> None:
    bob.is_active = False
    bob.save()

    html = Page(client, TEAMS).html

    assert '<td class="count" data-head="professional">1</td>' in html
    assert '<td class="count" data-head="reviewer">0</td>' in html
    assert '<td class="count" data-head="administrator">1</td>' in html
    assert "South" not in html


def test_list_says_what_a_team_lacks(client: Client, team: Team, admin: User) -> None:
    assert "Nobody reviews here." in Page(client, TEAMS).html
    assert "There is no manager" in Page(client, TEAMS).html

    account("mona", team, Role.MANAGER)
    rachel = account("rachel", team, Role.REVIEWER, Role.PROFESSIONAL)

    html = Page(client, TEAMS).html
    assert "The only reviewer also writes." in html
    assert "There is no manager" not in html
    account("ron", team, Role.REVIEWER)
    assert "The only reviewer also writes." not in Page(client, TEAMS).html
    assert rachel.is_active


def test_administrator_makes_a_team_and_administers_it(client: Client, admin: User, team: Team) -> None:
    assert client.post(f"{TEAMS}new/", {"name": " East  side "})["Location"] == TEAMS

    made = Team.objects.get(name="East side")
    assert [(row.user, row.role) for row in made.memberships.all().in_force()] == [
        (admin, Role.ADMINISTRATOR)
    ]
    assert [(event.code, event.reason or event.subject_in_words) for event in Event.objects.all()] == [
        (EventCode.TEAM_MADE, f"team {made.pk}"),
        (EventCode.ROLE_GIVEN, f"user {admin.pk}, team {made.pk}: administrator"),
    ]
    assert "East side" in Page(client, TEAMS).html


@pytest.mark.parametrize("name", ["South", "SOUTH", "north"])
def test_name_of_any_team_is_refused_with_the_same_words(
    client: Client, team: Team, other_team: Team, name: str
) -> None:
    response = client.post(f"{TEAMS}new/", {"name": name})

    assert "This name cannot be used." in one_line(response.content.decode())
    assert Team.objects.count() == 2


def test_team_is_renamed(client: Client, team: Team, other_team: Team) -> None:
    assert client.post(f"{TEAMS}{team.pk}/", {"name": "south"}).status_code == 200
    assert client.post(f"{TEAMS}{team.pk}/", {"name": "NORTH"})["Location"] == TEAMS
    assert client.post(f"{TEAMS}{team.pk}/", {"name": "NORTH"}).status_code == 302

    team.refresh_from_db()
    assert team.name == "NORTH"
    assert [event.reason for event in Event.objects.all()] == [f"team {team.pk}"]


def test_team_of_others_is_not_there(
    client: Client, other_team: Team, alice: User, signed_in: SignIn
) -> None:
    for method in (client.get, client.post):
        assert method(f"{TEAMS}{other_team.pk}/", {"name": "Ours"}).status_code == 404
        assert method(f"{TEAMS}{2**70}/", {"name": "Ours"}).status_code == 404
    for url in (TEAMS, f"{TEAMS}new/", f"{TEAMS}{alice.memberships.all()[0].team_id}/"):
        assert signed_in(alice).get(url).status_code == 403
