"""The page on which the name and the colours of the organisation are kept."""

from __future__ import annotations

import pytest
from django.test import Client

from questionnaire.audit.event_codes import EventCode
from questionnaire.models import Event, Membership, OrganisationEntry, Team, User
from questionnaire.queries.organisation_look import look_of
from questionnaire.tests.conftest import account
from questionnaire.tests.pages import Page, one_line
from questionnaire.tests.tampering import execute
from questionnaire.tests.views.administration.conftest import SignIn

LOOK = "/beheer/look/"


def save(client: Client, team: Team | None, **typed: str) -> str:
    key = str(team.pk) if team else "all"
    posted = {f"{key}-{name}": text for name, text in typed.items()}
    response = client.post(LOOK, {**posted, "for": key})
    return one_line(response.content.decode())


def test_name_and_colour_are_stored_with_an_event(client: Client, team: Team) -> None:
    save(client, team, name="De Haven", light="#1d4ed8")

    look = look_of(team.pk)
    assert (look.name, look.colours and look.colours.light) == ("De Haven", "#1d4ed8")
    events = Event.objects.filter(code=EventCode.OWN_LOOK_CHANGED)
    assert {event.reason for event in events} == {f"name, team {team.pk}", f"colours, team {team.pk}"}
    page = Page(client, LOOK)
    assert "The name and colours of North are saved." in page.html
    assert "#1d4ed8 on a light screen" in page.html
    assert 'name="undo"' in page.html


def test_the_page_says_who_set_what(client: Client, team: Team, admin: User) -> None:
    save(client, team, name="De Haven", light="#1d4ed8")

    assert Page(client, LOOK).html.count(f"Set by {admin} on ") == 2


def test_clearing_leads_back_to_the_program(client: Client, team: Team) -> None:
    save(client, team, name="De Haven", light="#1d4ed8")

    save(client, team, name="De Haven")
    assert look_of(team.pk).colours is None
    assert "#0d4f5c on a light screen" in Page(client, LOOK).html
    save(client, team)

    assert not OrganisationEntry.objects.exists()
    save(client, team)
    assert "Nothing was changed." in Page(client, LOOK).html


def test_a_colour_that_cannot_be_used_is_refused_and_kept_on_the_page(client: Client, team: Team) -> None:
    html = save(client, team, name="De Haven", light="#00a651")

    assert "<title>Error: Name and colours" in html
    assert "Like it, and allowed: #007a3c." in html
    assert 'value="#00a651"' in html
    assert 'value="De Haven"' in html
    assert not OrganisationEntry.objects.exists()


def test_who_keeps_a_team_keeps_its_look_alone(
    client: Client, team: Team, other_team: Team, alice: User, bob: User, signed_in: SignIn
) -> None:
    assert "All teams" not in Page(client, LOOK).html
    for key in ("all", str(other_team.pk)):
        assert client.post(LOOK, {"for": key, f"{key}-name": "De Haven"}).status_code == 404
    assert signed_in(bob).get(LOOK).status_code == 403
    save(signed_in(alice), team, name="Of the manager")
    assert look_of(team.pk).name == "Of the manager"


def test_who_administers_every_team_keeps_that_of_all(
    client: Client, admin: User, team: Team, other_team: Team
) -> None:
    Membership.objects.create(user=admin, team=other_team, role=Membership.Role.ADMINISTRATOR)

    save(client, None, name="Everyone")
    save(client, team, name="North only")
    save(client, None, name="Everyone", light="#1d4ed8")

    assert Page(client, LOOK).html.count("#1d4ed8 on a light screen") == 3  # all, and both teams
    assert (look_of(team.pk).name, look_of(other_team.pk).name) == ("North only", "Everyone")


def test_what_something_else_wrote_is_named_and_saved_away(client: Client, team: Team) -> None:
    save(client, team, name="De Haven")
    execute("UPDATE questionnaire_organisationentry SET content = %s", '{"name": "Forged"}')

    html = Page(client, LOOK).html
    assert "What is stored here is not used" in html
    assert "Forged" not in html
    save(client, team)

    assert not OrganisationEntry.objects.exists()
    assert "Something outside" not in Page(client, LOOK).html


def test_what_was_typed_is_kept_while_someone_confirms(client: Client, team: Team) -> None:
    session = client.session
    session["confirmed_at"] = 0
    session.save()

    response = client.post(LOOK, {f"{team.pk}-name": "De Haven", "for": team.pk})

    assert response.status_code == 302
    assert not OrganisationEntry.objects.exists()
    session = client.session
    session["confirmed_at"] = 2**40
    session.save()
    html = one_line(client.get("/kept/").content.decode())
    assert "De Haven" in html
    assert "Name and colours" in html


@pytest.mark.parametrize("role", [Membership.Role.ADMINISTRATOR, Membership.Role.MANAGER])
def test_beheer_leads_to_it(team: Team, signed_in: SignIn, role: Membership.Role) -> None:
    assert f'href="{LOOK}"' in Page(signed_in(account("olga", team, role)), "/beheer/").html


def test_the_change_stands_under_signing_in_and_rights(client: Client, team: Team) -> None:
    save(client, team, name="De Haven")

    assert "changed the name or the colours of the organisation" in Page(client, "/account/sign-ins/").html
