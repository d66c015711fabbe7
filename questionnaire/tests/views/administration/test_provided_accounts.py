"""Accounts that an identity provider signs in, as an administrator sees and changes them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from questionnaire.accounts.identity_providers import Claimed, GroupRole, IdentityProvider
from questionnaire.actions.provided_accounts import Refusal, admit
from questionnaire.models import Membership, Team, User
from questionnaire.tests.conftest import account
from questionnaire.tests.pages import Page
from questionnaire.tests.views.administration.conftest import SignIn

CLINIC = IdentityProvider("clinic", "Clinic", "https://clinic.example", "us", "geheim")
TOWN = IdentityProvider(
    "town",
    "Town hall",
    "https://town.example",
    "us",
    "geheim",
    roles=(GroupRole("writers", "North", "professional"),),
)


@pytest.fixture(autouse=True)
def providers(settings: Any) -> None:
    settings.IDENTITY_PROVIDERS = (CLINIC, TOWN)


def page_of(person: User) -> str:
    return f"/beheer/people/{person.pk}/"


def place(person: User) -> str:
    return f"/beheer/people/{person.pk}/sign-in/"


def link(person: User, provider: str = "clinic", subject: str = "b-1") -> None:
    SocialAccount.objects.create(user=person, provider=provider, uid=subject)


def test_an_administrator_lets_a_provider_sign_someone_in(client: Client, bob: User) -> None:
    assert "Sign in elsewhere" in Page(client, page_of(bob)).html

    response = client.post(place(bob), {"provider": "clinic", "subject": " b-1 "}, follow=True)

    assert (SocialAccount.objects.get().provider, SocialAccount.objects.get().uid) == ("clinic", "b-1")
    html = response.content.decode()
    assert "bob signs in at Clinic from now on." in html
    assert re.search(r"Signs in at</dt>\s*<dd>Clinic</dd>", html)
    assert "New password" not in html
    bob.refresh_from_db()
    assert not bob.has_usable_password()


def test_the_page_asks_first_and_offers_each_provider(client: Client, bob: User) -> None:
    html = Page(client, place(bob)).html

    assert "Let bob sign in elsewhere?" in html
    assert "Clinic" in html
    assert "Town hall" in html
    assert not SocialAccount.objects.exists()


def test_with_one_provider_there_is_nothing_to_choose(client: Client, bob: User, settings: Any) -> None:
    settings.IDENTITY_PROVIDERS = (IdentityProvider("town", "", "https://town.example", "us", "geheim"),)

    assert "<select" not in Page(client, place(bob)).html
    client.post(place(bob), {"provider": "town", "subject": "b-1"})
    assert "your organisation" in Page(client, page_of(bob)).html


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({"provider": "clinic", "subject": ""}, "Fill in the id."),
        ({"provider": "else", "subject": "b-1"}, "Where this person signs in"),
        ({"provider": "clinic", "subject": "a-1"}, "Another account is tied to this already."),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    client: Client, alice: User, bob: User, posted: dict[str, str], said: str
) -> None:
    link(alice, subject="a-1")

    html = client.post(place(bob), posted).content.decode()

    assert said in html
    assert 'id="errors"' in html or 'role="alert"' in html
    assert SocialAccount.objects.get().user == alice


def test_a_resubmitted_post_only_fills_the_form_in(client: Client, bob: User) -> None:
    html = client.post(place(bob), {"provider": "clinic", "subject": "b-1", "_go": "1"}).content.decode()

    assert 'value="b-1"' in html
    assert not SocialAccount.objects.exists()


def test_without_a_provider_there_is_no_such_page(client: Client, bob: User, settings: Any) -> None:
    settings.IDENTITY_PROVIDERS = ()

    assert client.get(place(bob)).status_code == 404
    assert "Sign in elsewhere" not in Page(client, page_of(bob)).html


def test_linked_somebody_can_sign_in_here_again(client: Client, bob: User) -> None:
    link(bob)
    assert "You get a new password" in Page(client, place(bob)).html

    shown = client.post(place(bob), follow=True).content.decode()

    assert not SocialAccount.objects.exists()
    (password,) = re.findall(r">(\w{6}-\w{6}-\w{6})<", shown)
    bob.refresh_from_db()
    assert bob.check_password(password)


def test_also_when_the_provider_is_no_more(client: Client, bob: User, settings: Any) -> None:
    link(bob)
    settings.IDENTITY_PROVIDERS = ()

    assert "clinic" in Page(client, page_of(bob)).html
    client.post(place(bob))
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("is_linked", [True, False])
def test_what_something_else_wrote_is_said_and_left(client: Client, bob: User, is_linked: bool) -> None:
    if is_linked:
        SocialAccount.objects.bulk_create([SocialAccount(user=bob, provider="clinic", uid="mallory")])
    User.objects.filter(pk=bob.pk).update(password="x")

    response = client.post(place(bob), {"provider": "clinic", "subject": "b-1"})

    assert response.status_code == 409
    assert "Something outside the program changed this account." in response.content.decode()
    assert SocialAccount.objects.filter(uid="mallory").exists() is is_linked


def test_roles_that_a_provider_decides_are_shown_and_not_changed(
    client: Client, team: Team, bob: User
) -> None:
    link(bob, "town")

    html = Page(client, page_of(bob)).html

    assert "The groups of this person at Town hall decide." in html
    assert "North: professional" in html
    assert "Save the roles" not in html
    posted = {"do": f"roles {team.pk}", f"team-{team.pk}-roles": ["manager"]}
    said = client.post(page_of(bob), posted, follow=True).content.decode()
    assert "The organisation decides about the roles of this person now." in said
    assert bob.memberships.get().role == "professional"
    assert "Leaving there closes nothing here." in Page(client, place(bob)).html


def test_such_an_account_can_be_closed_here(client: Client, bob: User) -> None:
    link(bob, "town")

    client.post(page_of(bob), {"do": "close"})

    bob.refresh_from_db()
    assert not bob.is_active


def test_a_closing_of_the_provider_is_told_and_can_be_kept(client: Client, team: Team, bob: User) -> None:
    link(bob, "town")
    assert admit(TOWN, Claimed("b-1", has_two_factors=True)) is Refusal.NO_ROLE

    html = Page(client, page_of(bob)).html
    assert "Closed because no group at Town hall gives a role." in html
    said = client.post(page_of(bob), {"do": "close"}, follow=True).content.decode()

    assert "The account of bob stays closed, also when a group comes back." in said
    assert "Undo" not in said
    assert "Closed because" not in Page(client, page_of(bob)).html
    assert admit(TOWN, Claimed("b-1", has_two_factors=True, groups=frozenset({"writers"}))) is Refusal.CLOSED


def test_a_provided_administrator_is_told_why_a_team_cannot_be_made(client: Client, admin: User) -> None:
    link(admin, "town", "ann-1")

    html = client.post("/beheer/teams/new/", {"name": "West"}).content.decode()

    assert "Your organisation decides about your roles." in html
    assert not Team.objects.filter(name="West").exists()


def test_a_team_of_the_settings_keeps_its_name(client: Client, team: Team) -> None:
    """Under another name nobody would get a role in it, and nobody would see its cases."""
    html = client.post(f"/beheer/teams/{team.pk}/", {"name": "East"}).content.decode()

    assert "The settings of signing in name this team." in html
    team.refresh_from_db()
    assert team.name == "North"
    client.post(f"/beheer/teams/{team.pk}/", {"name": "NORTH"})
    team.refresh_from_db()
    assert team.name == "NORTH"


def test_who_does_not_decide_about_the_whole_account_does_not_link_it(
    client: Client, other_team: Team, bob: User, signed_in: SignIn, admin: User
) -> None:
    Membership.objects.create(user=bob, team=other_team, role="professional")

    assert client.get(place(bob)).status_code == 403
    assert client.post(place(admin), {"provider": "clinic", "subject": "x"}).status_code == 403
    manager = signed_in(account("mona", other_team, Membership.Role.MANAGER))
    assert manager.post(place(bob), {"provider": "clinic", "subject": "x"}).status_code in (403, 404)
    assert not SocialAccount.objects.exists()
